/// Reading members as values of a type. Each method takes the default of an optional member; without
/// one the member is required. All throw `JSONError` alone.
extension JSONObjectReader {
  /// The value of a member, or nil when it is missing and has a default.
  private mutating func value(_ key: String, isOptional: Bool) throws(JSONError) -> JSONValue? {
    isOptional ? valueIfPresent(key) : try value(key)
  }

  /// A whole number in a range.
  public mutating func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = .min ... .max
  ) throws(JSONError) -> Int {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? 0 }
    return try int(value, memberPath(key), range)
  }

  /// The version of the format, which must be the one that is understood.
  public mutating func version(
    _ key: String = "version", understood: Int
  ) throws(JSONError) {
    let version = try int(key)
    guard version == understood else {
      // What a former version wrote is not what is meant now.
      throw invalid(
        key,
        "is \(version); this program reads version \(understood)"
          + (version < understood ? ": make the file again" : ""))
    }
  }

  /// A whole number from 0 to 2⁶⁴ − 1, such as a seed.
  public mutating func uint64(
    _ key: String, default fallback: UInt64? = nil
  ) throws(JSONError) -> UInt64 {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? 0 }
    guard let number = value.uint64 else {
      throw mismatch(
        memberPath(key), value, wanted: "a whole number from 0 to \(UInt64.max)")
    }
    return number
  }

  /// A finite number in a range, and above `bound` where one is given.
  public mutating func double(
    _ key: String, default fallback: Double? = nil,
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
    above bound: Double = -.infinity
  ) throws(JSONError) -> Double {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? 0 }
    return try double(value, memberPath(key), range, above: bound)
  }

  /// `true` or `false`.
  public mutating func bool(
    _ key: String, default fallback: Bool? = nil
  ) throws(JSONError) -> Bool {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? false }
    guard let bool = value.bool else {
      throw mismatch(memberPath(key), value, wanted: "true or false")
    }
    return bool
  }

  /// A string, and one of `choices` where they are given.
  public mutating func string(
    _ key: String, default fallback: String? = nil, oneOf choices: [String]? = nil
  ) throws(JSONError) -> String {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? "" }
    return try string(value, memberPath(key), choices)
  }

  /// A case of an enumeration, by its raw value.
  public mutating func choice<Choice>(
    _ key: String, default fallback: Choice? = nil, of type: Choice.Type = Choice.self
  ) throws(JSONError) -> Choice
  where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    if let fallback, valueIfPresent(key) == nil { return fallback }
    let name = try string(key, oneOf: Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: name) else {
      preconditionFailure("\(Choice.self) rejects its own raw value \(name).")
    }
    return choice
  }

  // MARK: Arrays and objects

  /// An array of whole numbers in a range.
  public mutating func ints(
    _ key: String, default fallback: [Int]? = nil, in range: ClosedRange<Int> = .min ... .max
  ) throws(JSONError) -> [Int] {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? [] }
    return try ints(value, memberPath(key), range)
  }

  /// An array of whole numbers in a range, such as tokens.
  public mutating func int32s(
    _ key: String, default fallback: [Int32]? = nil,
    in range: ClosedRange<Int32> = .min ... .max
  ) throws(JSONError) -> [Int32] {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? [] }
    let ints = try ints(value, memberPath(key), Int(range.lowerBound)...Int(range.upperBound))
    return ints.map { Int32(truncatingIfNeeded: $0) }
  }

  /// An array of finite numbers in a range.
  public mutating func doubles(
    _ key: String, default fallback: [Double]? = nil,
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
    above bound: Double = -.infinity
  ) throws(JSONError) -> [Double] {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? [] }
    let path = memberPath(key)
    var numbers: [Double] = []
    for (i, element) in try elements(value, path).enumerated() {
      numbers.append(try double(element, "\(path)[\(i)]", range, above: bound))
    }
    return numbers
  }

  /// An array of strings, each one of `choices` where they are given.
  public mutating func strings(
    _ key: String, default fallback: [String]? = nil, oneOf choices: [String]? = nil
  ) throws(JSONError) -> [String] {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? [] }
    let path = memberPath(key)
    var strings: [String] = []
    for (i, element) in try elements(value, path).enumerated() {
      strings.append(try string(element, "\(path)[\(i)]", choices))
    }
    return strings
  }

  /// The elements of an array, whatever they are.
  public mutating func array(
    _ key: String, default fallback: [JSONValue]? = nil
  ) throws(JSONError) -> [JSONValue] {
    guard let value = try value(key, isOptional: fallback != nil) else { return fallback ?? [] }
    return try elements(value, memberPath(key))
  }

  /// A required object, as a reader of its own; call its `finish`.
  public mutating func object(_ key: String) throws(JSONError) -> JSONObjectReader {
    try JSONObjectReader(value(key), file: file, path: memberPath(key))
  }

  /// An array of objects, as readers; call the `finish` of each. An optional array is empty when
  /// missing.
  public mutating func objects(
    _ key: String, isOptional: Bool = false
  ) throws(JSONError) -> [JSONObjectReader] {
    guard let value = try value(key, isOptional: isOptional) else { return [] }
    let path = memberPath(key)
    var readers: [JSONObjectReader] = []
    for (i, element) in try elements(value, path).enumerated() {
      readers.append(try JSONObjectReader(element, file: file, path: "\(path)[\(i)]"))
    }
    return readers
  }

  // MARK: One value

  private func int(
    _ value: JSONValue, _ path: String, _ range: ClosedRange<Int>
  ) throws(JSONError) -> Int {
    guard let int = value.int, range.contains(int) else {
      throw mismatch(path, value, wanted: "a whole number\(Self.wording(range))")
    }
    return int
  }

  private func ints(
    _ value: JSONValue, _ path: String, _ range: ClosedRange<Int>
  ) throws(JSONError) -> [Int] {
    if case .integers(let integers) = value.content {
      guard let i = integers.firstIndex(where: { !range.contains($0) }) else { return integers }
      let element = JSONValue(.integer(integers[i]), at: value.location)
      throw mismatch("\(path)[\(i)]", element, wanted: "a whole number\(Self.wording(range))")
    }
    var ints: [Int] = []
    for (i, element) in try elements(value, path).enumerated() {
      ints.append(try int(element, "\(path)[\(i)]", range))
    }
    return ints
  }

  private func double(
    _ value: JSONValue, _ path: String, _ range: ClosedRange<Double>, above bound: Double
  ) throws(JSONError) -> Double {
    guard let double = value.double, range.contains(double), double > bound else {
      throw mismatch(path, value, wanted: "a number\(Self.wording(range, above: bound))")
    }
    return double
  }

  private func string(
    _ value: JSONValue, _ path: String, _ choices: [String]?
  ) throws(JSONError) -> String {
    guard let string = value.string else { throw mismatch(path, value, wanted: "a string") }
    guard let choices, !choices.contains(string) else { return string }
    var wanted = "one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))"
    if let near = suggestion(for: string, among: choices) { wanted += " (\"\(near)\"?)" }
    throw mismatch(path, value, wanted: wanted)
  }

  private func elements(_ value: JSONValue, _ path: String) throws(JSONError) -> [JSONValue] {
    guard let elements = value.elements else {
      throw mismatch(path, value, wanted: "an array")
    }
    return elements
  }

  private static func wording(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let low, .max): " of at least \(low)"
    case (.min, let high): " of at most \(high)"
    case (let low, let high): " from \(low) to \(high)"
    }
  }

  private static func wording(_ range: ClosedRange<Double>, above bound: Double) -> String {
    let largest = Double.greatestFiniteMagnitude
    let isAbove = bound >= range.lowerBound
    let (lower, upper) = (digits(range.lowerBound), digits(range.upperBound))
    let low = isAbove ? " above \(digits(bound))" : " of at least \(lower)"
    switch (isAbove || range.lowerBound > -largest, range.upperBound < largest) {
    case (false, false): return " that is finite"
    case (true, false): return low
    case (false, true): return " of at most \(upper)"
    case (true, true):
      return isAbove ? "\(low) and at most \(upper)" : " from \(lower) to \(upper)"
    }
  }

  /// A bound as it would be typed: 0 and not 0.0.
  static func digits(_ number: Double) -> String {
    abs(number) < 1e15 ? Int(exactly: number).map(String.init) ?? "\(number)" : "\(number)"
  }
}
