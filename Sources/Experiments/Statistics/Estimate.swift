/// A mean over instances with what is known of its error.
public struct Estimate: Sendable, Equatable {
  /// How an interval was made.
  public enum Method: String, Sendable, CaseIterable {
    /// Of a proportion: Wilson's score interval.
    case wilson
    /// Of a paired difference of proportions, of few instances: Agresti and Min's.
    case agrestiMin = "agresti-min"
    /// Of a paired difference of proportions: Tango's score interval.
    case tango
    /// Of a mean of other values: the bootstrap-t of `BootstrapT`.
    case bootstrapT = "bootstrap-t"
  }

  /// A test of whether a paired difference is 0.
  public struct Test: Sendable, Equatable {
    public enum Name: String, Sendable {
      /// Exact: the binomial test on the instances whose outcomes differ.
      case mcNemar = "mcnemar"
      /// Exact: the mean under all changes of signs.
      case signFlip = "sign-flip"
      /// Student's, for one sample of differences.
      case t
    }

    public let name: Name
    /// Two-sided.
    public let pValue: Double
  }

  /// The number of values, n.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// The 95 % interval; nil where these values cannot give one, as of a single instance.
  public let interval: ClosedRange<Double>?
  /// How the interval was made; nil without one.
  public let method: Method?
  /// Of a paired difference; nil of a mean, and of a single pair.
  public let test: Test?

  init(
    count: Int, mean: Double, interval: ClosedRange<Double>? = nil, method: Method? = nil,
    test: Test? = nil
  ) {
    (self.count, self.mean, self.test) = (count, mean, test)
    (self.interval, self.method) = (interval, interval == nil ? nil : method)
  }

  /// The estimate in units that are so much smaller.
  func times(_ factor: Double) -> Estimate {
    Estimate(
      count: count, mean: mean * factor,
      interval: interval.map { $0.lowerBound * factor...$0.upperBound * factor }, method: method,
      test: test)
  }

  /// The lower end of the interval.
  public var lower: Double? { interval?.lowerBound }
  /// The upper end of the interval.
  public var upper: Double? { interval?.upperBound }

  /// Whether a difference differs from 0: its test says so, and its interval, where there is one,
  /// leaves 0 out.
  public var isSignificant: Bool {
    guard let test, test.pValue <= Statistics.significance else { return false }
    return interval.map { !$0.contains(0) } ?? true
  }
}
