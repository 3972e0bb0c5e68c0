/// The filters and tests of Jinja that chat templates use on what a conversation holds.
enum JinjaFilters {
  /// `value | name(arguments)`
  static func apply(
    _ name: String, to value: JinjaValue, _ arguments: [JinjaValue], _ named: JinjaObject
  ) throws(JinjaError) -> JinjaValue {
    let mayBeNamed = ["default", "d", "join", "map"].contains(name)
    guard mayBeNamed || named.keys.isEmpty else {
      throw .unsupported("named arguments of the filter \(name)")
    }
    switch (name, arguments.count) {
    case ("trim", 0...1):
      let set: String? =
        if let set = arguments.first { try set.text(for: "trim") } else { nil }
      return .string(try value.printed().stripped(of: set))
    case ("length", 0), ("count", 0): return .integer(try value.elements(for: "length").count)
    case ("default", 0...2), ("d", 0...2):
      let replacesFalse = (arguments.count > 1 ? arguments[1] : named["boolean"])?.isTrue ?? false
      let fallback = arguments.first ?? named["default_value"] ?? .string("")
      return value.isUndefined || (replacesFalse && !value.isTrue) ? fallback : value
    case ("upper", 0), ("lower", 0), ("title", 0), ("capitalize", 0), ("replace", 2):
      return try JinjaValue.string(value.printed()).call(name, arguments, JinjaObject())
    case ("string", 0): return .string(try value.printed())
    case ("safe", 0): return value
    case ("int", 0):
      if case .string(let text) = value { return .integer(Int(text.stripped()) ?? 0) }
      return .integer(try value.integer(for: "int"))
    case ("first", 0): return try value.elements(for: "first").first ?? .undefined("the first")
    case ("last", 0): return try value.elements(for: "last").last ?? .undefined("the last")
    case ("list", 0): return .list(try value.elements(for: "list"))
    case ("reverse", 0): return .list(try value.elements(for: "reverse").reversed())
    case ("items", 0):
      return value.isUndefined ? .list([]) : try value.call("items", [], JinjaObject())
    case ("join", 0...1):
      let separator = try (arguments.first ?? named["d"])?.printed() ?? ""
      var texts: [String] = []
      for element in try value.elements(for: "join") {
        let part =
          if let attribute = named["attribute"] { try element.item(attribute) } else { element }
        texts.append(try part.printed())
      }
      return try .joined(texts, separator: separator)
    case ("map", 0...1):
      var mapped: [JinjaValue] = []
      for element in try value.elements(for: "map") {
        if let attribute = named["attribute"] {
          mapped.append(try element.item(attribute))
        } else {
          guard let filter = arguments.first else { throw .unsupported("map of nothing") }
          mapped.append(try apply(filter.text(for: "map"), to: element, [], JinjaObject()))
        }
      }
      return .list(mapped)
    case ("select", _), ("reject", _):
      return try chosen(value, keeps: name == "select", arguments) { $0 }
    case ("selectattr", 1...), ("rejectattr", 1...):
      return try chosen(value, keeps: name == "selectattr", Array(arguments.dropFirst())) {
        (element) throws(JinjaError) in try element.item(arguments[0])
      }
    default: throw .unsupported("the filter \(name)")
    }
  }

  private static func chosen(
    _ value: JinjaValue, keeps: Bool, _ arguments: [JinjaValue],
    _ part: (JinjaValue) throws(JinjaError) -> JinjaValue
  ) throws(JinjaError) -> JinjaValue {
    var elements: [JinjaValue] = []
    for element in try value.elements(for: "a choice") {
      let tested = try part(element)
      let holds =
        arguments.isEmpty
        ? tested.isTrue
        : try test(
          arguments[0].text(for: "a test"), tested, Array(arguments.dropFirst()))
      if holds == keeps { elements.append(element) }
    }
    return .list(elements)
  }

  /// `value is name operands`
  static func test(
    _ name: String, _ value: JinjaValue, _ operands: [JinjaValue]
  ) throws(JinjaError) -> Bool {
    switch (name, operands.count) {
    case ("defined", 0): return !value.isUndefined
    case ("undefined", 0): return value.isUndefined
    case ("none", 0): return value.isNone
    case ("string", 0): if case .string = value { return true } else { return false }
    case ("mapping", 0): if case .object = value { return true } else { return false }
    case ("boolean", 0): if case .bool = value { return true } else { return false }
    case ("true", 0): if case .bool(true) = value { return true } else { return false }
    case ("false", 0): if case .bool(false) = value { return true } else { return false }
    case ("integer", 0): if case .integer = value { return true } else { return false }
    case ("number", 0):
      switch value {
      case .integer, .double, .bool: return true
      default: return false
      }
    case ("iterable", 0), ("sequence", 0):
      switch value {
      case .string, .list, .object, .undefined: return true
      default: return false
      }
    case ("equalto", 1), ("eq", 1), ("==", 1): return value.equals(operands[0])
    case ("ne", 1), ("!=", 1): return !value.equals(operands[0])
    case ("in", 1): return try operands[0].contains(value)
    case ("even", 0): return try value.integer(for: "even") % 2 == 0
    case ("odd", 0): return try value.integer(for: "odd") % 2 != 0
    case ("divisibleby", 1):
      let divisor = try operands[0].integer(for: "divisibleby")
      guard divisor > 0 else { throw .unsupported("a division by \(divisor)") }
      return try value.integer(for: "divisibleby") % divisor == 0
    default: throw .unsupported("the test \(name)")
    }
  }
}
