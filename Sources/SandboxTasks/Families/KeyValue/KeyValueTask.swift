import DataFiles
import Randomness

/// Key-value: a stream of facts `. a b c d`; the question `. a b` repeats the key of one that was
/// stated once, the answer is its value `c d`.
public struct KeyValueTask: SandboxTask {
  static let name = "key-value"
  static let settings: [Setting<KeyValueTask>] = []
  static let defaultShare = 1.0
  static let form = Fact.form

  public init() {}

  var needleCount: Int { 1 }
  var goldCounts: ClosedRange<Int> { 1...1 }
  var similarLimit: Int { Entity.neighbourCount }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool {
    Fact.isSpelt(by: tokens, opening: SandboxToken.fact...SandboxToken.fact)
  }

  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    let needle = Needle(
      fact: Fact(
        opening: SandboxToken.fact, key: .random(&draws), value: .random(&draws)),
      hop: 0, depth: settings.depth ?? draws.unit())
    let key = needle.fact.key

    var supply = KeySupply(
      taken: [key], goldKeys: [key], similar: settings.similar, stream: random.child("keys"))
    var facts = random.child("facts")
    var growth = FactGrowth(
      capacity: settings.length / Fact.length - 1, rehearsal: settings.rehearsal,
      stream: random.child("rehearsal"))
    growth.grow(reserved: settings.similar ?? 0) {
      supply.nextKey().map {
        [(Fact(opening: SandboxToken.fact, key: $0, value: .random(&facts)), facts.unit())]
      }
    }

    var draft = TaskDraft(
      writer: .stream(settings, needles: [needle], growth: growth, random: random))
    draft.question = [SandboxToken.fact, key.first, key.second]
    draft.appendAnswer(needle.fact.value, isValue: true)
    draft.trace = draft.answer + draft.question
    return draft
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    let key = EnglishWording.name(instance.question.suffix(2))
    return EnglishWording(
      introduction:
        "Below is a list of code words. Some of its entries stand there more than once. "
        + "Keep all of them in mind, for you will be asked about one.",
      sentence: { statement in
        let fact = Fact(statement)
        return EnglishSentence(
          "The code word for ", .key(fact.key.name), " is ", .value(fact.value.name), ".")
      },
      question: "What is the code word for \(key) in the list above?",
      answerPrefix: " The code word for \(key) is", outputs: instance.goldValueNames)
  }
}

extension TaskFamily {
  public static let keyValue = TaskFamily(KeyValueTask.self)
}

extension TaskShape {
  public static let keyValue = TaskShape(KeyValueTask())
}
