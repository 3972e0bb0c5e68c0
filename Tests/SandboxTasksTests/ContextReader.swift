import SandboxTasks

/// What a context says, read from its tokens alone.
struct ContextReader {
  struct Statement: Hashable {
    var opening: Int32
    var key: [Int32]
    var value: [Int32]

    /// Whether exactly one symbol of the key is another's, in the same place.
    func isSimilar(to key: [Int32]) -> Bool {
      (self.key[0] == key[0]) != (self.key[1] == key[1])
    }
  }

  /// Every statement with where it starts, in order.
  private(set) var statements: [(start: Int, statement: Statement)] = []
  /// The tokens outside of statements, in order, with their places.
  private(set) var words: [(place: Int, token: Int32)] = []

  /// Reads a context; nil when it is not made of whole facts and filler words.
  init?(_ context: [Int32]) {
    var place = 0
    while place < context.count {
      if SandboxToken.isFiller(context[place]) {
        words.append((place, context[place]))
        place += 1
        continue
      }
      guard 1...5 ~= context[place], place + 5 <= context.count,
        context[place + 1..<place + 5].allSatisfy(SandboxToken.isSymbol)
      else { return nil }
      let tokens = Array(context[place..<place + 5])
      statements.append(
        (
          place,
          Statement(
            opening: tokens[0], key: Array(tokens[1...2]), value: Array(tokens[3...4]))
        ))
      place += 5
    }
  }

  /// The statements about a key, with where they start.
  func statements(opening: Int32, key: [Int32]) -> [(start: Int, statement: Statement)] {
    statements.filter { $0.statement.opening == opening && $0.statement.key == key }
  }
}

/// The facts that lead to the answer, found by reading the question and searching the context.
func derivedWay(
  _ instance: TaskInstance, _ reader: ContextReader
) -> [(start: Int, statement: ContextReader.Statement)]? {
  let words = instance.question
  func only(_ opening: Int32, _ key: [Int32]) -> (start: Int, statement: ContextReader.Statement)? {
    let found = reader.statements(opening: opening, key: key)
    return found.count == 1 ? found[0] : nil
  }
  switch words[0] {
  case SandboxToken.fact, SandboxToken.ordinal(0):
    return only(words[0], Array(words[1...2])).map { [$0] }
  case SandboxToken.question:
    var way: [(start: Int, statement: ContextReader.Statement)] = []
    var key = Array(words[2...3])
    for _ in 0..<Int(words[1] - 8) {
      guard let next = only(SandboxToken.fact, key) else { return nil }
      way.append(next)
      key = next.statement.value
    }
    return way
  case SandboxToken.ask:
    guard let colon = words.firstIndex(of: SandboxToken.colon) else { return nil }
    var way: [(start: Int, statement: ContextReader.Statement)] = []
    for key in words[1..<colon].split(separator: SandboxToken.and) {
      for ordinal in 0..<SandboxToken.ordinalCount {
        let opening = SandboxToken.ordinal(ordinal)
        if reader.statements(opening: opening, key: Array(key)).isEmpty { break }
        guard let fact = only(opening, Array(key)) else { return nil }
        way.append(fact)
      }
    }
    return way
  default: return nil
  }
}

/// The families whose contexts are made of facts of five tokens.
let factFamilies: [TaskFamily] = [.keyValue, .needle, .multiHop]

/// Shapes of these that reach every branch of the generators.
let everyShape: [TaskShape] =
  [.keyValue]
  + HaystackKind.allCases.flatMap { haystack -> [TaskShape] in
    let distractors = haystack == .needles ? 0 : 9
    return [
      .needle(NeedleTask(haystack: haystack)),
      .needle(
        NeedleTask(
          haystack: haystack, keys: 3, values: 2, queries: 2, distractors: distractors)),
      .needle(
        NeedleTask(
          haystack: haystack, keys: 8, values: 4, queries: 8, distractors: distractors)),
    ]
  }
  + [1, 3, 8].flatMap { hops in
    FactOrder.allCases.map { .multiHop(MultiHopTask(hops: hops, order: $0)) }
  }
