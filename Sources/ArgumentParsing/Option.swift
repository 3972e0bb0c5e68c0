import DataFiles

/// An option with the type of its value: declared once, it is both the entry in a command's list
/// and the key with which the value is read.
///
/// ```swift
/// static let count = Option.defaulted(
///   "count", .integer(in: 1...1_000_000), to: 100, help: "Instances at each length.")
/// …
/// let instances = arguments[count]  // Int
/// ```
public struct Option<Value: Sendable>: OptionDeclaring {
  public let declaration: OptionDeclaration
  private let resolve: @Sendable ([String]) throws(ArgumentError) -> Value

  private init(
    _ declaration: OptionDeclaration,
    resolve: @escaping @Sendable ([String]) throws(ArgumentError) -> Value
  ) {
    self.declaration = declaration
    self.resolve = resolve
  }

  public func value(from texts: [String]) throws(ArgumentError) -> any Sendable {
    try resolve(texts)
  }

  /// An option that must be given.
  public static func required(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, help: String
  ) -> Option {
    let declaration = OptionDeclaration(
      name: name, short: short, kind: kind, help: help, isRequired: true)
    return Option(declaration) { (texts) throws(ArgumentError) in
      guard let value = try declaration.single(texts, kind) else {
        throw .missingOption(declaration)
      }
      return value
    }
  }

  /// An option with a value that holds when it is not given.
  public static func defaulted(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, to fallback: Value,
    help: String
  ) -> Option {
    let declaration = OptionDeclaration(
      name: name, short: short, kind: kind, help: help, defaultText: kind.write(fallback))
    return Option(declaration) { (texts) throws(ArgumentError) in
      try declaration.single(texts, kind) ?? fallback
    }
  }

  /// An option that may be left out; its value is nil then.
  public static func optional<Wrapped>(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Wrapped>, help: String
  ) -> Option where Value == Wrapped? {
    let declaration = OptionDeclaration(name: name, short: short, kind: kind, help: help)
    return Option(declaration) { (texts) throws(ArgumentError) in
      try declaration.single(texts, kind)
    }
  }

  /// An option that may be given several times; its value holds every one, in order.
  public static func repeated<Element>(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Element>, isRequired: Bool = false,
    takesDashes: Bool = false, help: String
  ) -> Option where Value == [Element] {
    var declared = OptionDeclaration(
      name: name, short: short, kind: kind, help: help, isRequired: isRequired, isRepeatable: true)
    declared.takesDashes = takesDashes
    let declaration = declared
    return Option(declaration) { (texts) throws(ArgumentError) in
      if isRequired && texts.isEmpty { throw .missingOption(declaration) }
      var values: [Element] = []
      for text in texts { values.append(try declaration.read(text, kind)) }
      return values
    }
  }

  /// An option that takes a list and may be given several times; its value holds the elements of all
  /// lists, in order.
  public static func gathered<Element>(
    _ name: String, short: Character? = nil, _ element: ValueKind<Element>, help: String
  ) -> Option where Value == [Element] {
    let kind = ValueKind<[Element]>.list(of: element)
    let declaration = OptionDeclaration(
      name: name, short: short, kind: kind, help: help, isRepeatable: true)
    return Option(declaration) { (texts) throws(ArgumentError) in
      var values: [Element] = []
      for text in texts { values += try declaration.read(text, kind) }
      return values
    }
  }
}

extension Option where Value == Bool {
  /// An option without a value: true when it is given.
  public static func flag(_ name: String, short: Character? = nil, help: String) -> Option {
    let declaration = OptionDeclaration(
      name: name, short: short, shape: .flag, placeholder: "", expectation: "", help: help,
      isRequired: false, isRepeatable: false, defaultText: nil)
    return Option(declaration) { (texts) throws(ArgumentError) in !texts.isEmpty }
  }
}

extension Option where Value == JSONValue {
  /// The option that sets a declared setting; where it is not given, what a fresh owner holds.
  ///
  /// ```swift
  /// static let hops = Option.setting(Chain.hops, of: Chain())
  /// …
  /// Chain.hops.set(arguments[hops], in: &chain)
  /// ```
  ///
  /// - Parameters:
  ///   - name: what the option is called; nil for the setting's own name.
  ///   - isNeeded: whether what a fresh owner holds is no default, because the owner wants a value.
  public static func setting<Owner>(
    _ setting: Setting<Owner>, of fresh: Owner, name: String? = nil, isNeeded: Bool = false
  ) -> Option {
    let kind = ValueKind.setting(setting)
    let fallback = setting.value(in: fresh)
    let isList = if case .list = setting.shape { true } else { false }
    let hasDefault =
      !fallback.isNull && !isNeeded && kind.shape != .flag
      && !(fallback.elements?.isEmpty ?? false)
    let declaration = OptionDeclaration(
      name: name ?? setting.optionName, short: nil, kind: kind, help: setting.help,
      isRepeatable: isList, defaultText: hasDefault ? kind.write(fallback) : nil)
    return Option(declaration) { (texts) throws(ArgumentError) in
      if kind.shape == .flag { return texts.isEmpty ? fallback : true }
      guard isList, !texts.isEmpty else { return try declaration.single(texts, kind) ?? fallback }
      var elements: [JSONValue] = []
      for text in texts { elements += try declaration.read(text, kind).elements ?? [] }
      return JSONValue(.array(elements))
    }
  }
}

extension OptionDeclaration {
  fileprivate init<Value>(
    name: String, short: Character?, kind: ValueKind<Value>, help: String,
    isRequired: Bool = false, isRepeatable: Bool = false, defaultText: String? = nil
  ) {
    self.init(
      name: name, short: short, shape: kind.shape, placeholder: kind.placeholder,
      expectation: kind.expectation, help: help, isRequired: isRequired,
      isRepeatable: isRepeatable, defaultText: defaultText)
  }

  fileprivate func single<Value>(
    _ texts: [String], _ kind: ValueKind<Value>
  ) throws(ArgumentError) -> Value? {
    // A silent choice between two values would hide a slip in a long command line.
    guard texts.count <= 1 else { throw .repeatedOption(self) }
    guard let text = texts.first else { return nil }
    return try read(text, kind)
  }

  fileprivate func read<Value>(
    _ text: String, _ kind: ValueKind<Value>
  ) throws(ArgumentError) -> Value {
    do {
      return try kind.read(text)
    } catch {
      throw .unfitValue(name: flag, expectation: expectation, found: error)
    }
  }
}
