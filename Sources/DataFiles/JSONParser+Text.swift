/// White space, comments, names and strings of JSON5. The input is known to be valid UTF-8.
extension JSONParser {
  /// The offset after the character at `offset`.
  func after(_ offset: Int) -> Int {
    var next = offset + 1
    while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  /// The character that starts at `offset`.
  func scalar(at offset: Int) -> Unicode.Scalar {
    let byte = bytes[offset]
    if byte < 0x80 { return Unicode.Scalar(byte) }
    return String(decoding: bytes[offset..<after(offset)], as: UTF8.self).unicodeScalars.first
      ?? "\u{FFFD}"
  }

  // MARK: Between values

  /// Steps over white space and comments.
  mutating func skipTrivia() throws(JSONError) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09...0x0D: position += 1
      case UInt8(ascii: "/"): try skipComment()
      case 0x80...:
        let scalar = scalar(at: position)
        guard scalar == "\u{FEFF}" || scalar.properties.isWhitespace else { return }
        position = after(position)
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONError) {
    let start = position
    let opener = position + 1 < bytes.count ? bytes[position + 1] : 0
    switch opener {
    case UInt8(ascii: "/"):
      position += 2
      while position < bytes.count, !isLineEnd(at: position) { position += 1 }
    case UInt8(ascii: "*"):
      position += 2
      while position + 1 < bytes.count {
        if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
          position += 2
          return
        }
        position += 1
      }
      throw failure(.unterminatedComment, at: start)
    default: throw unexpected("a value, or a comment opened by // or /*")
    }
  }

  /// Whether LF, CR, U+2028 or U+2029 starts at `offset`.
  private func isLineEnd(at offset: Int) -> Bool {
    switch bytes[offset] {
    case 0x0A, 0x0D: true
    case 0xE2:
      offset + 2 < bytes.count && bytes[offset + 1] == 0x80 && bytes[offset + 2] & 0xFE == 0xA8
    default: false
    }
  }

  // MARK: Names

  func isNamePart(at offset: Int) -> Bool {
    switch bytes[offset] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    case 0x80...: isNamePart(scalar(at: offset))
    default: false
    }
  }

  private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    return switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
    default: isNameStart(scalar)
    }
  }

  private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "$" || scalar == "_" { return true }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      true
    default: false
    }
  }

  /// A key without quotes.
  mutating func identifier() throws(JSONError) -> String {
    var name = String.UnicodeScalarView()
    while position < bytes.count {
      let start = position
      let scalar: Unicode.Scalar
      if bytes[position] == UInt8(ascii: "\\") {
        position += 1
        guard skip("u") else { throw failure(.invalidEscape("\"\\\""), at: start) }
        scalar = try unicodeEscape(from: start)
      } else {
        scalar = self.scalar(at: position)
        guard name.isEmpty ? isNameStart(scalar) : isNamePart(scalar) else { break }
        position = after(position)
      }
      guard name.isEmpty ? isNameStart(scalar) : isNamePart(scalar) else {
        throw failure(
          .unexpected(found: quoted(String(scalar)), wanted: "a letter of a key"), at: start)
      }
      name.append(scalar)
    }
    guard !name.isEmpty else { throw unexpected("a key or } of the object") }
    return String(name)
  }

  // MARK: Strings

  /// A string in single or double quotes.
  mutating func string() throws(JSONError) -> String {
    let start = position
    let quote = bytes[position]
    position += 1
    var chunk = position
    var text: [UInt8] = []
    while position < bytes.count {
      switch bytes[position] {
      case quote:
        defer { position += 1 }
        // Most strings have no escape and are decoded where they stand.
        if text.isEmpty { return String(decoding: bytes[chunk..<position], as: UTF8.self) }
        text += bytes[chunk..<position]
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text += bytes[chunk..<position]
        try escape(into: &text)
        chunk = position
      case 0x0A, 0x0D: throw failure(.unterminatedString, at: start)
      default: position += 1
      }
    }
    throw failure(.unterminatedString, at: start)
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    guard position < bytes.count else { return }
    if isLineEnd(at: position) {
      // A line continuation; CR LF counts as one line end.
      let isCarriageReturn = bytes[position] == 0x0D
      position = after(position)
      if isCarriageReturn, position < bytes.count, bytes[position] == 0x0A { position += 1 }
      return
    }
    let character = bytes[position]
    let end = after(position)
    defer { if position < end { position = end } }
    switch character {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "0") where end == bytes.count || !isDigit(bytes[end]): text.append(0x00)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      throw invalidEscape(from: start, through: end)
    case UInt8(ascii: "x"):
      position = end
      let value = try hexadecimal(digits: 2, from: start)
      text += Array(String(Unicode.Scalar(UInt8(value))).utf8)
    case UInt8(ascii: "u"):
      position = end
      text += Array(String(try unicodeEscape(from: start)).utf8)
    default: text += bytes[position..<end]
    }
  }

  /// The character of `\uXXXX`, after its `u`; two of them for a surrogate pair.
  private mutating func unicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try hexadecimal(digits: 4, from: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, skip("\\"), skip("u") else {
      throw invalidEscape(from: start, through: position)
    }
    let second = try hexadecimal(digits: 4, from: start)
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw invalidEscape(from: start, through: position) }
    return scalar
  }

  private mutating func hexadecimal(digits: Int, from start: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard position < bytes.count, let digit = hexadecimalDigit(bytes[position]) else {
        throw invalidEscape(from: start, through: position)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func invalidEscape(from start: Int, through end: Int) -> JSONError {
    let text = String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    return failure(.invalidEscape(quoted(text)), at: start)
  }
}
