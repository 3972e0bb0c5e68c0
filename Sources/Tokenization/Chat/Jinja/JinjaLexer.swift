/// A template in pieces: text, and the tokens of its tags, with white space trimmed as transformers has
/// Jinja do it (`trim_blocks`, `lstrip_blocks`, no line feed at the end).
enum JinjaPiece {
  case text(String)
  /// `{{ … }}`
  case output([JinjaToken])
  /// `{% … %}`
  case statement([JinjaToken])
}

/// A token inside a tag.
enum JinjaToken: Equatable {
  case name(String)
  case string(String)
  case integer(Int)
  case double(Double)
  case symbol(String)
}

struct JinjaLexer {
  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var pieces: [JinjaPiece] = []
  /// The text since the last tag.
  private var text: [Unicode.Scalar] = []
  /// Whether the text since the last tag begins at the start of a line.
  private var startsLine = true

  static func pieces(_ template: String) throws(JinjaError) -> [JinjaPiece] {
    var lexer = JinjaLexer(template)
    return try lexer.run()
  }

  private init(_ template: String) {
    var scalars: [Unicode.Scalar] = []
    for scalar in template.unicodeScalars {
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      scalars.append(scalar)
    }
    if scalars.last == "\n" { scalars.removeLast() }
    self.scalars = scalars
  }

  private mutating func run() throws(JinjaError) -> [JinjaPiece] {
    while place < scalars.count {
      guard scalars[place] == "{", place + 1 < scalars.count,
        ["{", "%", "#"].contains(scalars[place + 1])
      else {
        text.append(scalars[place])
        place += 1
        continue
      }
      let opening = scalars[place + 1]
      place += 2
      trimBefore(opening)
      switch opening {
      case "#":
        while !starts("#}") {
          guard place < scalars.count else { throw .unsupported("a comment without its end") }
          place += 1
        }
        let trims = scalars[place - 1] == "-"
        place += 2
        trimAfter(trims ? "-" : nil, isBlock: true)
      case "%": pieces.append(.statement(try tokens(until: "%}")))
      default: pieces.append(.output(try tokens(until: "}}")))
      }
    }
    flush()
    return pieces
  }

  private func starts(_ text: String) -> Bool {
    scalars[place...].starts(with: text.unicodeScalars)
  }

  private mutating func flush() {
    guard !text.isEmpty else { return }
    pieces.append(.text(text.reduce(into: "") { $0.unicodeScalars.append($1) }))
    text = []
  }

  // MARK: White space

  /// The white space before a tag.
  private mutating func trimBefore(_ opening: Unicode.Scalar) {
    let sign = place < scalars.count ? scalars[place] : " "
    if sign == "-" || sign == "+" { place += 1 }
    if sign == "-" {
      while let last = text.last, last.properties.isWhitespace { text.removeLast() }
    } else if sign != "+", opening != "{" {
      let indentation = text.reversed().prefix { $0 == " " || $0 == "\t" }.count
      let rest = text.dropLast(indentation)
      if rest.last == "\n" || (rest.isEmpty && startsLine) { text = Array(rest) }
    }
    flush()
  }

  /// The white space after a tag.
  private mutating func trimAfter(_ sign: Unicode.Scalar?, isBlock: Bool) {
    startsLine = false
    if sign == "-" {
      while place < scalars.count, scalars[place].properties.isWhitespace {
        startsLine = scalars[place] == "\n"
        place += 1
      }
    } else if sign == nil, isBlock, place < scalars.count, scalars[place] == "\n" {
      place += 1
      startsLine = true
    }
  }

  // MARK: Tags

  private mutating func tokens(until end: String) throws(JinjaError) -> [JinjaToken] {
    var tokens: [JinjaToken] = []
    var depth = 0
    while place < scalars.count {
      let scalar = scalars[place]
      if scalar.properties.isWhitespace {
        place += 1
      } else if depth == 0, starts(end) {
        place += 2
        trimAfter(nil, isBlock: end == "%}")
        return tokens
      } else if depth == 0, starts("-" + end) || starts("+" + end) {
        place += 3
        trimAfter(scalar, isBlock: end == "%}")
        return tokens
      } else if scalar == "'" || scalar == "\"" {
        tokens.append(.string(try string(scalar)))
      } else if ("0"..."9").contains(scalar) {
        tokens.append(try number())
      } else if scalar == "_" || scalar.properties.isAlphabetic {
        tokens.append(.name(word()))
      } else {
        let symbol = try symbol()
        if ["(", "[", "{"].contains(symbol) { depth += 1 }
        if [")", "]", "}"].contains(symbol) { depth -= 1 }
        tokens.append(.symbol(symbol))
      }
    }
    throw .unsupported("a tag without its end")
  }

  private mutating func word() -> String {
    let start = place
    while place < scalars.count,
      scalars[place] == "_" || scalars[place].properties.isAlphabetic
        || ("0"..."9").contains(scalars[place])
    {
      place += 1
    }
    return scalars[start..<place].reduce(into: "") { $0.unicodeScalars.append($1) }
  }

  private mutating func number() throws(JinjaError) -> JinjaToken {
    var digits = ""
    while place < scalars.count, ("0"..."9").contains(scalars[place]) || scalars[place] == "." {
      digits.unicodeScalars.append(scalars[place])
      place += 1
    }
    if let integer = Int(digits) { return .integer(integer) }
    guard let double = Double(digits) else { throw .unsupported("the number \(digits)") }
    return .double(double)
  }

  private mutating func symbol() throws(JinjaError) -> String {
    for symbol in ["==", "!=", "<=", ">=", "//", "**"] where starts(symbol) {
      place += 2
      return symbol
    }
    let symbol = String(scalars[place])
    guard "+-*/%~<>=()[]{}.,:|".contains(symbol) else {
      throw .unsupported("the sign \(symbol)")
    }
    place += 1
    return symbol
  }

  /// A string with Python's escapes.
  private mutating func string(_ quote: Unicode.Scalar) throws(JinjaError) -> String {
    place += 1
    var text = ""
    while place < scalars.count, scalars[place] != quote {
      var scalar = scalars[place]
      place += 1
      if scalar == "\\", place < scalars.count {
        let escape = scalars[place]
        place += 1
        switch escape {
        case "n": scalar = "\n"
        case "t": scalar = "\t"
        case "r": scalar = "\r"
        case "\\", "'", "\"": scalar = escape
        case "\n": continue
        case "x": scalar = try hexadecimal(2)
        case "u": scalar = try hexadecimal(4)
        case "U": scalar = try hexadecimal(8)
        case "0"..."7", "a", "b", "f", "v", "N":
          throw .unsupported("the escape \\\(escape)")
        default:
          // As in Python, a backslash before anything else is itself.
          text.unicodeScalars.append("\\")
          scalar = escape
        }
      }
      text.unicodeScalars.append(scalar)
    }
    guard place < scalars.count else { throw .unsupported("a string without its end") }
    place += 1
    return text
  }

  private mutating func hexadecimal(_ count: Int) throws(JinjaError) -> Unicode.Scalar {
    let digits = scalars[place...].prefix(count).map(String.init).joined()
    guard digits.utf8.count == count, let value = UInt32(digits, radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw .unsupported("the escape \(digits)") }
    place += count
    return scalar
  }
}
