extension Setting {
  /// Reads the member; one that is missing leaves the owner as it is, or is an error if required.
  ///
  /// - Parameter key: the member's key; nil for the setting's name.
  /// - Throws: `JSONError` when the value is none that the setting takes.
  public func read(
    into owner: inout Owner, from reader: inout JSONObjectReader, key: String? = nil,
    isRequired: Bool = false
  ) throws(JSONError) {
    let key = key ?? name
    guard let value = reader.valueIfPresent(key) else {
      if isRequired { _ = try reader.value(key) }
      return
    }
    if value.isNull, mayBeAbsent { return set(.null, in: &owner) }
    switch shape {
    case .flag: set(JSONValue(.bool(try reader.bool(key))), in: &owner)
    case .integer(let range): set(JSONValue(.integer(try reader.int(key, in: range))), in: &owner)
    case .number(let bounds): set(JSONValue(.double(try reader.double(key, bounds))), in: &owner)
    case .choice(let words):
      set(JSONValue(.string(try reader.string(key, oneOf: words))), in: &owner)
    case .text, .path, .list: set(JSONValue(.string(try reader.string(key))), in: &owner)
    }
  }

  /// Writes the member into an open object; null where there is no value.
  public func write(_ owner: Owner, to json: inout JSONWriter, key: String? = nil) {
    do {
      try json.member(key ?? name, value(in: owner))
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }

  /// The value as a cell of a table.
  public func cell(_ owner: Owner) -> CSVCell {
    let value = value(in: owner)
    return switch value.content {
    case .integer(let integer): .integer(integer)
    case .double(let double): .number(double)
    case .string(let string): .text(string)
    case .bool(let bool): .integer(bool ? 1 : 0)
    default: .missing
    }
  }

  /// What is wrong with the owner's value, which no file or option vouches for; nil when it is in range.
  public func defect(in owner: Owner) -> SettingDefect? {
    let value = value(in: owner)
    switch shape {
    case .integer(let range):
      guard let int = value.int, !range.contains(int) else { return nil }
      return SettingDefect(
        name: name, value: "\(int)", range: "\(range.lowerBound) … \(range.upperBound)")
    case .number(let bounds):
      guard let double = value.double, !bounds.contains(double) else { return nil }
      return SettingDefect(name: name, value: "\(double)", range: bounds.wording)
    default: return nil
    }
  }
}

/// A value outside its setting's range.
public struct SettingDefect: Error, Equatable {
  public var name: String
  public var value: String
  /// What it must be: "0 … 1".
  public var range: String

  public init(name: String, value: String, range: String) {
    (self.name, self.value, self.range) = (name, value, range)
  }
}

extension JSONObjectReader {
  /// A finite number within bounds, of which either may be open.
  public mutating func double(_ key: String, _ bounds: NumberBounds) throws(JSONError) -> Double {
    let largest = Double.greatestFiniteMagnitude
    let number = try double(
      key, in: (bounds.lower ?? -largest)...(bounds.upper ?? largest),
      above: bounds.includesLower ? -.infinity : bounds.lower ?? -.infinity)
    if !bounds.contains(number), let upper = bounds.upper {
      throw invalid(key, "must be below \(Self.digits(upper))")
    }
    return number
  }
}

extension NumberBounds {
  /// The numbers of a range, ends included.
  public static func closed(_ range: ClosedRange<Double>) -> NumberBounds {
    NumberBounds(lower: range.lowerBound, upper: range.upperBound)
  }

  /// The numbers of a range without its upper end.
  public static func halfOpen(_ range: Range<Double>) -> NumberBounds {
    NumberBounds(lower: range.lowerBound, upper: range.upperBound, includesUpper: false)
  }

  /// The numbers above a bound, up to and including another.
  public static func above(_ lower: Double, through upper: Double? = nil) -> NumberBounds {
    NumberBounds(lower: lower, includesLower: false, upper: upper)
  }

  /// What a number must be, to follow "must be": "0 … 1", "0 or more, below 1".
  var wording: String {
    let low = lower.map { JSONObjectReader.digits($0) }
    let high = upper.map { JSONObjectReader.digits($0) }
    if let low, let high, includesLower, includesUpper { return "\(low) … \(high)" }
    let parts = [
      low.map { includesLower ? "\($0) or more" : "above \($0)" },
      high.map { includesUpper ? "at most \($0)" : "below \($0)" },
    ].compactMap { $0 }
    return parts.isEmpty ? "finite" : parts.joined(separator: ", ")
  }
}
