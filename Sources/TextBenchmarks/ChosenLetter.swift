/// Which of the choices A to D an answer names.
public enum ChosenLetter {
  /// The first of these letters that stands as a word of its own, as ZeroSCROLLS' QuALITY reads answers.
  public static func standingAlone(_ text: String) -> Character? {
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() where "A"..."D" ~= scalar {
      let follows = index > 0 && scalars[index - 1].isPythonWord
      let continues = index + 1 < scalars.count && scalars[index + 1].isPythonWord
      if !follows && !continues { return Character(scalar) }
    }
    return nil
  }

  /// The letter that the sentence "The correct answer is (B)" names, with or without parentheses, as
  /// LongBench v2 asks models to answer. Asterisks are ignored; a letter in parentheses goes first,
  /// wherever it stands.
  public static func declared(_ text: String) -> Character? {
    let plain = Array(text.utf8.filter { $0 != UInt8(ascii: "*") })
    return letter(behind: "The correct answer is (", closedBy: ")", in: plain)
      ?? letter(behind: "The correct answer is ", closedBy: "", in: plain)
  }

  private static func letter(
    behind opening: String, closedBy closing: String, in text: [UInt8]
  ) -> Character? {
    let opening = Array(opening.utf8)
    let closing = Array(closing.utf8)
    let length = opening.count + 1 + closing.count
    guard text.count >= length else { return nil }
    for start in 0...text.count - length where text[start...].starts(with: opening) {
      let letter = text[start + opening.count]
      guard UInt8(ascii: "A")...UInt8(ascii: "D") ~= letter else { continue }
      if text[(start + opening.count + 1)...].starts(with: closing) {
        return Character(Unicode.Scalar(letter))
      }
    }
    return nil
  }
}
