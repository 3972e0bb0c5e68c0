/// Words as a shell reads them.
public enum ShellWords {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,=:+@%")

  /// Whether a word means itself without quotes.
  public static func isPlain(_ word: String) -> Bool {
    word.allSatisfy(plain.contains) && !word.isEmpty
  }

  /// A line that a shell takes apart into these words: those with other characters stand in quotes.
  public static func line(_ words: [String]) -> String {
    words.map { word in
      isPlain(word) ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }.joined(separator: " ")
  }
}
