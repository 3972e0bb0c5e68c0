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
  private let pattern: String
  private(set) var steps: [PatternStep] = []
  private(set) var sets: [ScalarSet] = []
  /// The number of endless greedy runs.
  private(set) var loops = 0

  static let maximumSteps = 1 << 14

  /// - Throws: `PatternError` when counted repetitions make it too long.
  init(_ pattern: String) throws(PatternError) {
    self.pattern = pattern
    var parser = PatternParser(pattern)
    try append(parser.parse())
    try add(.matched)
  }

  private mutating func add(_ step: PatternStep) throws(PatternError) {
    guard steps.count < Self.maximumSteps, sets.count < 1 << 10 else {
      throw PatternError(
        pattern: pattern, offset: 0, problem: "is too large once its repetitions are written out")
    }
    steps.append(step)
  }

  private mutating func append(_ node: PatternNode) throws(PatternError) {
    switch node {
    case .set(let set):
      sets.append(set)
      try add(.set(sets.count - 1))
    case .sequence(let nodes):
      for node in nodes { try append(node) }
    case .alternatives(let nodes): try append(alternatives: nodes)
    case .repetition(.set(let set), let least, let most, let greed):
      let isEndless = most == nil && greed == .greedy
      sets.append(set)
      try add(
        .run(
          set: sets.count - 1, least: least, most: most ?? .max, greed,
          loop: isEndless ? loops : -1))
      if isEndless { loops += 1 }
    case .repetition(let node, let least, let most, .possessive):
      try append(.atomic(.repetition(node, least: least, most: most, .greedy)))
    case .repetition(let node, let least, let most, let greed):
      for _ in 0..<least { try append(node) }
      var forks: [Int] = []
      for _ in 0..<(most.map { $0 - least } ?? 1) {
        forks.append(steps.count)
        try add(.fork(0, 0))
        try append(node)
      }
      if most == nil { try add(.jump(forks[0])) }
      for fork in forks {
        steps[fork] = greed == .lazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
      }
    case .lookahead(let node, let isNegative):
      try append(inner: node) { .lookahead(end: $0, isNegative: isNegative) }
    case .atomic(let node):
      try append(inner: node) { .atomic(end: $0) }
    }
  }

  private mutating func append(alternatives nodes: [PatternNode]) throws(PatternError) {
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
    inner node: PatternNode, _ step: (Int) -> PatternStep
  ) throws(PatternError) {
    let start = steps.count
    try add(.matched)
    try append(node)
    try add(.matched)
    steps[start] = step(steps.count)
  }
}
