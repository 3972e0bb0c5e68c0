/// One step of a compiled pattern.
enum PatternStep: Sendable {
  /// One scalar of a set.
  case set(Int)
  /// Scalars of a set, `least` to `most` of them; `loop` numbers the endless greedy ones.
  case run(set: Int, least: Int, most: Int, PatternNode.Greed, loop: Int)
  /// Goes on at the first step, and after a failure at the second.
  case fork(Int, Int)
  case jump(Int)
  /// The steps up to `end` must, or must not, match here.
  case lookahead(end: Int, isNegative: Bool)
  /// The steps up to `end`, matched once.
  case atomic(end: Int)
  /// The end of the pattern, or of the steps of a lookahead or an atomic group.
  case matched
}

/// A compiled pattern.
struct PatternProgram: Sendable {
  private(set) var steps: [PatternStep] = []
  private(set) var sets: [ScalarSet] = []
  /// The number of endless greedy runs.
  private(set) var loops = 0

  static let maximumSteps = 1 << 14

  /// - Throws: `PatternError` when counted repetitions make it too long.
  init(_ pattern: String) throws(PatternError) {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    do throws(TooLong) {
      try append(node)
      try add(.matched)
    } catch {
      throw PatternError(
        pattern: pattern, offset: 0, problem: "is too large once its repetitions are written out")
    }
  }

  private struct TooLong: Error {}

  private mutating func add(_ step: PatternStep) throws(TooLong) {
    guard steps.count < Self.maximumSteps, sets.count < 1 << 10 else { throw TooLong() }
    steps.append(step)
  }

  private mutating func append(_ node: PatternNode) throws(TooLong) {
    switch node {
    case .set(let test): try add(.set(number(of: test)))
    case .sequence(let nodes):
      for node in nodes { try append(node) }
    case .alternatives(let nodes): try append(alternatives: nodes)
    case .repetition(.set(let test), let least, let most, let greed):
      let isEndless = most == nil && greed == .greedy
      try add(
        .run(
          set: number(of: test), least: least, most: most ?? .max, greed,
          loop: isEndless ? loops : -1))
      if isEndless { loops += 1 }
    case .repetition(let node, let least, let most, .possessive):
      try append(.atomic(.repetition(node, least: least, most: most, .greedy)))
    case .repetition(let node, let least, let most, let greed):
      for _ in 0..<least { try append(node) }
      if let most {
        try append(optional: node, times: most - least, isLazy: greed == .lazy)
      } else {
        try append(endless: node, isLazy: greed == .lazy)
      }
    case .lookahead(let node, let isNegative):
      try append(inner: node) { .lookahead(end: $0, isNegative: isNegative) }
    case .atomic(let node):
      try append(inner: node) { .atomic(end: $0) }
    }
  }

  private mutating func append(alternatives nodes: [PatternNode]) throws(TooLong) {
    var jumps: [Int] = []
    for (number, node) in nodes.enumerated() {
      let fork = steps.count
      let isLast = number == nodes.count - 1
      if !isLast { try add(.fork(fork + 1, 0)) }
      try append(node)
      if !isLast {
        jumps.append(steps.count)
        try add(.jump(0))
        steps[fork] = .fork(fork + 1, steps.count)
      }
    }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }

  private mutating func append(
    optional node: PatternNode, times: Int, isLazy: Bool
  ) throws(TooLong) {
    var forks: [Int] = []
    for _ in 0..<times {
      forks.append(steps.count)
      try add(.fork(0, 0))
      try append(node)
    }
    for fork in forks {
      steps[fork] = isLazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
    }
  }

  private mutating func append(endless node: PatternNode, isLazy: Bool) throws(TooLong) {
    let fork = steps.count
    try add(.fork(0, 0))
    try append(node)
    try add(.jump(fork))
    steps[fork] = isLazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
  }

  private mutating func append(
    inner node: PatternNode, _ step: (Int) -> PatternStep
  ) throws(TooLong) {
    let start = steps.count
    try add(.matched)
    try append(node)
    try add(.matched)
    steps[start] = step(steps.count)
  }

  private mutating func number(of test: ScalarTest) -> Int {
    sets.append(ScalarSet(test))
    return sets.count - 1
  }
}
