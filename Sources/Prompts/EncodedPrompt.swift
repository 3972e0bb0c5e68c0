import Tokenization

/// A text as a model reads it: tokens of the context, of what follows it, and of the answer.
public struct EncodedPrompt: Sendable {
  /// The text.
  public let prompt: TextPrompt
  /// What is read before the question, template included.
  public let context: [Int32]
  /// The question and the beginning of the answer, for an answer at once and behind a thought.
  public let directPrompt: [Int32]
  public let thinkingPrompt: [Int32]
  /// The right answer, and for each token whether it holds any of `outputs`.
  public let answer: [Int32]
  public let answerIsValue: [Bool]
  /// The facts on the path to the answer, in tokens of the context: every token that holds any of one.
  public let gold: [GoldSpan]
  /// What is forced behind a thought before the answer: after the model's own end of it, and instead of
  /// one.
  public let afterEnd: [Int32]
  public let closing: [Int32]

  /// T: all tokens that are read before an answer at once.
  public var length: Int { context.count + directPrompt.count }

  /// Encodes a text.
  ///
  /// - Throws: `TextMethodError.otherTokenizer`, `.noContext`, `.noAnswer`.
  public init(
    _ prompt: TextPrompt, _ model: TextModel, file: String
  ) throws(TextMethodError) {
    let prompt = prompt.trimmed(for: model.template)
    self.prompt = prompt
    if let fitted = prompt.tokenizer, fitted.hash != model.tokenizerName.hash {
      throw .otherTokenizer(file: file, fitted: fitted, own: model.tokenizerName)
    }
    let direct = PromptFrame(model.template)
    let thinking = model.template.frame(thinks: true)
    let words = model.thinking
    let start = direct.before.utf8.count
    let begun = direct.text(prompt.input, answerPrefix: prompt.answerPrefix)
    let whole = model.tokenizer.encode(begun, addsSpecialTokens: direct.addsSpecialTokens)
    // The first token that holds any of the question, if only its end.
    let end = prompt.context.upperBound + start
    let split = whole.tokens(covering: end..<begun.utf8.count).lowerBound
    guard split > 0, split < whole.count else {
      throw .noContext(file: file, index: prompt.index)
    }
    context = Array(whole.tokens[..<split])
    directPrompt = Array(whole.tokens[split...])
    let deep = model.tokenizer.encode(
      thinking.before + prompt.input + thinking.after + words.opening,
      addsSpecialTokens: model.template.addsSpecialTokens)
    let tail =
      deep.tokens.starts(with: context)
      ? Array(deep.tokens[split...])
      : model.tokens(
        String(decoding: Array(prompt.input.utf8)[prompt.context.upperBound...], as: UTF8.self)
          + thinking.after + words.opening)
    thinkingPrompt = tail.isEmpty ? directPrompt : tail
    let prefix = PromptFrame.begun(prompt.answerPrefix, behind: "\n")
    afterEnd = model.tokens(words.afterEnd + prefix)
    closing = model.tokens(words.closing + prefix)
    let ends = begun.unicodeScalars.last.map { $0.properties.isWhitespace } ?? true
    let right = ends ? String(prompt.answer.drop(while: \.isWhitespace)) : prompt.answer
    let answer = model.tokenizer.encode(
      right.isEmpty ? prompt.answer : right, addsSpecialTokens: false)
    guard answer.count > 0 else {
      throw .noAnswer(file: file, line: prompt.lineNumber, index: prompt.index)
    }
    self.answer = answer.tokens
    answerIsValue = Self.holding(prompt.outputs, answer, right)
    gold = prompt.gold.map { fact in
      fact.mapRanges {
        whole.tokens(covering: $0.lowerBound + start..<$0.upperBound + start)
          .clamped(to: 0..<split)
      }
    }
  }

  private static func holding(
    _ outputs: [String], _ answer: TokenizedText, _ text: String
  ) -> [Bool] {
    var holds = [Bool](repeating: false, count: answer.count)
    let bytes = Array(text.utf8)
    for output in outputs {
      let wanted = Array(output.utf8)
      for start in bytes.indices where bytes[start...].starts(with: wanted) {
        for token in answer.tokens(covering: start..<start + wanted.count) { holds[token] = true }
      }
    }
    // An answer that holds none of them literally is all value.
    return holds.contains(true) ? holds : holds.map { _ in true }
  }
}
