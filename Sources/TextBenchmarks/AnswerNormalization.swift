import Foundation

/// The form in which answers are compared: lower case, without punctuation, articles and extra white
/// space, as the evaluation of SQuAD defines it.
public enum AnswerNormalization {
  /// The words of a text in that form.
  ///
  /// - Parameter foldsAccents: whether letters lose their accents too, as in ZeroSCROLLS. Letters of
  ///   scripts other than Latin stay as they are.
  public static func words(_ text: String, foldsAccents: Bool = false) -> [String] {
    let spaced = spacingArticles(
      text.lowercased().unicodeScalars.filter { !isASCIIPunctuation($0) })
    var words = split(spaced)
    if foldsAccents { words = words.flatMap { split(Array(fold($0).unicodeScalars)) } }
    return words
  }

  /// The signs that are left out: those of ASCII alone.
  static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// What a word is made of where articles are looked for: letters, digits and other numbers.
  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" || scalar.properties.numericType != nil { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default:
      return false
    }
  }

  /// A space in the place of each article that stands as a word of its own.
  private static func spacingArticles(
    _ scalars: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var spaced: [Unicode.Scalar] = []
    spaced.reserveCapacity(scalars.count)
    var start = 0
    while start < scalars.count {
      guard isWordScalar(scalars[start]) else {
        spaced.append(scalars[start])
        start += 1
        continue
      }
      var end = start
      while end < scalars.count && isWordScalar(scalars[end]) { end += 1 }
      let word = scalars[start..<end]
      if word.elementsEqual("a".unicodeScalars) || word.elementsEqual("an".unicodeScalars)
        || word.elementsEqual("the".unicodeScalars)
      {
        spaced.append(" ")
      } else {
        spaced += word
      }
      start = end
    }
    return spaced
  }

  private static func split(_ scalars: [Unicode.Scalar]) -> [String] {
    scalars.split(whereSeparator: isSpace).map { word in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: word)
      return String(text)
    }
  }

  /// White space, and the separators of files, groups, records and units, at which Python splits too.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || 0x1C...0x1F ~= scalar.value
  }

  /// Latin letters that are not a plain letter with an accent, and typographic signs.
  private static let replacements: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i",
    "ħ": "h", "ŋ": "ng", "‘": "'", "’": "'", "“": "\"", "”": "\"", "„": ",,", "–": "-", "—": "--",
    "…": "...", "«": "<<", "»": ">>", "°": "deg", "£": "PS", "€": "EUR", "×": "x",
  ]

  private static func fold(_ word: String) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) { return word }
    var folded = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      if let replacement = replacements[scalar] {
        folded.append(contentsOf: replacement.unicodeScalars)
      } else {
        for part in String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars
        where part.properties.generalCategory != .nonspacingMark { folded.append(part) }
      }
    }
    return String(folded)
  }
}
