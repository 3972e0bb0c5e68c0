/// A template in the part of Jinja that chat templates are written in.
///
/// What it renders is what transformers renders, or nothing: whatever is not understood throws once it
/// is reached. Templates come with checkpoints, so that steps, depth and output are bounded.
struct JinjaTemplate {
  private let statements: [JinjaStatement]

  /// Parses a template.
  init(_ text: String) throws(JinjaError) {
    guard text.utf8.count <= 1 << 20 else { throw .unsupported("more than 1 MiB of text") }
    statements = try JinjaParser.statements(text)
  }

  /// The text with names that stand for values.
  func render(_ names: JinjaObject) throws(JinjaError) -> String {
    var run = JinjaRun(names)
    _ = try run.execute(statements)
    return run.output
  }
}

/// One rendering.
struct JinjaRun {
  var output = ""
  /// Names, those of the innermost loop or macro last.
  private var frames: [JinjaObject]
  private var steps = 0
  private var depth = 0

  enum Flow {
    case goesOn
    case leaves
    case takesNext
  }

  init(_ names: JinjaObject) { frames = [names] }

  // MARK: Statements

  mutating func execute(_ statements: [JinjaStatement]) throws(JinjaError) -> Flow {
    for statement in statements {
      let flow = try execute(statement)
      if flow != .goesOn { return flow }
    }
    return .goesOn
  }

  private mutating func execute(_ statement: JinjaStatement) throws(JinjaError) -> Flow {
    try count()
    switch statement {
    case .text(let text): try append(text)
    case .output(let expression): try append(value(expression).printed())
    case .set(let target, let expression): try set(target, value(expression))
    case .setBlock(let target, let body):
      let before = output
      output = ""
      _ = try execute(body)
      let text = output
      output = before
      try set(target, .string(text))
    case .choice(let branches, let otherwise):
      for branch in branches where try value(branch.condition).isTrue {
        return try execute(branch.body)
      }
      return try execute(otherwise)
    case .loop(let loop): try run(loop)
    case .macro(let macro): frames[frames.count - 1][macro.name] = .macro(macro)
    case .group(let body): return try execute(body)
    case .leave: return .leaves
    case .next: return .takesNext
    }
    return .goesOn
  }

  private mutating func count() throws(JinjaError) {
    steps += 1
    guard steps <= 1_000_000 else { throw .unsupported("more than a million steps") }
  }

  private mutating func append(_ text: String) throws(JinjaError) {
    output += text
    guard output.utf8.count <= 1 << 22 else { throw .unsupported("more than 4 MiB of output") }
  }

  private mutating func set(_ target: JinjaTarget, _ value: JinjaValue) throws(JinjaError) {
    switch target {
    case .member(let name, let member):
      guard case .namespace(let namespace) = lookUp(name) else {
        throw .unsupported("setting a member of \(name), which is no namespace")
      }
      namespace.members[member] = value
    case .names(let names):
      if names.count == 1 {
        frames[frames.count - 1][names[0]] = value
        return
      }
      let parts = try value.elements(for: "taking apart")
      guard parts.count == names.count else {
        throw .unsupported("\(names.count) names for \(parts.count) values")
      }
      for (name, part) in zip(names, parts) { frames[frames.count - 1][name] = part }
    }
  }

  private mutating func run(_ loop: JinjaLoop) throws(JinjaError) {
    var items: [JinjaValue] = []
    for item in try value(loop.items).elements(for: "a loop") {
      try count()
      guard let filter = loop.filter else {
        items.append(item)
        continue
      }
      frames.append(JinjaObject())
      try set(.names(loop.names), item)
      if try value(filter).isTrue { items.append(item) }
      frames.removeLast()
    }
    if items.isEmpty {
      _ = try execute(loop.otherwise)
      return
    }
    for (index, item) in items.enumerated() {
      var state = JinjaObject([
        ("index", .integer(index + 1)), ("index0", .integer(index)),
        ("revindex", .integer(items.count - index)),
        ("revindex0", .integer(items.count - index - 1)), ("first", .bool(index == 0)),
        ("last", .bool(index == items.count - 1)), ("length", .integer(items.count)),
      ])
      if index > 0 { state["previtem"] = items[index - 1] }
      if index < items.count - 1 { state["nextitem"] = items[index + 1] }
      frames.append(JinjaObject([("loop", .object(state))]))
      try set(.names(loop.names), item)
      let flow = try execute(loop.body)
      frames.removeLast()
      if flow == .leaves { return }
    }
  }

  // MARK: Names

  private func lookUp(_ name: String) -> JinjaValue {
    for frame in frames.reversed() {
      if let value = frame[name] { return value }
    }
    return .undefined(name)
  }

  // MARK: Expressions

  mutating func value(_ expression: JinjaExpression) throws(JinjaError) -> JinjaValue {
    try count()
    depth += 1
    defer { depth -= 1 }
    guard depth <= 256 else { throw .unsupported("expressions more than 256 deep") }
    switch expression {
    case .constant(let value): return value
    case .name(let name): return lookUp(name)
    case .list(let items): return .list(try values(items))
    case .object(let members):
      var object = JinjaObject()
      for (key, member) in members {
        object[try value(key).text(for: "a key")] = try value(member)
      }
      return .object(object)
    case .member(let base, let name): return try value(base).member(name)
    case .item(let base, let index): return try value(base).item(value(index))
    case .slice(let base, let parts):
      var ends: [Int?] = []
      for part in parts {
        guard let part else {
          ends.append(nil)
          continue
        }
        let end = try value(part)
        ends.append(end.isNone ? nil : try end.integer(for: "a slice"))
      }
      return try value(base).slice(ends)
    case .call(let callee, let arguments): return try call(callee, arguments)
    case .filter(let base, let name, let arguments):
      let base = try value(base)
      return try JinjaFilters.apply(
        name, to: base, try values(arguments.plain), try named(arguments))
    case .test(let base, let name, let operands, let isNegated):
      let holds = try JinjaFilters.test(name, value(base), values(operands))
      return .bool(holds != isNegated)
    case .not(let operand): return .bool(try !value(operand).isTrue)
    case .minus(let operand):
      let number = try value(operand)
      if case .double(let double) = number { return .double(-double) }
      return .integer(0 &- (try number.integer(for: "the negative")))
    case .binary(let operation, let first, let second):
      let left = try value(first)
      switch operation {
      case "and": return left.isTrue ? try value(second) : left
      case "or": return left.isTrue ? left : try value(second)
      default: return try left.combined(operation, with: value(second))
      }
    case .conditional(let first, let condition, let otherwise):
      if try value(condition).isTrue { return try value(first) }
      guard let otherwise else { return .undefined("the value of an if without else") }
      return try value(otherwise)
    }
  }

  private mutating func values(
    _ expressions: [JinjaExpression]
  ) throws(JinjaError) -> [JinjaValue] {
    try expressions.map { (expression) throws(JinjaError) in try value(expression) }
  }

  private mutating func named(_ arguments: JinjaArguments) throws(JinjaError) -> JinjaObject {
    var object = JinjaObject()
    for (name, expression) in arguments.named { object[name] = try value(expression) }
    return object
  }

  private mutating func call(
    _ callee: JinjaExpression, _ arguments: JinjaArguments
  ) throws(JinjaError) -> JinjaValue {
    if case .member(let base, let method) = callee {
      let base = try value(base)
      return try base.call(method, try values(arguments.plain), try named(arguments))
    }
    guard case .name(let name) = callee else { throw .unsupported("a call of an expression") }
    if case .macro(let macro) = lookUp(name) { return try call(macro, arguments) }
    let plain = try values(arguments.plain)
    switch name {
    case "namespace": return .namespace(JinjaNamespace(try named(arguments)))
    case "dict": return .object(try named(arguments))
    case "raise_exception":
      throw .raised(try plain.first?.printed() ?? "")
    case "range":
      var numbers: [Int] = []
      for number in plain { numbers.append(try number.integer(for: "a range")) }
      let start = numbers.count > 1 ? numbers[0] : 0
      let end = numbers.count > 1 ? numbers[1] : numbers.first ?? 0
      let step = numbers.count > 2 ? numbers[2] : 1
      guard 1...3 ~= numbers.count, step != 0,
        numbers.allSatisfy({ $0.magnitude <= 1 << 20 })
      else { throw .unsupported("such a range") }
      return .list(stride(from: start, to: end, by: step).map(JinjaValue.integer))
    case "strftime_now":
      throw .unsupported("today's date, by which results would change with the day")
    default: throw .unsupported("the function \(name)")
    }
  }

  private mutating func call(
    _ macro: JinjaMacro, _ arguments: JinjaArguments
  ) throws(JinjaError) -> JinjaValue {
    let plain = try values(arguments.plain)
    let named = try named(arguments)
    guard plain.count <= macro.parameters.count, frames.count < 64 else {
      throw .unsupported("such a call of \(macro.name)")
    }
    var frame = JinjaObject()
    for (place, parameter) in macro.parameters.enumerated() {
      if let given = place < plain.count ? plain[place] : named[parameter.name] {
        frame[parameter.name] = given
      } else if let fallback = parameter.fallback {
        frame[parameter.name] = try value(fallback)
      } else {
        frame[parameter.name] = .undefined(parameter.name)
      }
    }
    // A macro sees the template's names and its own, not those of where it is called.
    let (outside, before) = (frames, output)
    frames = [frames[0], frame]
    output = ""
    defer { (frames, output) = (outside, before) }
    _ = try execute(macro.body)
    return .string(output)
  }
}
