/// A piece of a line of source code.
struct CodeToken: Equatable {
  enum Kind { case word, number, text, comment, symbol }

  var kind: Kind
  /// As it is written.
  var text: String
  /// Its bytes in the line.
  var range: Range<Int>
  /// Whether white space, or an end of the line, stands on both sides.
  var isSpaced = false
}

/// A line of source code in pieces, whatever its language.
///
/// Words, numbers, quoted texts and the operators of C, Python and their kin are distinguished; what
/// follows `//`, or `#` and a space, is a comment.
struct CodeTokens {
  let bytes: [UInt8]
  private(set) var tokens: [CodeToken] = []

  private static let operators = [
    "===", "!==", "**=", "//=", "<<=", ">>=", "...", "..<", "==", "!=", "<=", ">=", "+=", "-=",
    "*=",
    "/=", "%=", "|=", "&=", "^=", "&&", "||", "**", "//", "<<", ">>", "->", "=>", "::", ":=",
  ].map { Array($0.utf8) }

  init(_ line: String) {
    bytes = Array(line.utf8)
    var place = 0
    while place < bytes.count {
      if Self.isSpace(bytes[place]) {
        place += 1
        continue
      }
      let (kind, end) = token(at: place)
      tokens.append(
        CodeToken(
          kind: kind, text: String(decoding: bytes[place..<end], as: UTF8.self),
          range: place..<end,
          isSpaced: (place == 0 || Self.isSpace(bytes[place - 1]))
            && (end == bytes.count || Self.isSpace(bytes[end]))))
      place = end
    }
  }

  private func token(at start: Int) -> (CodeToken.Kind, end: Int) {
    let byte = bytes[start]
    func end(_ isPart: (UInt8) -> Bool) -> Int {
      bytes[start...].firstIndex { !isPart($0) } ?? bytes.count
    }
    if Self.isDigit(byte) { return (.number, end { Self.isWord($0) || $0 == UInt8(ascii: ".") }) }
    if Self.isWord(byte) { return (.word, end(Self.isWord)) }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return (.text, quoteEnd(start)) }
    let next = start + 1 < bytes.count ? bytes[start + 1] : UInt8(ascii: " ")
    let isIndented = bytes[..<start].allSatisfy(Self.isSpace)
    if byte == UInt8(ascii: "#") && (Self.isSpace(next) || next == byte) {
      return (.comment, bytes.count)
    }
    // Python divides by two slashes, between spaces; a comment is followed by more than an operand.
    if byte == UInt8(ascii: "/") && (next == UInt8(ascii: "*") || next == byte && isIndented) {
      return (.comment, bytes.count)
    }
    if byte == UInt8(ascii: "*") && isIndented { return (.comment, bytes.count) }
    for name in Self.operators where bytes[start...].starts(with: name) {
      return (.symbol, start + name.count)
    }
    return (.symbol, start + 1)
  }

  private func quoteEnd(_ start: Int) -> Int {
    var place = start + 1
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\\") {
        place += 2
        continue
      }
      place += 1
      if bytes[place - 1] == bytes[start] { return place }
    }
    return bytes.count
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
  static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
  static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || 65...90 ~= byte || 97...122 ~= byte || byte == 95 || byte == 36 || byte >= 128
  }
}

extension CodeTokens {
  /// Words that are no operands.
  static let keywords: Set<String> = [
    "and", "or", "not", "if", "else", "elif", "for", "while", "in", "is", "return", "def", "class",
    "func", "let", "var", "const", "import", "from", "lambda", "yield", "raise", "throw", "try",
    "await", "case", "switch", "where", "guard", "as", "print", "assert", "del", "with", "new",
  ]

  /// Whether a token is a name or a number.
  func isSimple(_ place: Int) -> Bool {
    guard tokens.indices.contains(place) else { return false }
    let token = tokens[place]
    return token.kind == .number || token.kind == .word && !Self.keywords.contains(token.text)
  }

  func text(_ place: Int) -> String { tokens.indices.contains(place) ? tokens[place].text : "" }

  /// The place behind an operand that starts at a place: a name or number with all calls, indices and
  /// members that follow it, or something in parentheses; nil where none starts.
  func operandEnd(from start: Int) -> Int? {
    var place = start
    if text(place) == "(" {
      guard let close = closing(place) else { return nil }
      place = close + 1
    } else {
      guard isSimple(place) else { return nil }
      place += 1
    }
    while true {
      let follows = tokens.indices.contains(place)
      guard follows, tokens[place].range.lowerBound == tokens[place - 1].range.upperBound else {
        return place
      }
      if text(place) == ".", isSimple(place + 1) {
        place += 2
      } else if text(place) == "(" || text(place) == "[", let close = closing(place) {
        place = close + 1
      } else {
        return place
      }
    }
  }

  /// The first place of the operand that ends before a place; nil where none ends there.
  func operandStart(before end: Int) -> Int? {
    // The longest operand that ends there, of those that start behind an operator or a bracket.
    for start in 0..<max(end, 0) where operandEnd(from: start) == end {
      let previous = text(start - 1)
      if previous != "." && previous != "!" && previous != "~" { return start }
    }
    return nil
  }

  /// The bracket that closes the one at a place.
  func closing(_ open: Int) -> Int? {
    let pairs = ["(": ")", "[": "]", "{": "}"]
    guard let close = pairs[text(open)] else { return nil }
    var depth = 0
    for place in open..<tokens.count {
      if text(place) == text(open) { depth += 1 }
      if text(place) == close { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }

  /// Bytes of the tokens of a range of places.
  func byteRange(_ places: Range<Int>) -> Range<Int> {
    tokens[places.lowerBound].range.lowerBound..<tokens[places.upperBound - 1].range.upperBound
  }

  /// The line as it is written over a range of places.
  func source(_ places: Range<Int>) -> String {
    String(decoding: bytes[byteRange(places)], as: UTF8.self)
  }

  /// The line with ranges of bytes replaced; they ascend and do not overlap.
  func replacing(_ edits: [(range: Range<Int>, text: String)]) -> String {
    var result: [UInt8] = []
    var place = 0
    for edit in edits {
      result += bytes[place..<edit.range.lowerBound]
      result += Array(edit.text.utf8)
      place = edit.range.upperBound
    }
    result += bytes[place...]
    return String(decoding: result, as: UTF8.self)
  }
}
