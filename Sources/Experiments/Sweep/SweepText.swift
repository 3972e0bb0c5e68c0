import DataFiles

/// That a task of a sweep is asked as text, in the tokens of the model's own tokenizer.
public struct SweepText: Sendable, Equatable {
  /// Where the text comes from.
  public enum Source: Sendable, Equatable {
    /// The task's generator, in English, fitted to T tokens of template, context and question.
    case made
    /// Files of text, the items in order; `{length}` in the name stands for T.
    case files(String)
  }

  public var source: Source
  /// The most tokens of an answer.
  public var answerTokens: Int
  /// Whether the model continues the text, whatever chat template it brings.
  public var isPlain: Bool
  /// A file that says what stands around a prompt, in place of the model's chat template; nil for that.
  public var promptTemplate: String?

  /// The file of a length; nil where the text is made.
  public func file(length: Int) -> String? {
    guard case .files(let pattern) = source else { return nil }
    return pattern.replacing("{length}", with: "\(length)")
  }

  /// Writes all of it into an open object: what keys are made of. What a file holds is part of what the
  /// model's hash is made of.
  func writeIdentity(to json: inout JSONWriter) {
    switch source {
    case .made: json.member("text", true)
    case .files(let pattern): json.member("text", pattern)
    }
    json.member("answer_tokens", answerTokens)
    json.member("plain", isPlain)
    // Written only where it is so: plans of before it was there are still the same.
    if let promptTemplate { json.member("prompt_template", promptTemplate) }
  }

  /// Reads the members of a task that say so; nil where none does.
  static func read(_ reader: inout JSONObjectReader) throws(JSONError) -> SweepText? {
    guard let value = reader.valueIfPresent("text"), !value.isNull, value.bool != false else {
      return nil
    }
    var source = Source.made
    if value.bool == nil {
      let pattern = try reader.string("text")
      guard !pattern.isEmpty else {
        throw reader.invalid("text", "must be true, or name a file of text")
      }
      source = .files(pattern)
    }
    let text = SweepText(
      source: source, answerTokens: try reader.int("answer_tokens", default: 32, in: 1...1 << 20),
      isPlain: try reader.bool("plain", default: false),
      promptTemplate: reader.contains("prompt_template")
        ? try reader.string("prompt_template") : nil)
    if text.isPlain, text.promptTemplate != nil {
      throw reader.invalid("prompt_template", "does not go with plain; give one of the two")
    }
    return text
  }
}
