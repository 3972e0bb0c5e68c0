import DataFiles
import Randomness

/// Overwrite: a stream of facts `. a b c d` in which a key is stated again and again, each time with
/// another value; the question `? a b` asks for the value that was stated last, `c d`.
///
/// Every earlier statement of the asked key is a similar distractor: its key is the needle's own, and
/// only its place shows that it no longer holds.
public struct OverwriteTask: SandboxTask {
  /// How often the asked key is stated before the statement that counts, 0 … 16.
  public var restatements: Int

  static let name = "overwrite"
  static let form = Fact.form

  static let settings: [Setting<OverwriteTask>] = [
    Setting(
      "restatements", \.restatements, in: 0...16,
      help:
        "How often the asked key is stated, with other values, before the statement that counts.")
  ]

  /// One earlier value, by default.
  public init(restatements: Int) { self.restatements = restatements }

  public init() { self.init(restatements: 1) }

  var needleCount: Int { restatements + 1 }
  var goldCounts: ClosedRange<Int> { 1...1 }
  var similarLimit: Int { Entity.neighbourCount }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool {
    Fact.isSpelt(by: tokens, opening: SandboxToken.fact...SandboxToken.fact)
  }

  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    let key = Entity.random(&draws)
    let needles = statements(of: key, depth: settings.depth, &draws)

    var supply = KeySupply(
      taken: [key], goldKeys: [key], similar: settings.similar, stream: random.child("keys"))
    var coordinates = random.child("facts")
    let slots = settings.length / Fact.length
    var growth = FactGrowth(
      capacity: slots - needles.count, rehearsal: settings.rehearsal,
      stream: random.child("rehearsal"))
    growth.grow(reserved: settings.similar ?? 0) {
      // The value is drawn anew for each statement, below.
      supply.nextKey().map {
        [(Fact(opening: SandboxToken.fact, key: $0, value: $0), coordinates.unit())]
      }
    }

    var writer = ContextWriter(
      length: settings.length, needles: needles, cells: slots, needleWidth: 1)
    var words = FillerWords(.noise, stream: random.child("padding"))
    for _ in 0..<settings.length % Fact.length { writer.pad(words.next()) }
    let values = random.child("values")
    var streams = growth.facts.indices.map { values.child($0) }
    for number in growth.inContextOrder() {
      var fact = growth.facts[number]
      fact.value = .random(&streams[number])
      writer.write(fact, width: 1)
    }
    writer.finish()

    var draft = TaskDraft(writer: writer)
    draft.question = [SandboxToken.question, key.first, key.second]
    if let last = needles.last { draft.appendAnswer(last.fact.value, isValue: true) }
    draft.trace = draft.answer + draft.question
    return draft
  }

  /// All statements of the asked key, each with another value, the one that counts last.
  private func statements(
    of key: Entity, depth: Double?, _ draws: inout RandomStream
  ) -> [Needle] {
    let last = depth ?? draws.unit()
    var values = EntitySet()
    return (0...restatements).map { number in
      let isLast = number == restatements
      return Needle(
        fact: Fact(
          opening: SandboxToken.fact, key: key, value: values.insertRandom(&draws)),
        hop: isLast ? 0 : nil, depth: isLast ? last : last * draws.unit())
    }
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    let key = EnglishWording.name(instance.question.suffix(2))
    return EnglishWording(
      introduction:
        "Below is a list of changes of code words. A later entry replaces all earlier ones about the "
        + "same name. Keep all of them in mind, for you will be asked about one.",
      sentence: { statement in
        let fact = Fact(statement)
        return EnglishSentence(
          "The code word for ", .key(fact.key.name), " becomes ", .value(fact.value.name), ".")
      },
      question: "What is the code word for \(key) after all of the changes above?",
      answerPrefix: " The code word for \(key) is", outputs: instance.goldValueNames)
  }
}

extension TaskFamily {
  public static let overwrite = TaskFamily(OverwriteTask.self)
}

extension TaskShape {
  public static func overwrite(_ task: OverwriteTask) -> TaskShape { TaskShape(task) }
}
