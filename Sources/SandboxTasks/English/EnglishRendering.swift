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
    let wording = instance.settings.shape.task.english(instance)
    outputs = wording.outputs
    answerPrefix = wording.answerPrefix
    input = wording.introduction + "\n\n"

    let hops = Dictionary(
      uniqueKeysWithValues: instance.gold.map { ($0.span.lowerBound, $0.hop) })
    let length = instance.family.form.length
    let context = instance.context
    var place = 0
    while place < context.count {
      if place > 0 { input += " " }
      if SandboxToken.isFiller(context[place]) {
        input += Self.fillerSentences[Int(context[place] - SandboxToken.filler(0))]
        place += 1
        continue
      }
      let sentence = wording.sentence(context[place..<place + length])
      if let hop = hops[place] {
        let start = input.utf8.count
        func moved(_ range: Range<Int>) -> Range<Int> {
          start + range.lowerBound..<start + range.upperBound
        }
        gold.append(
          .init(
            hop: hop, span: moved(0..<sentence.text.utf8.count), key: moved(sentence.key),
            value: moved(sentence.value)))
      }
      input += sentence.text
      place += length
    }
    gold.sort { $0.hop < $1.hop }
    input += "\n\n" + wording.question
  }
}
