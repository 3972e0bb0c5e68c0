/// A fact on the path to an answer, as it stands in a prompt.
///
/// Ranges count bytes of the prompt in UTF-8 or, in a `FittedText`, tokens.
public struct GoldSpan: Sendable, Equatable {
  /// Its number on the path to the answer, from 0.
  public var hop: Int
  /// The whole fact.
  public var span: Range<Int>
  /// The part that the question names, where there is one.
  public var key: Range<Int>?
  /// The part that the answer repeats, where there is one.
  public var value: Range<Int>?

  public init(
    hop: Int, span: Range<Int>, key: Range<Int>? = nil, value: Range<Int>? = nil
  ) {
    (self.hop, self.span, self.key, self.value) = (hop, span, key, value)
  }

  /// The fact with all its ranges put through a function.
  public func mapRanges(_ transform: (Range<Int>) -> Range<Int>) -> GoldSpan {
    GoldSpan(
      hop: hop, span: transform(span), key: key.map(transform), value: value.map(transform))
  }
}

/// One item of a task as text.
public struct TextItem: Sendable, Equatable {
  /// What is read: an introduction, the context, the question.
  public var prompt: String
  /// The bytes of the prompt that are the context.
  public var context: Range<Int>
  /// The bytes of the prompt that are the question.
  public var question: Range<Int>
  /// How an answer starts, from the space that parts it from the prompt; empty where the task does
  /// not begin the answer.
  public var answerPrefix: String
  /// The right answer, as it is to follow prompt and answer prefix.
  public var answer: String
  /// What a right answer holds.
  public var outputs: [String]
  /// The facts on the path to the answer, by hop, in bytes of the prompt.
  public var gold: [GoldSpan]

  /// An item whose prompt is introduction, context and question with blank lines between them; the
  /// introduction may be empty.
  ///
  /// - Parameter gold: in bytes of the context.
  public init(
    introduction: String, context: String, question: String, answerPrefix: String = "",
    answer: String, outputs: [String], gold: [GoldSpan]
  ) {
    prompt = introduction.isEmpty ? "" : introduction + "\n\n"
    let start = prompt.utf8.count
    prompt += context
    let end = prompt.utf8.count
    prompt += "\n\n"
    let asked = prompt.utf8.count
    prompt += question
    self.context = start..<end
    self.question = asked..<prompt.utf8.count
    self.answerPrefix = answerPrefix
    self.answer = answer
    self.outputs = outputs
    self.gold = gold.map { fact in
      fact.mapRanges { $0.lowerBound + start..<$0.upperBound + start }
    }
  }

  /// An item whose prompt is put together already.
  ///
  /// - Parameters:
  ///   - context: in bytes of the prompt, like `question`.
  ///   - gold: in bytes of the prompt.
  public init(
    prompt: String, context: Range<Int>, question: Range<Int>, answerPrefix: String = "",
    answer: String, outputs: [String], gold: [GoldSpan]
  ) {
    self.prompt = prompt
    self.context = context
    self.question = question
    self.answerPrefix = answerPrefix
    self.answer = answer
    self.outputs = outputs
    self.gold = gold
  }
}
