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
  /// The frame of a form around a prompt as the user's only message; plain text begins the answer, which
  /// in a conversation is the model's own.
  ///
  /// - Parameter thinks: whether the answer may begin with a thought, where the form knows any.
  public init(_ form: ChatForm, thinks: Bool = true) {
    let (before, after) = form.frame(thinks: thinks)
    self.init(
      before: before, after: after, beginsAnswer: form.isPlain,
      addsSpecialTokens: form.addsSpecialTokens)
  }
}
