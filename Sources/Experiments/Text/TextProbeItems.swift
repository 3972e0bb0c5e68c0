import Prompts
import SandboxTasks

extension ProbeItem {
  /// The items of a file of text, in the tokens of a model.
  ///
  /// Each is an instance of its family whose tokens are the model's own. All of a file count as equally
  /// long, as `TextLength` says.
  ///
  /// - Parameter limit: how many to read at most; nil reads all.
  /// - Throws: `TextMethodError`, `FileSystemError`, `JSONError`.
  public static func readText(
    _ file: String, _ model: TextModel, limit: Int? = nil
  ) throws -> [ProbeItem] {
    let encoded = try TextPrompt.read(file, limit: limit).map {
      try EncodedPrompt($0, model, file: file)
    }
    let length = TextLength.mean(encoded.map(\.length))
    return try encoded.map { prompt in
      ProbeItem(
        file: file, instance: try prompt.instance(length, file: file), text: prompt.words(model))
    }
  }
}

extension EncodedPrompt {
  /// How the text reads: its parts as the file has them, and each token that a pass reads by itself.
  func words(_ model: TextModel) -> ProbeText {
    let read = context + directPrompt + answer.dropLast()
    func words(_ tokens: [Int32]) -> [String] { tokens.map { model.tokenizer.decode([$0]) } }
    return ProbeText(
      input: prompt.input,
      question: String(
        decoding: Array(prompt.input.utf8)[prompt.context.upperBound...], as: UTF8.self),
      answer: prompt.answer, answerWords: words(answer),
      words: read.count <= ProbeText.mostWords ? words(read) : nil)
  }

  /// The text as an instance of a task, which counts as `length` tokens long.
  func instance(_ length: Int, file: String) throws(TextMethodError) -> TaskInstance {
    let facts = gold.sorted { $0.hop < $1.hop }.filter { !$0.span.isEmpty }
    guard !facts.isEmpty else { throw .noGold(file: file, index: prompt.index) }
    // Of files of others only the number of facts is known.
    let family = prompt.family ?? (facts.count > 1 ? .needle : .keyValue)
    var instance = TaskInstance(
      settings: TaskSettings(TaskShape(family, goldFacts: facts.count), length: length),
      seed: prompt.seed, split: prompt.split,
      index: prompt.index, context: context, question: directPrompt, answer: answer,
      answerIsValue: answerIsValue, trace: [],
      gold: facts.map { fact in
        func part(_ range: Range<Int>?) -> Range<Int> {
          guard let range, !range.isEmpty else { return fact.span }
          return range
        }
        return GoldFact(
          hop: fact.hop, span: fact.span, key: part(fact.key), value: part(fact.value))
      }, similarDistractors: [])
    instance.isText = true
    return instance
  }
}
