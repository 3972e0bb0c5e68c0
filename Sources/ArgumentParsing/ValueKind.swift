import DataFiles

/// How one value is written on a command line: its shape, its wording, and how it is read.
public struct ValueKind<Value: Sendable>: Sendable {
  public let shape: ValueShape
  /// What stands for the value on help screens, such as `N`.
  public let placeholder: String
  /// What a right value is, to follow "must be" in an error.
  public let expectation: String
  /// The value of a text; throws the part that does not fit.
  public let read: @Sendable (String) throws(UnfitText) -> Value
  /// The text of a value, for showing defaults.
  public let write: @Sendable (Value) -> String

  public init(
    shape: ValueShape, placeholder: String, expectation: String,
    read: @escaping @Sendable (String) throws(UnfitText) -> Value,
    write: @escaping @Sendable (Value) -> String
  ) {
    self.shape = shape
    self.placeholder = placeholder
    self.expectation = expectation
    self.read = read
    self.write = write
  }

  /// The same kind of value with another placeholder.
  public func shown(as placeholder: String) -> ValueKind {
    ValueKind(
      shape: shape, placeholder: placeholder, expectation: expectation, read: read, write: write)
  }
}

/// A text, or the part of one, that is not what was expected.
public struct UnfitText: Error, Equatable {
  public let text: String
  /// The word that was perhaps meant.
  public let suggestion: String?

  public init(_ text: String, suggestion: String? = nil) {
    self.text = text
    self.suggestion = suggestion
  }
}

extension ValueKind where Value == Int {
  /// A whole number inside a range.
  public static func integer(in range: ClosedRange<Int> = Int.min...Int.max) -> ValueKind {
    ValueKind(
      shape: .integer(range), placeholder: "N", expectation: "a whole number\(phrase(range))",
      read: { (text) throws(UnfitText) in
        guard let number = Int(text), range.contains(number) else { throw UnfitText(text) }
        return number
      }, write: { "\($0)" })
  }

  /// A whole number inside a range that may be written with a suffix: `4K` is 4096, `1M` 1048576.
  public static func size(in range: ClosedRange<Int>) -> ValueKind {
    ValueKind(
      shape: .integer(range), placeholder: "N",
      expectation: "a whole number\(phrase(range)) (K means 1024, M means 1048576)",
      read: { (text) throws(UnfitText) in
        guard let number = scaledInteger(text), range.contains(number) else {
          throw UnfitText(text)
        }
        return number
      }, write: { "\($0)" })
  }
}

extension ValueKind where Value == UInt64 {
  /// A whole number of up to 64 bits, such as a seed.
  public static var unsigned: ValueKind {
    ValueKind(
      shape: .integer(0...Int.max), placeholder: "N",
      expectation: "a whole number from 0 to \(UInt64.max)",
      read: { (text) throws(UnfitText) in
        guard let number = UInt64(text) else { throw UnfitText(text) }
        return number
      }, write: { "\($0)" })
  }
}

extension ValueKind where Value == Double {
  /// A number from the lower to the upper end of a range.
  public static func number(in range: ClosedRange<Double>) -> ValueKind {
    number(NumberBounds(lower: range.lowerBound, upper: range.upperBound))
  }

  /// A number from the lower end of a range up to, but not including, the upper.
  public static func number(in range: Range<Double>) -> ValueKind {
    number(
      NumberBounds(lower: range.lowerBound, upper: range.upperBound, includesUpper: false))
  }

  /// A number greater than a bound, and at most an upper one if that is given.
  public static func number(above lower: Double, through upper: Double? = nil) -> ValueKind {
    number(NumberBounds(lower: lower, includesLower: false, upper: upper))
  }

  /// A number of at least a bound.
  public static func number(atLeast lower: Double) -> ValueKind {
    number(NumberBounds(lower: lower))
  }

  /// A number within bounds.
  public static func number(_ bounds: NumberBounds) -> ValueKind {
    ValueKind(
      shape: .number(bounds), placeholder: "X", expectation: "a number\(phrase(bounds))",
      read: { (text) throws(UnfitText) in
        guard let number = Double(text), bounds.contains(number) else { throw UnfitText(text) }
        return number
      }, write: digits)
  }
}

extension ValueKind where Value == String {
  /// Any text that is not empty.
  public static func text(_ placeholder: String = "TEXT") -> ValueKind {
    ValueKind(
      shape: .text, placeholder: placeholder, expectation: "a text that is not empty",
      read: readNonempty, write: { $0 })
  }

  /// One of the listed words.
  public static func choice(_ words: [String]) -> ValueKind {
    ValueKind(
      shape: .choice(words), placeholder: "NAME", expectation: alternatives(words),
      read: { (text) throws(UnfitText) in
        guard words.contains(text) else {
          throw UnfitText(text, suggestion: suggestion(for: text, among: words))
        }
        return text
      }, write: { $0 })
  }

  /// The name of a file; the extensions (without the dot) help completion and are not enforced.
  public static func file(_ extensions: String...) -> ValueKind {
    ValueKind(
      shape: .path(.file(extensions: extensions)), placeholder: "FILE",
      expectation: "the name of a file", read: readNonempty, write: { $0 })
  }

  /// The name of a directory.
  public static var directory: ValueKind {
    ValueKind(
      shape: .path(.directory), placeholder: "DIR", expectation: "the name of a directory",
      read: readNonempty, write: { $0 })
  }
}

extension ValueKind
where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One case of an enumeration, written as its raw value.
  public static var choice: ValueKind {
    let words = ValueKind<String>.choice(Value.allCases.map(\.rawValue))
    return ValueKind(
      shape: words.shape, placeholder: words.placeholder, expectation: words.expectation,
      read: { (text) throws(UnfitText) in
        let word = try words.read(text)
        guard let value = Value(rawValue: word) else { throw UnfitText(text) }
        return value
      }, write: \.rawValue)
  }
}

extension ValueKind {
  /// Values of one kind, separated by commas; at least one.
  public static func list<Element>(of element: ValueKind<Element>) -> ValueKind
  where Value == [Element] {
    ValueKind(
      shape: .list(of: element.shape), placeholder: "\(element.placeholder),...",
      expectation: "values separated by commas, each \(element.expectation)",
      read: { (text) throws(UnfitText) in
        var values: [Element] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
          values.append(try element.read(trimmed(part)))
        }
        return values
      }, write: { $0.map(element.write).joined(separator: ",") })
  }
}
