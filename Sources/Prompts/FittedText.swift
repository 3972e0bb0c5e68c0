import Tokenization

/// An item of a task as a model reads it, fitted to a number of tokens.
public struct FittedText: Sendable, Equatable {
  /// The item, its answer prefix as it follows in the frame; its ranges are in bytes of its prompt.
  public var item: TextItem
  /// The size of its haystack.
  public var size: Int
  /// All that the model reads: the frame, the prompt and, in frames that begin the answer, its prefix.
  public var text: String
  /// The tokens of `text`.
  public var tokens: [Int32]
  /// The tokens that hold any of the context.
  public var contextTokens: Range<Int>
  /// The tokens that hold any of the question.
  public var questionTokens: Range<Int>
  /// The facts on the path to the answer, by hop, in tokens: every token that holds any of a part.
  public var gold: [GoldSpan]
  /// By how many tokens the text is shorter than was asked for.
  public var missing: Int

  /// The tokens of an item in a frame.
  ///
  /// - Parameter length: the number of tokens that was asked for; at least as many as there are.
  public init(
    _ item: TextItem, size: Int, frame: PromptFrame, encoder: any TextEncoder, length: Int
  ) {
    self.init(
      item, size: size, frame: frame, encoded: Self.encode(item, frame, encoder), length: length)
  }

  init(
    _ item: TextItem, size: Int, frame: PromptFrame, encoded: TokenizedText, length: Int
  ) {
    precondition(encoded.count <= length, "a fitted text is no longer than was asked for")
    self.item = item
    self.item.answerPrefix = frame.begun(item.answerPrefix, behind: item.prompt)
    self.size = size
    text = frame.text(item)
    tokens = encoded.tokens
    missing = length - encoded.count
    let start = frame.before.utf8.count
    let place = { (bytes: Range<Int>) -> Range<Int> in
      encoded.tokens(covering: bytes.lowerBound + start..<bytes.upperBound + start)
    }
    contextTokens = place(item.context)
    questionTokens = place(item.question)
    gold = item.gold.map { $0.mapRanges(place) }
  }

  static func encode(
    _ item: TextItem, _ frame: PromptFrame, _ encoder: any TextEncoder
  ) -> TokenizedText {
    encoder.encode(frame.text(item), addsSpecialTokens: frame.addsSpecialTokens)
  }
}

extension PromptFrame {
  /// All that a model reads of an item.
  public func text(_ item: TextItem) -> String {
    text(item.prompt, answerPrefix: item.answerPrefix)
  }
}
