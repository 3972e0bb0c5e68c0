import Foundation

/// The way from values to places on an axis: a share of its length, 0 at the lower end.
public struct Scale: Sendable, Equatable {
  /// How values are spaced.
  public enum Kind: Sendable, Equatable {
    case linear
    case log2
    case log10

    /// Whether equal ratios, not equal differences, are equally long.
    public var isLogarithmic: Bool { self != .linear }
  }

  public let kind: Kind
  /// The values at the two ends.
  public let domain: ClosedRange<Double>
  /// Whether the lower end of the domain is on the right or at the top.
  public let isReversed: Bool

  /// A scale over exactly this domain, whose ends must be finite and differ, and be above zero on a
  /// logarithmic scale.
  public init(_ kind: Kind, domain: ClosedRange<Double>, isReversed: Bool = false) {
    precondition(domain.lowerBound < domain.upperBound, "a scale's ends must differ")
    precondition(
      domain.lowerBound.isFinite && domain.upperBound.isFinite, "a scale's ends must be finite")
    precondition(
      !kind.isLogarithmic || domain.lowerBound > 0, "a logarithmic scale begins above zero")
    self.kind = kind
    self.domain = domain
    self.isReversed = isReversed
  }

  /// A scale that shows the values from `least` to `greatest` with free room of `padding` (a share
  /// of the length) at both ends. Where the two are equal, or too near to be distinguished, the range
  /// is widened around them.
  public init(
    _ kind: Kind, from least: Double, to greatest: Double, padding: Double,
    isReversed: Bool = false
  ) {
    var (low, high) = (Scale.forward(least, kind), Scale.forward(greatest, kind))
    let size = max(abs(low), abs(high))
    if high - low <= max(size * 1e-9, 1e-100) {
      let room = kind.isLogarithmic || size < 1e-99 ? 0.5 : size * 0.1
      (low, high) = (low - room, high + room)
    }
    let room = (high - low) * padding
    // The exponential of a logarithm is rarely the number again, so untouched ends are kept.
    self.init(
      kind,
      domain: room == 0 && low == Scale.forward(least, kind)
        ? least...greatest
        : Scale.backward(low - room, kind)...Scale.backward(high + room, kind),
      isReversed: isReversed)
  }

  /// Where a value lies: 0 at the left or lower end, 1 at the other; beyond them outside the domain.
  public func share(of value: Double) -> Double {
    let low = Scale.forward(domain.lowerBound, kind)
    let high = Scale.forward(domain.upperBound, kind)
    let share = (Scale.forward(value, kind) - low) / (high - low)
    return isReversed ? 1 - share : share
  }

  /// The value at a share of the length: the inverse of `share(of:)`.
  public func value(at share: Double) -> Double {
    let low = Scale.forward(domain.lowerBound, kind)
    let high = Scale.forward(domain.upperBound, kind)
    return Scale.backward(low + (isReversed ? 1 - share : share) * (high - low), kind)
  }

  private static func forward(_ value: Double, _ kind: Kind) -> Double {
    switch kind {
    case .linear: value
    case .log2: Foundation.log2(value)
    case .log10: Foundation.log10(value)
    }
  }

  private static func backward(_ value: Double, _ kind: Kind) -> Double {
    switch kind {
    case .linear: value
    case .log2: exp2(value)
    case .log10: pow(10, value)
    }
  }
}
