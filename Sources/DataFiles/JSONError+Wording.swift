extension JSONError: CustomStringConvertible {
  /// `file:line:column: one sentence`, without the place where none is known.
  public var description: String {
    guard location != .none else { return "\(file): \(problem)." }
    return "\(file):\(location.line):\(location.column): \(problem)."
  }
}

extension JSONError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notUTF8: "the text is not valid UTF-8 from here on"
    case .unexpectedEnd(let wanted): "the file ends where \(wanted) should follow"
    case .unexpected(let found, let wanted): "expected \(wanted), but found \(found)"
    case .unterminatedString: "the string that starts here has no closing quote on its line"
    case .unterminatedComment: "the comment that starts here has no closing */"
    case .invalidEscape(let escape):
      "\(escape) is no escape sequence; write \\\\ for a backslash or \\uXXXX for a character"
    case .malformedNumber(let text):
      "\(text) is not a number; write it like 12, -0.5, 1e-3 or 0xff"
    case .numberTooLarge(let text): "the number \(text) is too large to be held"
    case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
    case .duplicateKey(let key, let first):
      "the key \(quoted(key)) stands twice, first in line \(first.line), column \(first.column)"
    case .lineTooLong(let limit): "the line is longer than the \(limit) bytes that are accepted"
    case .truncatedLastLine:
      "the last line has no line end and is no whole record, as an interrupted writer leaves it; "
        + "remove that line or run the writer again"
    case .missingKey(let path, nil): "\(path) is missing; it is required"
    case .missingKey(let path, let similar?):
      "\(path) is missing; it is required (is \(quoted(similar)) meant to be it?)"
    case .unknownKey(let path, let suggestion?, _):
      "\(path) is not a known key (did you mean \(quoted(suggestion))?)"
    case .unknownKey(let path, nil, let known) where known.isEmpty:
      "\(path) is not a known key; none is expected here"
    case .unknownKey(let path, nil, let known):
      "\(path) is not a known key; known are \(known.joined(separator: ", "))"
    case .mismatch(let path, let wanted, let found):
      "\(path) must be \(wanted), but is \(found)"
    case .invalid(let path, let reason): "\(path) \(reason)"
    }
  }
}

/// Text in quotes that fits in one line of a message.
func quoted(_ text: some StringProtocol, limit: Int = 60) -> String {
  "\"\(legible(text, limit: limit))\""
}

/// Text of whatever origin as a message can show it: control characters escaped, long text cut.
public func legible(_ text: some StringProtocol, limit: Int = 60) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.dropFirst(limit).isEmpty ? result : result + "…"
}
