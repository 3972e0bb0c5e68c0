/// How a task speaks English.
struct EnglishWording {
  /// What comes before the context.
  var introduction: String
  /// A fact's sentence by its opening word: what stands before the key, and between key and value.
  var sentences: [Int32: (before: String, between: String)]
  /// What is asked after the context.
  var question: String
  /// How the answer starts, from the space that parts it from the question.
  var answerPrefix: String

  /// An instance's wording.
  init(_ instance: TaskInstance) {
    switch instance.settings.shape {
    case .keyValue: self = .keyValue(instance)
    case .needle(let shape): self = .needle(instance, shape)
    case .multiHop(let shape): self = .multiHop(instance, shape)
    case .transactionLog: self = .transactionLog
    case .codeBug: self = .codeBug
    }
  }

  init(
    introduction: String, sentences: [Int32: (before: String, between: String)], question: String,
    answerPrefix: String
  ) {
    self.introduction = introduction
    self.sentences = sentences
    self.question = question
    self.answerPrefix = answerPrefix
  }

  /// An entity's name: `amber-birch`.
  static func name(_ symbols: some Collection<Int32>) -> String {
    symbols.map { Vocabulary.sandbox.words[Int($0)] }.joined(separator: "-")
  }

  /// Names in a sentence: `a`, `a and b`, `a, b and c`.
  static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}

/// An instance in English: a sentence for each fact and one for each filler word.
struct EnglishRendering {
  var input: String
  let outputs: [String]
  let answerPrefix: String
  private(set) var gold: [RulerRecord.GoldText] = []

  /// The sentences of the eight filler words.
  static let fillerSentences = [
    "The kettle began to sing.", "A cart rolled down the lane.", "Clouds gathered over the bay.",
    "Someone closed a window.", "The clock struck seven.", "Leaves drifted past the door.",
    "A dog barked far away.", "The lamp flickered twice.",
  ]

  /// Renders an instance.
  ///
  /// - Complexity: O(T).
  init(_ instance: TaskInstance) {
    let wording = EnglishWording(instance)
    outputs = Self.outputs(instance)
    answerPrefix = wording.answerPrefix
    input = wording.introduction + "\n\n"

    let names = (0..<Entity.count).map { number in
      let entity = Entity(number)
      return EnglishWording.name([entity.first, entity.second])
    }
    let hops = Dictionary(
      uniqueKeysWithValues: instance.gold.map { ($0.span.lowerBound, $0.hop) })
    let context = instance.context
    var place = 0
    while place < context.count {
      if place > 0 { input += " " }
      if SandboxToken.isFiller(context[place]) {
        input += Self.fillerSentences[Int(context[place] - SandboxToken.filler(0))]
        place += 1
        continue
      }
      if let statement = LineStatement(instance.family, context[place...]) {
        let fact = append(statement)
        if let hop = hops[place] {
          gold.append(.init(hop: hop, span: fact.span, key: fact.key, value: fact.value))
        }
        place += instance.family.form.length
        continue
      }
      guard let words = wording.sentences[context[place]], place + Fact.length <= context.count
      else { preconditionFailure("token \(place) of the context opens no fact of the task") }
      let key = Entity(symbols: context[place + 1], context[place + 2])
      let value = Entity(symbols: context[place + 3], context[place + 4])
      let fact = append(words.before, names[key.index], words.between, names[value.index])
      if let hop = hops[place] {
        gold.append(.init(hop: hop, span: fact.span, key: fact.key, value: fact.value))
      }
      place += Fact.length
    }
    gold.sort { $0.hop < $1.hop }
    input += "\n\n" + wording.question
  }

  /// What the answer must hold.
  private static func outputs(_ instance: TaskInstance) -> [String] {
    let values = instance.gold.map { instance.context[$0.value] }
    switch instance.family {
    case .keyValue, .needle: return values.map(EnglishWording.name)
    case .multiHop: return values.suffix(1).map(EnglishWording.name)
    case .transactionLog:
      let kind = LedgerAnomaly(token: instance.answer[0])
      return [kind?.rawValue ?? "", EnglishWording.name(instance.answer.dropFirst())]
    case .codeBug: return [LineStatement.place(instance.answer)]
    }
  }

  /// Appends a fact's sentence and says where its parts stand, in characters.
  private mutating func append(
    _ before: String, _ key: String, _ between: String, _ value: String
  ) -> (span: Range<Int>, key: Range<Int>, value: Range<Int>) {
    let start = input.utf8.count
    input += before
    let keyStart = input.utf8.count
    input += key
    let keyEnd = input.utf8.count
    input += between
    let valueStart = input.utf8.count
    input += value
    let valueEnd = input.utf8.count
    input += "."
    return (start..<valueEnd + 1, keyStart..<keyEnd, valueStart..<valueEnd)
  }
}
