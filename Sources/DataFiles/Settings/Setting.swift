/// One setting of a value, declared once: what it is called, which values it takes, where they are kept
/// and what it is for.
///
/// From the declaration follow the member of a JSON object, the cell of a table, and the option of a
/// command (`Option.setting` in ArgumentParsing). The default is what a fresh owner holds:
/// ```
/// struct Chain: Sendable {
///   var hops = 2
///   static let settings = [
///     Setting("hops", \Chain.hops, in: 1...8, help: "Facts to follow to the answer.")
///   ]
/// }
/// ```
public struct Setting<Owner: Sendable>: Sendable {
  /// The key in files, in snake case: `span_length`.
  public let name: String
  public let shape: ValueShape
  /// Whether there may be no value: null in files, an option that is left out.
  public let mayBeAbsent: Bool
  /// One sentence.
  public let help: String
  /// What stands for the value on help screens; nil for what its shape is shown as.
  public private(set) var placeholder: String?

  private let getValue: @Sendable (Owner) -> JSONValue
  private let setValue: @Sendable (inout Owner, JSONValue) -> Void

  /// The key in recipes, in camel case: `spanLength`.
  public var camelCaseName: String {
    let words = name.split(separator: "_")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The name of the option, without its dashes: `span-length`.
  public var optionName: String { name.split(separator: "_").joined(separator: "-") }

  /// The owner's value; null where it has none.
  public func value(in owner: Owner) -> JSONValue { getValue(owner) }

  /// Sets a value of the setting's shape; any other is a programming error and traps.
  public func set(_ value: JSONValue, in owner: inout Owner) {
    precondition(mayBeAbsent || !value.isNull, "\(name) needs a value")
    setValue(&owner, value)
  }
}

// MARK: Declaring

extension Setting {
  /// A setting of any type that keeps its value behind a key path.
  ///
  /// - Parameter read: the value of what JSON holds; nil traps.
  public init<Value>(
    _ name: String, _ path: WritableKeyPath<Owner, Value> & Sendable, _ shape: ValueShape,
    _ help: String, mayBeAbsent: Bool = false,
    write: @escaping @Sendable (Value) -> JSONValue, read: @escaping @Sendable (JSONValue) -> Value?
  ) {
    self.name = name
    self.shape = shape
    self.mayBeAbsent = mayBeAbsent
    self.help = help
    getValue = { write($0[keyPath: path]) }
    setValue = { owner, value in
      guard let read = read(value) else { preconditionFailure("\(value) is no \(name)") }
      owner[keyPath: path] = read
    }
  }

  /// A whole number.
  public init(
    _ name: String, _ path: WritableKeyPath<Owner, Int> & Sendable,
    in range: ClosedRange<Int> = .min ... .max, help: String
  ) {
    self.init(
      name, path, .integer(range), help, write: { JSONValue(.integer($0)) }, read: \.int)
  }

  /// A whole number, or none.
  public init(
    _ name: String, _ path: WritableKeyPath<Owner, Int?> & Sendable,
    in range: ClosedRange<Int> = .min ... .max, help: String
  ) {
    self.init(
      name, path, .integer(range), help, mayBeAbsent: true,
      write: { $0.map { JSONValue(.integer($0)) } ?? .null }, read: { .some($0.int) })
  }

  /// A finite number within bounds, of which either may be open.
  public init(
    _ name: String, _ path: WritableKeyPath<Owner, Double> & Sendable,
    in bounds: NumberBounds = .init(), help: String
  ) {
    self.init(
      name, path, .number(bounds), help, write: { JSONValue(.double($0)) }, read: \.double)
  }

  /// A finite number within bounds, or none.
  public init(
    _ name: String, _ path: WritableKeyPath<Owner, Double?> & Sendable,
    in bounds: NumberBounds = .init(), help: String
  ) {
    self.init(
      name, path, .number(bounds), help, mayBeAbsent: true,
      write: { $0.map { JSONValue(.double($0)) } ?? .null }, read: { .some($0.double) })
  }

  /// A case of an enumeration, by its raw value.
  public init<Choice>(
    _ name: String, _ path: WritableKeyPath<Owner, Choice> & Sendable, help: String
  ) where Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
    self.init(
      name, path, .choice(Choice.allCases.map(\.rawValue)), help,
      write: { JSONValue(.string($0.rawValue)) }, read: { $0.string.flatMap(Choice.init) })
  }

  /// A case of an enumeration, by its raw value, or none.
  public init<Choice>(
    _ name: String, _ path: WritableKeyPath<Owner, Choice?> & Sendable, help: String
  ) where Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
    self.init(
      name, path, .choice(Choice.allCases.map(\.rawValue)), help, mayBeAbsent: true,
      write: { $0.map { JSONValue(.string($0.rawValue)) } ?? .null },
      read: { .some($0.string.flatMap(Choice.init)) })
  }

  /// Yes or no.
  public init(_ name: String, _ path: WritableKeyPath<Owner, Bool> & Sendable, help: String) {
    self.init(name, path, .flag, help, write: { JSONValue(.bool($0)) }, read: \.bool)
  }

  /// Any text.
  public init(_ name: String, _ path: WritableKeyPath<Owner, String> & Sendable, help: String) {
    self.init(name, path, .text, help, write: { JSONValue(.string($0)) }, read: \.string)
  }

  /// Any text, or none.
  public init(_ name: String, _ path: WritableKeyPath<Owner, String?> & Sendable, help: String) {
    self.init(
      name, path, .text, help, mayBeAbsent: true,
      write: { $0.map { JSONValue(.string($0)) } ?? .null }, read: { .some($0.string) })
  }

  /// Whole numbers, as many as there are.
  public init(
    _ name: String, _ path: WritableKeyPath<Owner, [Int]> & Sendable,
    in range: ClosedRange<Int> = .min ... .max, help: String
  ) {
    self.init(
      name, path, .list(of: .integer(range)), help, write: { JSONValue(.integers($0)) },
      read: \.ints)
  }

  /// Texts, as many as there are.
  public init(_ name: String, _ path: WritableKeyPath<Owner, [String]> & Sendable, help: String) {
    self.init(
      name, path, .list(of: .text), help,
      write: { JSONValue(.array($0.map { JSONValue(.string($0)) })) },
      read: { $0.elements?.compactMap(\.string) })
  }

  /// The same setting with another placeholder.
  public func shown(as placeholder: String) -> Setting {
    var setting = self
    setting.placeholder = placeholder
    return setting
  }

  /// The setting as one of a value that holds the owner.
  public func of<Outer: Sendable>(
    _ path: WritableKeyPath<Outer, Owner> & Sendable
  ) -> Setting<Outer> {
    of(get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
  }

  /// The setting as one of a value that holds the owner by functions of its own.
  public func of<Outer: Sendable>(
    get: @escaping @Sendable (Outer) -> Owner,
    set: @escaping @Sendable (inout Outer, Owner) -> Void
  ) -> Setting<Outer> {
    Setting<Outer>(
      name: name, shape: shape, mayBeAbsent: mayBeAbsent, help: help, placeholder: placeholder,
      getValue: { getValue(get($0)) },
      setValue: { outer, value in
        var owner = get(outer)
        setValue(&owner, value)
        set(&outer, owner)
      })
  }
}
