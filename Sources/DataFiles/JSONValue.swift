/// A JSON value with the place in its file where it starts.
///
/// Equality looks at the content alone, never at places. The members of an object keep their order.
public struct JSONValue: Sendable {
  /// What the value is.
  public enum Content: Sendable {
    case null
    case bool(Bool)
    /// A whole number that an `Int` holds.
    case integer(Int)
    /// A whole number above `Int.max`.
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    /// An array of nothing but whole numbers, packed; its elements have no places of their own.
    case integers([Int])
    case object([JSONMember])
  }

  public var content: Content
  public var location: TextLocation

  public init(_ content: Content, at location: TextLocation = .none) {
    self.content = content
    self.location = location
  }
}

/// A key of a JSON object with its value.
public struct JSONMember: Sendable, Equatable {
  public var key: String
  public var keyLocation: TextLocation
  public var value: JSONValue

  public init(_ key: String, _ value: JSONValue, at keyLocation: TextLocation = .none) {
    self.key = key
    self.value = value
    self.keyLocation = keyLocation
  }

  public static func == (a: Self, b: Self) -> Bool { a.key == b.key && a.value == b.value }
}

extension JSONValue {
  /// The value `null`. There is no `nil` literal for it, which would turn a missing `JSONValue?` into a
  /// value unseen.
  public static let null = JSONValue(.null)

  public var isNull: Bool { if case .null = content { true } else { false } }

  public var bool: Bool? { if case .bool(let bool) = content { bool } else { nil } }

  public var string: String? { if case .string(let string) = content { string } else { nil } }

  /// The whole number, also when written as a fraction (`3.0`, `1e3`) that is exactly whole.
  public var int: Int? {
    switch content {
    case .integer(let int): int
    case .double(let double): Int(exactly: double)
    default: nil
    }
  }

  /// As `int`, for the range of seeds and hashes.
  public var uint64: UInt64? {
    switch content {
    case .integer(let int): UInt64(exactly: int)
    case .unsigned(let unsigned): unsigned
    case .double(let double): UInt64(exactly: double)
    default: nil
    }
  }

  /// The number, rounded to the nearest `Double`.
  public var double: Double? {
    switch content {
    case .integer(let int): Double(int)
    case .unsigned(let unsigned): Double(unsigned)
    case .double(let double): double
    default: nil
    }
  }

  /// The elements of an array; unpacks `integers`, for which `ints` is the fast way.
  public var elements: [JSONValue]? {
    switch content {
    case .array(let elements): elements
    case .integers(let integers): integers.map { JSONValue(.integer($0), at: location) }
    default: nil
    }
  }

  /// The elements of an array of whole numbers; nil for anything else.
  public var ints: [Int]? {
    switch content {
    case .integers(let integers): return integers
    case .array(let elements):
      var ints: [Int] = []
      ints.reserveCapacity(elements.count)
      for element in elements {
        guard let int = element.int else { return nil }
        ints.append(int)
      }
      return ints
    default: return nil
    }
  }

  public var members: [JSONMember]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// The value of a key; nil when the key is missing or this is no object.
  public subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

  /// What kind of value this is, for a sentence: "a string".
  public var kind: String {
    switch content {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned: "a whole number"
    case .double: "a number"
    case .string: "a string"
    case .array, .integers: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    switch (a.content, b.content) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.unsigned(let a), .unsigned(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.integers(let a), .integers(let b)): a == b
    case (.integers(let packed), .array(let elements)),
      (.array(let elements), .integers(let packed)):
      packed.count == elements.count
        && zip(packed, elements).allSatisfy { .init(.integer($0)) == $1 }
    default: false
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self.init(.string(value)) }
  public init(integerLiteral value: Int) { self.init(.integer(value)) }
  public init(floatLiteral value: Double) { self.init(.double(value)) }
  public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
  public init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
  /// Keeps the order in which the members are written.
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self.init(.object(members.map { JSONMember($0.0, $0.1) }))
  }
}
