import DataFiles

extension ValueKind where Value == JSONValue {
  /// What a declared setting takes on a command line; a choice is shown under the setting's name.
  public static func setting<Owner>(_ setting: Setting<Owner>) -> ValueKind {
    switch setting.shape {
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
      ValueKind<String>.choice(words).shown(as: setting.optionName.uppercased())
        .map({ JSONValue(.string($0)) }, { $0.string ?? "" })
    case .text, .path, .list:
      ValueKind<String>.text().map({ JSONValue(.string($0)) }, { $0.string ?? "" })
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
