/// Runs a compiled pattern over one text.
struct PatternMatcher {
  private let program: PatternProgram
  private let bytes: [UInt8]
  private let end: Int
  /// Where to go on after a failure, the newest last.
  private var choices: [Choice] = []
  /// For each endless greedy run the places from which it is known to fail with any end.
  private var dead: [Range<Int>]

  private struct Choice {
    /// The step to go on with.
    var step: Int
    var position: Int
    /// Greedy runs: the shortest end, down to which `position` moves. Lazy runs: how many more scalars
    /// may be taken. Otherwise unused.
    var bound: Int
    var kind: Kind

    enum Kind {
      case plain
      /// A run of endless loop number `loop`, −1 for a counted one, that began at `start`.
      case greedy(start: Int, end: Int, loop: Int)
      case lazy(set: Int)
    }
  }

  init(_ program: PatternProgram, _ bytes: [UInt8], end: Int) {
    self.program = program
    self.bytes = bytes
    self.end = end
    dead = Array(repeating: 0..<0, count: program.loops)
  }

  /// Where the match ends that starts at a place, if there is one.
  mutating func match(at start: Int) -> Int? {
    run(from: 0, at: start)
  }

  /// Runs steps until they match or nothing is left to try.
  private mutating func run(from first: Int, at start: Int) -> Int? {
    let base = choices.count
    defer { choices.removeLast(choices.count - base) }
    var step = first
    var position = start
    while true {
      var isGood = true
      switch program.steps[step] {
      case .matched: return position
      case .jump(let target): step = target
      case .fork(let preferred, let other):
        choices.append(Choice(step: other, position: position, bound: 0, kind: .plain))
        step = preferred
      case .set(let set):
        if let next = taken(set, at: position) {
          position = next
          step += 1
        } else {
          isGood = false
        }
      case .run(let set, let least, let most, let greed, let loop):
        if let next = take(set, least, most, greed, loop, step, position) {
          position = next
          step += 1
        } else {
          isGood = false
        }
      case .lookahead(let after, let isNegative):
        isGood = (run(from: step + 1, at: position) == nil) == isNegative
        step = after
      case .atomic(let after):
        if let next = run(from: step + 1, at: position) {
          position = next
          step = after
        } else {
          isGood = false
        }
      }
      if !isGood {
        guard let (next, place) = retry(base) else { return nil }
        (step, position) = (next, place)
      }
    }
  }

  @inline(__always) private func taken(_ set: Int, at position: Int) -> Int? {
    guard position < end else { return nil }
    let (value, next) = bytes.scalar(at: position)
    return program.sets[set].contains(value) ? next : nil
  }

  /// Takes a run and notes its other ends.
  private mutating func take(
    _ set: Int, _ least: Int, _ most: Int, _ greed: PatternNode.Greed, _ loop: Int, _ step: Int,
    _ start: Int
  ) -> Int? {
    if loop >= 0, dead[loop].contains(start) { return nil }
    var position = start
    var count = 0
    let wanted = greed == .lazy ? least : most
    var shortest = start
    while count < wanted, let next = taken(set, at: position) {
      position = next
      count += 1
      if count == least { shortest = position }
    }
    guard count >= least else { return nil }
    switch greed {
    case .possessive: break
    case .greedy:
      if position > shortest {
        choices.append(
          Choice(
            step: step + 1, position: position, bound: shortest,
            kind: .greedy(start: start, end: position, loop: loop)))
      }
    case .lazy:
      if most > least {
        choices.append(
          Choice(
            step: step + 1, position: position, bound: most - least, kind: .lazy(set: set)))
      }
    }
    return position
  }

  /// The next thing to try: step and position.
  private mutating func retry(_ base: Int) -> (Int, Int)? {
    while choices.count > base {
      let last = choices.count - 1
      let choice = choices[last]
      switch choice.kind {
      case .plain:
        choices.removeLast()
        return (choice.step, choice.position)
      case .greedy(let start, let end, let loop):
        guard choice.position > choice.bound else {
          choices.removeLast()
          if loop >= 0 { dead[loop] = start..<end }
          continue
        }
        let shorter = bytes.scalarStart(before: choice.position)
        choices[last].position = shorter
        return (choice.step, shorter)
      case .lazy(let set):
        guard choice.bound > 0, let longer = taken(set, at: choice.position) else {
          choices.removeLast()
          continue
        }
        choices[last].position = longer
        choices[last].bound -= 1
        return (choice.step, longer)
      }
    }
    return nil
  }
}
