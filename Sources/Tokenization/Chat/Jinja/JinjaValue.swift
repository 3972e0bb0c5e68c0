/// A value of a template.
enum JinjaValue {
  /// What a name or member stands for that is not there.
  case undefined(String)
  case none
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  case list([JinjaValue])
  case object(JinjaObject)
  /// The mutable object that `namespace(…)` makes.
  case namespace(JinjaNamespace)
  case macro(JinjaMacro)
}

/// Members in their order; keys are strings.
struct JinjaObject {
  private(set) var keys: [String] = []
  private var values: [String: JinjaValue] = [:]

  init(_ members: [(String, JinjaValue)] = []) {
    for (key, value) in members { self[key] = value }
  }

  subscript(key: String) -> JinjaValue? {
    get { values[key] }
    set {
      if values[key] == nil, newValue != nil { keys.append(key) }
      values[key] = newValue
    }
  }
}

final class JinjaNamespace {
  var members: JinjaObject

  init(_ members: JinjaObject) { self.members = members }
}

struct JinjaMacro {
  let name: String
  let parameters: [(name: String, fallback: JinjaExpression?)]
  let body: [JinjaStatement]
}

extension JinjaValue {
  /// Python's truth of a value.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let bool): bool
    case .integer(let integer): integer != 0
    case .double(let double): double != 0
    case .string(let string): !string.unicodeScalars.isEmpty
    case .list(let list): !list.isEmpty
    case .object(let object): !object.keys.isEmpty
    case .namespace, .macro: true
    }
  }

  var isUndefined: Bool {
    if case .undefined = self { true } else { false }
  }

  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// The value as `{{ … }}` prints it.
  ///
  /// - Throws: `JinjaError` for lists and objects, whose Python spelling no conversation needs.
  func printed() throws(JinjaError) -> String {
    switch self {
    case .undefined: return ""
    case .none: return "None"
    case .bool(let bool): return bool ? "True" : "False"
    case .integer(let integer): return "\(integer)"
    case .double(let double): return "\(double)"
    case .string(let string): return string
    case .list, .object, .namespace, .macro:
      throw .unsupported("printing \(kind)")
    }
  }

  /// The value as the text that an operation needs.
  func text(for operation: String) throws(JinjaError) -> String {
    guard case .string(let string) = self else {
      throw .unsupported("\(operation) of \(kind)")
    }
    return string
  }

  func integer(for operation: String) throws(JinjaError) -> Int {
    switch self {
    case .integer(let integer): return integer
    case .bool(let bool): return bool ? 1 : 0
    default: throw .unsupported("\(operation) of \(kind)")
    }
  }

  /// What a loop goes through: elements, keys, or the characters of a text.
  func elements(for operation: String) throws(JinjaError) -> [JinjaValue] {
    switch self {
    case .list(let list): return list
    case .object(let object): return object.keys.map(JinjaValue.string)
    case .string(let string): return string.unicodeScalars.map { .string(String($0)) }
    case .undefined: return []
    default: throw .unsupported("\(operation) of \(kind)")
    }
  }

  var kind: String {
    switch self {
    case .undefined(let name): "\(name), which is not defined"
    case .none: "none"
    case .bool: "a truth value"
    case .integer, .double: "a number"
    case .string: "a text"
    case .list: "a list"
    case .object: "an object"
    case .namespace: "a namespace"
    case .macro: "a macro"
    }
  }

  private var number: Double? {
    switch self {
    case .bool(let bool): bool ? 1 : 0
    case .integer(let integer): Double(integer)
    case .double(let double): double
    default: nil
    }
  }

  func equals(_ other: JinjaValue) -> Bool {
    if let first = number, let second = other.number { return first == second }
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): return true
    // Code points, and not characters, which Unicode holds equal in several spellings.
    case (.string(let first), .string(let second)): return first.utf8.elementsEqual(second.utf8)
    case (.list(let first), .list(let second)):
      return first.count == second.count && zip(first, second).allSatisfy { $0.equals($1) }
    case (.object(let first), .object(let second)):
      return Set(first.keys) == Set(second.keys)
        && first.keys.allSatisfy { first[$0]?.equals(second[$0] ?? .none) ?? false }
    default: return false
    }
  }

  func isLess(than other: JinjaValue) throws(JinjaError) -> Bool {
    if let first = number, let second = other.number { return first < second }
    guard case .string(let first) = self, case .string(let second) = other else {
      throw .unsupported("comparing \(kind) and \(other.kind)")
    }
    return first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
  }

  /// Whether `item` is in a list, an object's keys or a text.
  func contains(_ item: JinjaValue) throws(JinjaError) -> Bool {
    switch self {
    case .string(let string):
      let part = try item.text(for: "a search for")
      return part.unicodeScalars.isEmpty || string.firstRange(ofScalars: part) != nil
    case .object(let object):
      guard case .string(let key) = item else { return false }
      return object[key] != nil
    case .list(let list): return list.contains { $0.equals(item) }
    case .undefined: return false
    default: throw .unsupported("a search in \(kind)")
    }
  }
}
