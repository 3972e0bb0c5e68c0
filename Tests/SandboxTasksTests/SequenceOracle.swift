import SandboxTasks

/// Reads a training sequence token by token and says which tokens the rules of the language and the
/// facts stated so far determine. It shares nothing with the generators but the vocabulary.
struct SequenceOracle {
  struct Key: Hashable {
    var opening: Int32
    var first: Int32
    var second: Int32
  }

  /// What each token must be, if anything determines it.
  private(set) var determined: [Int32?] = []
  /// Where a fact, a question or a filler word begins outside of any other.
  private(set) var openings: [Int] = []
  /// Whether a fact contradicted an earlier one or the text left the language.
  private(set) var failure: String?

  private let tokens: [Int32]
  private var place = 0
  private var values: [Key: (Int32, Int32)] = [:]

  init(_ tokens: [Int32]) {
    self.tokens = tokens
    while place < tokens.count && failure == nil {
      openings.append(place)
      let opening = take()
      switch Vocabulary.sandbox.words[Int(opening)] {
      case ".", "first", "second", "third", "fourth": readFact(opening)
      case "?": readHopQuestion()
      case "ask": readAskBlock()
      default: if !SandboxToken.isFiller(opening) { failure = "\(opening) opens at \(place)" }
      }
    }
  }

  private mutating func take(_ expected: Int32? = nil) -> Int32 {
    guard place < tokens.count else {
      failure = "the sequence ends inside a unit"
      return 0
    }
    determined.append(expected)
    place += 1
    return tokens[place - 1]
  }

  private mutating func readFact(_ opening: Int32) {
    let key = Key(opening: opening, first: take(), second: take())
    let known = values[key]
    let value = (take(known?.0), take(known?.1))
    if let known, known != value { failure = "two values for one key before \(place)" }
    values[key] = value
  }

  private mutating func readHopQuestion() {
    let hopWord = take()
    let start = (take(), take())
    let hops = Int(hopWord) - 8
    var way = [start]
    for _ in 0..<hops {
      guard let next = values[Key(opening: 1, first: way.last!.0, second: way.last!.1)] else {
        failure = "a question before \(place) has no answer"
        return
      }
      way.append(next)
    }
    var introduction = take()
    if introduction == SandboxToken.answer {
      _ = take(way[hops].0)
      _ = take(way[hops].1)
      _ = take(SandboxToken.end)
      return
    }
    while introduction == SandboxToken.think {
      for hop in 0..<hops {
        _ = take(SandboxToken.hops(hops - hop))
        for entity in [way[hop], way[hop + 1]] {
          _ = take(entity.0)
          _ = take(entity.1)
        }
      }
      _ = take(SandboxToken.answer)
      _ = take(way[hops].0)
      _ = take(way[hops].1)
      introduction = take()
    }
    if introduction != SandboxToken.end { failure = "an open question before \(place)" }
  }

  private mutating func readAskBlock() {
    var keys: [(Int32, Int32)] = []
    repeat { keys.append((take(), take())) } while take() == SandboxToken.and
    guard tokens[place - 1] == SandboxToken.colon else {
      failure = "no colon before \(place)"
      return
    }
    for key in keys {
      for opening in SandboxToken.ordinal(0)...SandboxToken.ordinal(3) {
        let key = Key(opening: opening, first: key.0, second: key.1)
        guard let value = values[key] else { continue }
        for token in [opening, key.first, key.second, value.0, value.1] { _ = take(token) }
      }
    }
    _ = take(SandboxToken.end)
  }
}
