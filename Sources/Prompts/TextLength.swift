/// T of texts: how many tokens a model reads before the first token of an answer at once, whatever they
/// are: template, context, question and the beginning of the answer.
public enum TextLength {
  /// T of a file, to the nearest whole number: the mean over its texts, which all have as many where the
  /// file was fitted to this tokenizer and template.
  ///
  /// - Parameter lengths: of its texts, at least one.
  public static func mean(_ lengths: some Collection<Int>) -> Int {
    precondition(!lengths.isEmpty, "a file holds a text")
    return (lengths.reduce(0, +) + lengths.count / 2) / lengths.count
  }
}
