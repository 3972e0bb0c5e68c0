/// Words as a shell reads them.
enum ShellWords {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,=:+@%")

  /// A line that a shell takes apart into these words: those with other characters stand in quotes.
  static func line(_ words: [String]) -> String {
    words.map { word in
      word.allSatisfy(plain.contains) && !word.isEmpty
        ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }.joined(separator: " ")
  }
}
