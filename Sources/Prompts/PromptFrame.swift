import Tokenization

/// What stands around a prompt when a model reads it.
public struct PromptFrame: Sendable, Equatable {
  /// What comes before the prompt.
  public var before: String
  /// What comes after it.
  public var after: String
  /// Whether the task's answer prefix follows, so that the model goes on in the middle of the answer.
  public var beginsAnswer: Bool
  /// Whether the tokenizer adds its special tokens; a frame that spells them out says no.
  public var addsSpecialTokens: Bool

  public init(
    before: String = "", after: String = "", beginsAnswer: Bool = true,
    addsSpecialTokens: Bool = true
  ) {
    self.before = before
    self.after = after
    self.beginsAnswer = beginsAnswer
    self.addsSpecialTokens = addsSpecialTokens
  }

  /// The prompt alone, with the beginning of the answer: for models that continue text.
  public static let plain = PromptFrame()
}

extension PromptFrame {
  /// The frame in which every command asks for an answer at once: a form of conversation around the
  /// prompt as the user's only message, an empty thought where the form knows thoughts, and the beginning
  /// of the answer.
  public init(_ form: ChatForm) {
    let (before, after) = form.frame(thinks: false)
    self.init(before: before, after: after, addsSpecialTokens: form.addsSpecialTokens)
  }

  /// All that a model reads before it answers a prompt, and so what T counts.
  public func text(_ prompt: String, answerPrefix: String) -> String {
    before + prompt + after + (beginsAnswer ? begun(answerPrefix, behind: prompt) : "")
  }

  /// The beginning of an answer as it follows a prompt in this frame: without the space that parts it
  /// from what stands before where white space stands there already.
  public func begun(_ answerPrefix: String, behind prompt: String) -> String {
    Self.begun(answerPrefix, behind: after.isEmpty ? prompt : after)
  }

  /// A text as it follows another one: without leading white space where that ends in some.
  public static func begun(_ text: String, behind other: String) -> String {
    other.unicodeScalars.last?.properties.isWhitespace == true
      ? String(text.drop(while: \.isWhitespace)) : text
  }
}
