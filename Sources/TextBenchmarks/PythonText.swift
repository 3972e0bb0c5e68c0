/// What Python says of text, in whose terms the benchmarks' own metrics are written.
///
/// Characters are those of the Swift runtime's Unicode; Python of an older one knows fewer.
extension String {
  /// `str.lower()`: the full lower case of each character, and a capital sigma at the end of a word as the
  /// small one that ends words.
  ///
  /// A sigma ends a word where a letter with case stands before it and none behind it, whatever marks and
  /// apostrophes are between.
  var lowercasedAsPython: String {
    let scalars = Array(unicodeScalars)
    var lower = String.UnicodeScalarView()
    for (place, scalar) in scalars.enumerated() {
      if scalar == "\u{3A3}" {
        lower.append(Self.endsWord(scalars, place) ? "\u{3C2}" : "\u{3C3}")
      } else {
        lower.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(lower)
  }

  private static func endsWord(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
    let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
    guard before?.properties.isCased == true else { return false }
    return scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }?.properties.isCased
      != true
  }
}

extension Unicode.Scalar {
  /// `str.isspace()`: white space, and the separators of files, groups, records and units.
  var isPythonSpace: Bool { properties.isWhitespace || 0x1C...0x1F ~= value }

  /// `\w`: letters, digits and other numbers, and the underscore.
  var isPythonWord: Bool {
    if self == "_" || properties.numericType != nil { return true }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default:
      return false
    }
  }

  /// What a `\d`, a decimal digit of any script, counts; nil of anything else.
  var decimalDigit: Int? {
    guard properties.numericType == .decimal else { return nil }
    return properties.numericValue.map { Int($0) }
  }
}
