/// Reads the statements of a template.
struct JinjaParser {
  private let pieces: [JinjaPiece]
  private var place = 0
  private var depth = 0

  static func statements(_ template: String) throws(JinjaError) -> [JinjaStatement] {
    var parser = JinjaParser(pieces: try JinjaLexer.pieces(template))
    let (body, end, _) = try parser.body(until: [])
    precondition(end.isEmpty)
    return body
  }

  private init(pieces: [JinjaPiece]) { self.pieces = pieces }

  /// Statements up to the first tag of `ends`, whose name and rest are returned; up to the end of the
  /// template where `ends` is empty.
  private mutating func body(
    until ends: Set<String>
  ) throws(JinjaError) -> (body: [JinjaStatement], end: String, rest: JinjaExpressionParser) {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw .unsupported("statements nested more than 64 deep") }
    var body: [JinjaStatement] = []
    while place < pieces.count {
      let piece = pieces[place]
      place += 1
      switch piece {
      case .text(let text): body.append(.text(text))
      case .output(let tokens):
        var parser = JinjaExpressionParser(tokens)
        body.append(.output(try parser.expression()))
        try parser.finish()
      case .statement(let tokens):
        var parser = JinjaExpressionParser(tokens)
        let name = try parser.name()
        if ends.contains(name) { return (body, name, parser) }
        body.append(try statement(name, &parser))
      }
    }
    guard ends.isEmpty else {
      throw .unsupported("a block without its \(ends.sorted().joined(separator: " or "))")
    }
    return (body, "", JinjaExpressionParser([]))
  }

  private mutating func statement(
    _ name: String, _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> JinjaStatement {
    switch name {
    case "if": return try choice(&parser)
    case "for": return try loop(&parser)
    case "set": return try set(&parser)
    case "macro": return try macro(&parser)
    // Of transformers: it marks what an assistant says, and prints what is inside.
    case "generation":
      try parser.finish()
      return .group(try block(until: "endgeneration"))
    case "break":
      try parser.finish()
      return .leave
    case "continue":
      try parser.finish()
      return .next
    default: throw .unsupported("the statement \(name)")
    }
  }

  private mutating func block(until end: String) throws(JinjaError) -> [JinjaStatement] {
    let (body, _, rest) = try body(until: [end])
    try rest.finish()
    return body
  }

  private mutating func choice(
    _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> JinjaStatement {
    var branches: [(condition: JinjaExpression, body: [JinjaStatement])] = []
    var condition = try parser.expression()
    try parser.finish()
    while true {
      var (body, end, rest) = try body(until: ["elif", "else", "endif"])
      branches.append((condition, body))
      switch end {
      case "elif":
        condition = try rest.expression()
        try rest.finish()
      case "else":
        try rest.finish()
        return .choice(branches, otherwise: try block(until: "endif"))
      default:
        try rest.finish()
        return .choice(branches, otherwise: [])
      }
    }
  }

  private mutating func loop(
    _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> JinjaStatement {
    let names = try parser.names()
    guard parser.takes("in") else { throw .unsupported("for without in") }
    let items = try parser.expression(isConditional: false)
    let filter = parser.takes("if") ? try parser.expression() : nil
    try parser.finish()
    let (body, end, rest) = try body(until: ["else", "endfor"])
    try rest.finish()
    return .loop(
      JinjaLoop(
        names: names, items: items, filter: filter, body: body,
        otherwise: end == "else" ? try block(until: "endfor") : []))
  }

  private mutating func set(
    _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> JinjaStatement {
    let names = try parser.names()
    var target = JinjaTarget.names(names)
    if names.count == 1, parser.takes(".") { target = .member(names[0], try parser.name()) }
    guard parser.takes("=") else {
      try parser.finish()
      return .setBlock(target, try block(until: "endset"))
    }
    let value = try parser.tuple()
    try parser.finish()
    return .set(target, value)
  }

  private mutating func macro(
    _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> JinjaStatement {
    let name = try parser.name()
    let parameters = try parser.parameters()
    try parser.finish()
    return .macro(
      JinjaMacro(name: name, parameters: parameters, body: try block(until: "endmacro")))
  }
}
