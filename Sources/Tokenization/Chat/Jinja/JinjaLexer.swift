/// A piece of a template: text, or a token inside a tag.
enum JinjaToken: Equatable {
  /// Text between tags.
  case text(String)
  /// The beginning of `{{ … }}`.
  case output
  /// The beginning of `{% … %}`.
  case statement
  /// The end of either.
  case end
  case name(String)
  case string(String)
  case integer(Int)
  case double(Double)
  case symbol(String)
}

/// Takes a template apart, with white space trimmed as transformers has Jinja do it (`trim_blocks`,
/// `lstrip_blocks`, no line feed at the end).
struct JinjaLexer {
  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var tokens: [JinjaToken] = []
  /// The text since the last tag.
  private var text: [Unicode.Scalar] = []
  /// Whether the text since the last tag begins at the start of a line.
  private var startsLine = true

  static func tokens(_ template: String) throws(JinjaError) -> [JinjaToken] {
    var lexer = JinjaLexer(template)
    try lexer.run()
    return lexer.tokens
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

  private mutating func run() throws(JinjaError) {
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
      case "%":
        tokens.append(.statement)
        try readTag(until: "%}")
      default:
        tokens.append(.output)
        try readTag(until: "}}")
      }
    }
    flush()
  }

  private func starts(_ text: String) -> Bool {
    scalars[place...].starts(with: text.unicodeScalars)
  }

  private mutating func flush() {
    guard !text.isEmpty else { return }
    tokens.append(.text(String(String.UnicodeScalarView(text))))
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

  private mutating func readTag(until end: String) throws(JinjaError) {
    let start = tokens.count
    var depth = 0
    while place < scalars.count {
      let scalar = scalars[place]
      if scalar.properties.isWhitespace {
        place += 1
      } else if depth == 0, starts(end) || starts("-" + end) || starts("+" + end) {
        let isSigned = scalar == "-" || scalar == "+"
        place += isSigned ? 3 : 2
        trimAfter(isSigned ? scalar : nil, isBlock: end == "%}")
        // Evaluation and release go down a tree by recursion, and chains make it as deep as they are
        // long.
        guard tokens.count - start <= 4096 else {
          throw .unsupported("a tag of \(tokens.count - start) words")
        }
        tokens.append(.end)
        return
      } else if scalar == "'" || scalar == "\"" {
        tokens.append(.string(try string(scalar)))
      } else if scalar.isDigit {
        tokens.append(try number())
      } else if scalar.startsName {
        tokens.append(.name(taken { $0.startsName || $0.isDigit }))
      } else {
        let symbol = try symbol()
        if ["(", "[", "{"].contains(symbol) { depth += 1 }
        if [")", "]", "}"].contains(symbol) { depth -= 1 }
        tokens.append(.symbol(symbol))
      }
    }
    throw .unsupported("a tag without its end")
  }

  /// The scalars that come next and pass.
  private mutating func taken(_ passes: (Unicode.Scalar) -> Bool) -> String {
    let found = scalars[place...].prefix(while: passes)
    place = found.endIndex
    return String(String.UnicodeScalarView(found))
  }

  private mutating func number() throws(JinjaError) -> JinjaToken {
    let digits = taken { $0.isDigit || $0 == "." }
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

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var startsName: Bool { self == "_" || properties.isAlphabetic }
}
