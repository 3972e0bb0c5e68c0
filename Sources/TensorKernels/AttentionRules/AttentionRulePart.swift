/// One of the parts that an attention rule is made of, as files and recipes name it.
///
/// A part declares its settings once; reading and writing them follows from that.
public protocol AttentionRulePart: Hashable, Sendable {
  /// What files call it, such as `window`.
  static var name: String { get }
  /// What it is set by, in order; most parts need nothing.
  static var settings: [RuleSetting] { get }
  /// The part with one value for each setting, each within its range.
  init(_ values: [Double])
  /// The values of its settings.
  var values: [Double] { get }
}

extension AttentionRulePart {
  public static var settings: [RuleSetting] { [] }
  public var values: [Double] { [] }
}

/// A number that a part of a rule is set by.
public struct RuleSetting: Sendable {
  /// Its key in files.
  public let name: String
  public let range: ClosedRange<Double>
  /// Whether only whole numbers make sense.
  public let isWhole: Bool
  /// The range of a whole number.
  public var wholeRange: ClosedRange<Int> { Int(range.lowerBound)...Int(range.upperBound) }

  public init(_ name: String, in range: ClosedRange<Double>, isWhole: Bool = false) {
    self.name = name
    self.range = range
    self.isWhole = isWhole
  }
}
