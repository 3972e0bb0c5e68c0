import Experiments
import SandboxTasks
import TextTasks

extension ProbeItem {
  /// The items of a file of text, in the tokens of a model.
  ///
  /// Each is an instance of its family whose tokens are the model's own. All of a file count as equally
  /// long: the tokens to which they were fitted, or as many as they have on the average, template and
  /// question included.
  ///
  /// - Parameter limit: how many to read at most; nil reads all.
  /// - Throws: `TextMethodError`, `FileSystemError`, `JSONError`.
  public static func readText(
    _ file: String, _ model: TextModel, limit: Int? = nil
  ) throws -> [ProbeItem] {
    let encoded = try TextPrompt.read(file, limit: limit).map {
      try EncodedPrompt($0, model, file: file)
    }
    let total = encoded.reduce(0) { $0 + $1.length }
    let fitted = Set(encoded.map(\.prompt.fittedLength))
    let length =
      fitted.count == 1
      ? encoded[0].prompt.fittedLength ?? (total + encoded.count / 2) / encoded.count
      : (total + encoded.count / 2) / encoded.count
    return try encoded.map { ProbeItem(file: file, instance: try $0.instance(length, file: file)) }
  }
}

extension EncodedPrompt {
  /// The text as an instance of a task.
  func instance(_ length: Int, file: String) throws(TextMethodError) -> TaskInstance {
    let facts = gold.sorted { $0.hop < $1.hop }.filter { !$0.span.isEmpty }
    guard !facts.isEmpty else { throw .noGold(file: file, index: prompt.index) }
    let family = prompt.family ?? (facts.count > 1 ? .needle : .keyValue)
    let shape: TaskShape =
      switch family {
      case .needle: .needle(NeedleShape(keys: max(1, facts.count)))
      case .multiHop: .multiHop(MultiHopShape(hops: facts.count))
      default: .keyValue
      }
    var instance = TaskInstance(
      settings: TaskSettings(shape, length: length), seed: prompt.seed, split: prompt.split,
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
