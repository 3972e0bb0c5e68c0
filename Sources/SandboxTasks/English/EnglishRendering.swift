/// An instance in English: a sentence for each fact and one for each filler word.
///
/// The text is ASCII, so characters, bytes and code points count alike.
public struct EnglishRendering: Sendable {
  /// What comes before the context.
  public let introduction: String
  /// The sentences, with single spaces between them.
  public private(set) var context = ""
  /// What is asked after it.
  public let question: String
  /// How the answer starts, from the space that parts it from the question.
  public let answerPrefix: String
  /// The names that the answer must hold, in order.
  public let outputs: [String]
  /// The facts on the path to the answer, by hop, in bytes of the context: a sentence with its full
  /// stop, and the names that it is about and that it gives.
  public private(set) var gold: [GoldFact] = []

  /// The sentences of the eight filler words.
  static let fillerSentences = [
    "The kettle began to sing.", "A cart rolled down the lane.", "Clouds gathered over the bay.",
    "Someone closed a window.", "The clock struck seven.", "Leaves drifted past the door.",
    "A dog barked far away.", "The lamp flickered twice.",
  ]

  /// Renders an instance.
  ///
  /// - Complexity: O(T).
  public init(_ instance: TaskInstance) {
    let wording = instance.settings.shape.task.english(instance)
    introduction = wording.introduction
    question = wording.question
    outputs = wording.outputs
    answerPrefix = wording.answerPrefix
    let hops = Dictionary(
      uniqueKeysWithValues: instance.gold.map { ($0.span.lowerBound, $0.hop) })
    let length = instance.family.form.length
    let tokens = instance.context
    var place = 0
    while place < tokens.count {
      if place > 0 { context += " " }
      if SandboxToken.isFiller(tokens[place]) {
        context += Self.fillerSentences[Int(tokens[place] - SandboxToken.filler(0))]
        place += 1
        continue
      }
      let sentence = wording.sentence(tokens[place..<place + length])
      if let hop = hops[place] {
        let start = context.utf8.count
        func moved(_ range: Range<Int>) -> Range<Int> {
          start + range.lowerBound..<start + range.upperBound
        }
        gold.append(
          GoldFact(
            hop: hop, span: moved(0..<sentence.text.utf8.count), key: moved(sentence.key),
            value: moved(sentence.value)))
      }
      context += sentence.text
      place += length
    }
    gold.sort { $0.hop < $1.hop }
  }
}
