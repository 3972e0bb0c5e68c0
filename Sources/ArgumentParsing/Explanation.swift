import DataFiles

extension OptionDeclaration {
  /// The help with the range, default and number of occurrences behind it.
  var explanation: String {
    var notes: [String] = []
    if let range = shape.rangeNote { notes.append(range) }
    if isRequired { notes.append("required") }
    if isRepeatable { notes.append("may be repeated") }
    if let text = defaultText { notes.append("default: \(text)") }
    return help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }
}

extension PositionalDeclaration {
  /// The help with the range behind it.
  var explanation: String {
    shape.rangeNote.map { "\(help) (\($0))" } ?? help
  }
}

extension ValueShape {
  /// Which values are right, in a few words; nil where nothing binds.
  var rangeNote: String? {
    switch self {
    case .flag, .text, .path: nil
    case .integer(let range): trimmedPhrase(phrase(range))
    case .number(let bounds): trimmedPhrase(phrase(bounds))
    case .choice(let words): words.joined(separator: ", ")
    case .list(let element): element.rangeNote.map { "each \($0)" }
    }
  }

  private func trimmedPhrase(_ phrase: String) -> String? {
    guard !phrase.isEmpty else { return nil }
    return phrase.hasPrefix(" of ") ? String(phrase.dropFirst(4)) : String(phrase.dropFirst())
  }
}

/// What comes before the first full stop, semicolon or colon: enough for a menu of a shell.
func gist(_ help: String) -> String {
  let words = help.split(whereSeparator: \.isWhitespace)
  var result: [Substring] = []
  for word in words {
    if let last = word.last, ".;:".contains(last), word.count > 2 {
      result.append(word.dropLast())
      break
    }
    result.append(word)
  }
  return result.joined(separator: " ")
}
