/// What a value looks like, as data for readers, help, manual pages and completions.
public indirect enum ValueShape: Sendable, Equatable {
  /// An option without a value.
  case flag
  case integer(ClosedRange<Int>)
  case number(NumberBounds)
  case text
  /// One of the listed words.
  case choice([String])
  case path(PathKind)
  /// Values of one shape, separated by commas.
  case list(of: ValueShape)
}

/// What a path is expected to name.
public enum PathKind: Sendable, Equatable {
  /// A file with one of the extensions (without the dot), or any file when none is listed.
  case file(extensions: [String])
  case directory
}

/// The interval in which a number must lie; an absent bound does not bind.
public struct NumberBounds: Sendable, Equatable {
  public let lower: Double?
  /// Whether the lower bound itself is allowed.
  public let includesLower: Bool
  public let upper: Double?
  /// Whether the upper bound itself is allowed.
  public let includesUpper: Bool

  public init(
    lower: Double? = nil, includesLower: Bool = true, upper: Double? = nil,
    includesUpper: Bool = true
  ) {
    self.lower = lower
    self.includesLower = includesLower
    self.upper = upper
    self.includesUpper = includesUpper
  }

  /// Whether a finite number lies inside; infinities and NaN never do.
  public func contains(_ number: Double) -> Bool {
    guard number.isFinite else { return false }
    if let lower, includesLower ? number < lower : number <= lower { return false }
    if let upper, includesUpper ? number > upper : number >= upper { return false }
    return true
  }
}
