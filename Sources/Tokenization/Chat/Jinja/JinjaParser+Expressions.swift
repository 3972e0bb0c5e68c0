/// The expressions of a tag, in Jinja's order of precedence.
extension JinjaParser {
  var next: JinjaToken? { place < tokens.count ? tokens[place] : nil }

  /// Steps over a sign or a word, if it comes next.
  mutating func takes(_ word: String) -> Bool {
    guard next == .symbol(word) || next == .name(word) else { return false }
    place += 1
    return true
  }

  private mutating func take(_ symbol: String) throws(JinjaError) {
    guard takes(symbol) else { throw unexpected("\(symbol) is missing before") }
  }

  private func unexpected(_ words: String) -> JinjaError {
    let found =
      switch next {
      case nil, .text?, .output?, .statement?, .end?: "the end of a tag"
      case .name(let name)?: name
      case .string(let text)?: "'\(text.prefix(20))'"
      case .integer(let integer)?: "\(integer)"
      case .double(let double)?: "\(double)"
      case .symbol(let symbol)?: symbol
      }
    return .unsupported("\(words) \(found)")
  }

  /// Steps over the end of a tag.
  mutating func finish() throws(JinjaError) {
    guard next == .end else { throw unexpected("a tag with more than is understood:") }
    place += 1
  }

  mutating func name() throws(JinjaError) -> String {
    guard case .name(let name)? = next else { throw unexpected("a name is missing before") }
    place += 1
    return name
  }

  /// Names with commas between.
  mutating func names() throws(JinjaError) -> [String] {
    var names = [try name()]
    while takes(",") { names.append(try name()) }
    return names
  }

  /// The parameters of a macro.
  mutating func parameters() throws(JinjaError) -> [(name: String, fallback: JinjaExpression?)] {
    try take("(")
    var parameters: [(name: String, fallback: JinjaExpression?)] = []
    while !takes(")") {
      if !parameters.isEmpty { try take(",") }
      let name = try name()
      parameters.append((name, takes("=") ? try expression() : nil))
    }
    return parameters
  }

  /// An expression, or several with commas between, which are a list.
  mutating func tuple() throws(JinjaError) -> JinjaExpression {
    var items = [try expression()]
    while takes(",") { items.append(try expression()) }
    return items.count == 1 ? items[0] : .list(items)
  }

  // MARK: Precedence

  /// - Parameter isConditional: whether `… if … else …` may follow, which in a `for` is its filter.
  mutating func expression(isConditional: Bool = true) throws(JinjaError) -> JinjaExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw .unsupported("expressions nested more than 64 deep") }
    var value = try chain(0)
    while isConditional, takes("if") {
      let condition = try chain(0)
      let otherwise = takes("else") ? try expression() : nil
      value = .conditional(value, condition: condition, otherwise: otherwise)
    }
    return value
  }

  /// The operators that stand in chains, those that bind least first.
  private static let chained = [["or"], ["and"], [], ["+", "-"], ["~"], ["*", "/", "//", "%"]]
  /// Between them comes what `not` and comparisons are made of.
  private static let negated = 2

  /// Operands of a level with its operators between them, the first two first.
  private mutating func chain(_ level: Int) throws(JinjaError) -> JinjaExpression {
    guard level < Self.chained.count else { return try unary() }
    if level == Self.negated { return try negation() }
    var value = try chain(level + 1)
    while let operation = Self.chained[level].first(where: { takes($0) }) {
      value = .binary(operation, value, try chain(level + 1))
    }
    return value
  }

  private mutating func negation() throws(JinjaError) -> JinjaExpression {
    var count = 0
    while takes("not") { count += 1 }
    let value = try comparison()
    return count == 0 ? value : .not(count % 2 == 1 ? value : .not(value))
  }

  private mutating func comparison() throws(JinjaError) -> JinjaExpression {
    let value = try chain(Self.negated + 1)
    guard let compared = try compared(value) else { return value }
    // Python would compare the second operand twice.
    guard try self.compared(compared) == nil else { throw .unsupported("a chain of comparisons") }
    return compared
  }

  /// A value compared with what follows; nil where no comparison does.
  private mutating func compared(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression? {
    let operation = ["==", "!=", "<", ">", "<=", ">=", "in"].first { takes($0) }
    let isNegated = operation == nil && next == .name("not") && follows(.name("in"))
    if isNegated { place += 2 }
    guard operation != nil || isNegated else { return nil }
    let compared = JinjaExpression.binary(
      operation ?? "in", value, try chain(Self.negated + 1))
    return isNegated ? .not(compared) : compared
  }

  /// Whether a token comes after the next one.
  private func follows(_ token: JinjaToken) -> Bool {
    place + 1 < tokens.count && tokens[place + 1] == token
  }

  private mutating func unary() throws(JinjaError) -> JinjaExpression {
    if takes("-") { return .minus(try postfixed(primary())) }
    return try filtered(postfixed(primary()))
  }

  // MARK: Primaries and what follows them

  private mutating func primary() throws(JinjaError) -> JinjaExpression {
    guard let token = next else { throw unexpected("an expression is missing before") }
    place += 1
    switch token {
    case .integer(let integer): return .constant(.integer(integer))
    case .double(let double): return .constant(.double(double))
    case .string(var text):
      // Strings that stand side by side are one, as in Python.
      while case .string(let more)? = next {
        text += more
        place += 1
      }
      return .constant(.string(text))
    case .name(let name):
      switch name {
      case "true", "True": return .constant(.bool(true))
      case "false", "False": return .constant(.bool(false))
      case "none", "None": return .constant(.none)
      default: return .name(name)
      }
    case .symbol("("):
      let items = try items(until: ")")
      // One expression is itself, unless a comma makes it a tuple.
      return items.count == 1 && tokens[place - 2] != .symbol(",") ? items[0] : .list(items)
    case .symbol("["): return .list(try items(until: "]"))
    case .symbol("{"):
      var members: [(JinjaExpression, JinjaExpression)] = []
      try list(until: "}") { (parser) throws(JinjaError) in
        let key = try parser.expression()
        try parser.take(":")
        members.append((key, try parser.expression()))
      }
      return .object(members)
    default:
      place -= 1
      throw unexpected("an expression is missing before")
    }
  }

  /// Reads what stands between commas up to a closing sign; the last may have a comma, too.
  private mutating func list(
    until end: String, _ item: (inout Self) throws(JinjaError) -> Void
  ) throws(JinjaError) {
    while !takes(end) {
      try item(&self)
      if !takes(",") { return try take(end) }
    }
  }

  private mutating func items(until end: String) throws(JinjaError) -> [JinjaExpression] {
    var items: [JinjaExpression] = []
    try list(until: end) { (parser) throws(JinjaError) in items.append(try parser.expression()) }
    return items
  }

  private mutating func postfixed(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression {
    var value = value
    while true {
      if takes(".") {
        value = .member(value, try name())
      } else if takes("[") {
        value = try subscripted(value)
      } else if takes("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression {
    var parts: [JinjaExpression?] = [nil]
    while !takes("]") {
      if takes(":") {
        parts.append(nil)
      } else {
        guard parts[parts.count - 1] == nil else { throw unexpected("] is missing before") }
        parts[parts.count - 1] = try expression()
      }
    }
    if parts.count == 1 {
      guard let item = parts[0] else { throw unexpected("an expression is missing before") }
      return .item(value, item)
    }
    guard parts.count <= 3 else { throw unexpected("a slice of more than three parts before") }
    return .slice(value, parts)
  }

  private mutating func arguments() throws(JinjaError) -> JinjaArguments {
    var arguments = JinjaArguments()
    try list(until: ")") { (parser) throws(JinjaError) in
      if case .name(let name)? = parser.next, parser.follows(.symbol("=")) {
        parser.place += 2
        arguments.named.append((name, try parser.expression()))
      } else {
        arguments.plain.append(try parser.expression())
      }
    }
    return arguments
  }

  private mutating func filtered(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression {
    var value = value
    while true {
      if takes("|") {
        let name = try name()
        value = .filter(value, name, takes("(") ? try arguments() : JinjaArguments())
      } else if takes("is") {
        let isNegated = takes("not")
        let name = try name()
        var operands: [JinjaExpression] = []
        if takes("(") {
          operands = try arguments().plain
        } else if startsOperand {
          operands = [try postfixed(primary())]
        }
        value = .test(value, name, operands, isNegated: isNegated)
      } else if takes("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  /// Whether what follows the name of a test is its operand.
  private var startsOperand: Bool {
    switch next {
    case .string?, .integer?, .double?, .symbol("[")?, .symbol("{")?: true
    case .name(let name)?: !["else", "or", "and", "is", "if", "in", "not"].contains(name)
    default: false
    }
  }
}
