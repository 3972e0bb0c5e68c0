import DataFiles

extension ValueKind where Value == JSONValue {
  /// What a declared setting takes on a command line; a choice is shown under the setting's name. A list
  /// is an array, whether it has one element or many.
  public static func setting<Owner>(_ setting: Setting<Owner>) -> ValueKind {
    let kind = of(setting.shape, name: setting.optionName.uppercased())
    return setting.placeholder.map(kind.shown) ?? kind
  }

  private static func of(_ shape: ValueShape, name: String) -> ValueKind {
    switch shape {
    case .flag:
      ValueKind(
        shape: .flag, placeholder: "", expectation: "", read: { _ in true }, write: { _ in "" })
    case .integer(let range):
      // Numbers that may be large are often powers of two.
      (range.upperBound > 4096 ? ValueKind<Int>.size(in: range) : .integer(in: range))
        .map({ JSONValue(.integer($0)) }, { $0.int ?? 0 })
    case .number(let bounds):
      ValueKind<Double>.number(bounds).map({ JSONValue(.double($0)) }, { $0.double ?? 0 })
    case .choice(let words):
      ValueKind<String>.choice(words).shown(as: name)
        .map({ JSONValue(.string($0)) }, { $0.string ?? "" })
    case .text, .path:
      ValueKind<String>.text().map({ JSONValue(.string($0)) }, { $0.string ?? "" })
    case .list(of: .text):
      // A text may hold commas of its own.
      ValueKind<String>.text()
        .map({ JSONValue(.array([JSONValue(.string($0))])) }, { $0.elements?.first?.string ?? "" })
    case .list(let element):
      ValueKind<[JSONValue]>.list(of: of(element, name: name))
        .map({ JSONValue(.array($0)) }, { $0.elements ?? [] })
    }
  }
}

extension ValueKind {
  /// The same texts for values of another type.
  fileprivate func map<Other: Sendable>(
    _ convert: @escaping @Sendable (Value) -> Other, _ back: @escaping @Sendable (Other) -> Value
  ) -> ValueKind<Other> {
    ValueKind<Other>(
      shape: shape, placeholder: placeholder, expectation: expectation,
      read: { (text) throws(UnfitText) in convert(try read(text)) }, write: { write(back($0)) })
  }
}
