/// Reads the statements of a template; their expressions are read beside.
struct JinjaParser {
  let tokens: [JinjaToken]
  var place = 0
  /// How many expressions the parser is inside of.
  var depth = 0
  private var blocks = 0

  static func statements(_ template: String) throws(JinjaError) -> [JinjaStatement] {
    var parser = JinjaParser(tokens: try JinjaLexer.tokens(template))
    return try parser.body(until: []).body
  }

  private init(tokens: [JinjaToken]) { self.tokens = tokens }

  /// Statements up to the first tag of `ends`, whose name is returned; up to the end of the template
  /// where `ends` is empty.
  private mutating func body(
    until ends: Set<String>
  ) throws(JinjaError) -> (body: [JinjaStatement], end: String) {
    blocks += 1
    defer { blocks -= 1 }
    guard blocks < 64 else { throw .unsupported("statements nested more than 64 deep") }
    var body: [JinjaStatement] = []
    while let token = next {
      place += 1
      switch token {
      case .text(let text): body.append(.text(text))
      case .output:
        body.append(.output(try expression()))
        try finish()
      default:
        let name = try name()
        if ends.contains(name) { return (body, name) }
        body.append(try statement(name))
      }
    }
    guard ends.isEmpty else {
      throw .unsupported("a block without its \(ends.sorted().joined(separator: " or "))")
    }
    return (body, "")
  }

  private mutating func statement(_ name: String) throws(JinjaError) -> JinjaStatement {
    switch name {
    case "if": return try choice()
    case "for": return try loop()
    case "set": return try set()
    case "macro":
      let name = try self.name()
      let parameters = try parameters()
      return .macro(
        JinjaMacro(name: name, parameters: parameters, body: try block(until: "endmacro")))
    // Of transformers: it marks what an assistant says, and prints what is inside.
    case "generation": return .group(try block(until: "endgeneration"))
    case "break":
      try finish()
      return .leave
    case "continue":
      try finish()
      return .next
    default: throw .unsupported("the statement \(name)")
    }
  }

  /// The statements from the end of a tag to the tag that ends them.
  private mutating func block(until end: String) throws(JinjaError) -> [JinjaStatement] {
    try finish()
    let body = try body(until: [end]).body
    try finish()
    return body
  }

  private mutating func choice() throws(JinjaError) -> JinjaStatement {
    var branches: [(condition: JinjaExpression, body: [JinjaStatement])] = []
    var end = "elif"
    while end == "elif" {
      let condition = try expression()
      try finish()
      let (body, next) = try body(until: ["elif", "else", "endif"])
      branches.append((condition, body))
      end = next
    }
    if end == "else" { return .choice(branches, otherwise: try block(until: "endif")) }
    try finish()
    return .choice(branches, otherwise: [])
  }

  private mutating func loop() throws(JinjaError) -> JinjaStatement {
    let names = try names()
    guard takes("in") else { throw .unsupported("for without in") }
    let items = try expression(isConditional: false)
    let filter = takes("if") ? try expression() : nil
    try finish()
    let (body, end) = try body(until: ["else", "endfor"])
    var otherwise: [JinjaStatement] = []
    if end == "else" { otherwise = try block(until: "endfor") } else { try finish() }
    return .loop(
      JinjaLoop(names: names, items: items, filter: filter, body: body, otherwise: otherwise))
  }

  private mutating func set() throws(JinjaError) -> JinjaStatement {
    let names = try names()
    var target = JinjaTarget.names(names)
    if names.count == 1, takes(".") { target = .member(names[0], try name()) }
    guard takes("=") else { return .setBlock(target, try block(until: "endset")) }
    let value = try tuple()
    try finish()
    return .set(target, value)
  }
}
