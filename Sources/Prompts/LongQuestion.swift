import DataFiles

/// A question of a benchmark that is too long, after everything was cut that the benchmark's own code cuts.
public struct LongQuestion: Sendable, Hashable, CustomStringConvertible {
  /// The file that holds it, the line on which it begins there, and its name.
  public let file: String
  public let line: Int
  public let id: String
  /// The category, subset or task.
  public let row: String
  /// What it takes of the limit before anything is cut: tokens before an answer where the limit was
  /// chosen, else those of thoughts and answers as well.
  public let tokens: Int
  public let limit: Int
  /// Whether the limit was chosen, and not the model's own number of positions.
  public let isChosen: Bool
  /// Whether the text is asked whole or not at all; else its question alone is too long.
  public let isWhole: Bool

  public init(
    file: String, line: Int, id: String, row: String, tokens: Int, limit: Int, isChosen: Bool,
    isWhole: Bool
  ) {
    (self.file, self.line, self.id, self.row) = (file, line, id, row)
    (self.tokens, self.limit, self.isChosen, self.isWhole) = (tokens, limit, isChosen, isWhole)
  }

  /// What messages call a question.
  public static func name(_ file: String, _ line: Int, _ id: String) -> String {
    "\(file), line \(line): question \"\(legible(id))\""
  }

  public var description: String {
    let tokens =
      isChosen
      ? "has \(tokens) tokens before its answer, and --context-tokens allows \(limit)"
      : "takes \(tokens) tokens, thoughts and answer included, and the model has \(limit) positions"
    let cut =
      isWhole
      ? "its text was made for a length and is not cut"
      : "nothing but its question is left to be cut"
    let more =
      isChosen
      ? "give a greater --context-tokens" : "let it go beyond them with --context-tokens"
    return "\(Self.name(file, line, id)) \(tokens); \(cut): \(more), or "
      + "leave such questions out with --skip-too-long"
  }
}
