/// A positional argument with the type of its value: the entry in a command's list and the key with
/// which the value is read.
public struct Positional<Value: Sendable>: PositionalDeclaring {
  public let declaration: PositionalDeclaration
  private let resolve: @Sendable ([String]) throws(ArgumentError) -> Value

  private init(
    _ declaration: PositionalDeclaration,
    resolve: @escaping @Sendable ([String]) throws(ArgumentError) -> Value
  ) {
    self.declaration = declaration
    self.resolve = resolve
  }

  public func value(from texts: [String]) throws(ArgumentError) -> any Sendable {
    try resolve(texts)
  }

  /// An argument that must be given.
  public static func required(
    _ placeholder: String, _ kind: ValueKind<Value>, help: String
  ) -> Positional {
    let declaration = PositionalDeclaration(
      placeholder: placeholder, shape: kind.shape, expectation: kind.expectation, help: help,
      isRequired: true, isRepeatable: false)
    return Positional(declaration) { (texts) throws(ArgumentError) in
      guard let text = texts.first else { throw .missingPositional(declaration) }
      return try declaration.read(text, kind)
    }
  }

  /// An argument that may be left out; its value is nil then.
  public static func optional<Wrapped>(
    _ placeholder: String, _ kind: ValueKind<Wrapped>, help: String
  ) -> Positional where Value == Wrapped? {
    let declaration = PositionalDeclaration(
      placeholder: placeholder, shape: kind.shape, expectation: kind.expectation, help: help,
      isRequired: false, isRepeatable: false)
    return Positional(declaration) { (texts) throws(ArgumentError) in
      guard let text = texts.first else { return nil }
      return try declaration.read(text, kind)
    }
  }

  /// All arguments that are left, in order.
  public static func rest<Element>(
    _ placeholder: String, _ kind: ValueKind<Element>, isRequired: Bool, help: String
  ) -> Positional where Value == [Element] {
    let declaration = PositionalDeclaration(
      placeholder: placeholder, shape: kind.shape, expectation: kind.expectation, help: help,
      isRequired: isRequired, isRepeatable: true)
    return Positional(declaration) { (texts) throws(ArgumentError) in
      if isRequired && texts.isEmpty { throw .missingPositional(declaration) }
      var values: [Element] = []
      for text in texts { values.append(try declaration.read(text, kind)) }
      return values
    }
  }
}

extension PositionalDeclaration {
  fileprivate func read<Value>(
    _ text: String, _ kind: ValueKind<Value>
  ) throws(ArgumentError) -> Value {
    do {
      return try kind.read(text)
    } catch {
      throw .unfitValue(name: placeholder, expectation: expectation, found: error)
    }
  }
}
