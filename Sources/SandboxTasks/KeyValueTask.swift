import Randomness

/// Key-value: a stream of facts `. a b c d`; the question `. a b` repeats the key of one that was
/// stated once, the answer is its value `c d`.
extension TaskDraft {
  static func keyValue(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
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
}

extension EnglishWording {
  static func keyValue(_ instance: TaskInstance) -> EnglishWording {
    let key = name(instance.question.suffix(2))
    return EnglishWording(
      introduction:
        "Below is a list of code words. Some of its entries stand there more than once. "
        + "Keep all of them in mind, for you will be asked about one.",
      sentences: [SandboxToken.fact: ("The code word for ", " is ")],
      question: "What is the code word for \(key) in the list above?",
      answerPrefix: " The code word for \(key) is")
  }
}
