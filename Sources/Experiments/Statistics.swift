import Randomness

/// A mean over instances with what is known of its error.
public struct Estimate: Sendable, Equatable {
  /// The number of values, n.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// The lower end of the bootstrap interval.
  public let lower: Double
  /// The upper end of the bootstrap interval.
  public let upper: Double
}

/// Means over instances and their percentile-bootstrap intervals (Efron 1979).
public enum Statistics {
  /// The resamples that an interval is made of, unless told otherwise.
  public static let resamples = 10_000

  /// The mean of values, of which there is at least one.
  public static func mean(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "nothing has no mean")
    return values.reduce(0, +) / Double(values.count)
  }

  /// The mean with the interval between the `(1 ± confidence)/2` quantiles of the means of resamples
  /// drawn with replacement.
  ///
  /// - Parameters:
  ///   - values: at least one.
  ///   - stream: decides the resamples, so that the interval is the same every time.
  /// - Complexity: O(n · resamples).
  public static func bootstrap(
    _ values: [Double], confidence: Double = 0.95, resamples: Int = resamples,
    stream: RandomStream
  ) -> Estimate {
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    precondition(resamples >= 1, "an interval needs resamples")
    let mean = self.mean(values)
    // A constant has no error, and resampling it would only add rounding.
    guard let first = values.first, values.contains(where: { $0 != first }) else {
      return Estimate(count: values.count, mean: mean, lower: mean, upper: mean)
    }
    var stream = stream
    var means = (0..<resamples).map { _ in
      var sum = 0.0
      for _ in values.indices { sum += values[stream.below(values.count)] }
      return sum / Double(values.count)
    }
    means.sort()
    return Estimate(
      count: values.count, mean: mean, lower: quantile(means, (1 - confidence) / 2),
      upper: quantile(means, (1 + confidence) / 2))
  }

  /// The mean of `after − before`, instance by instance, with its interval: the instances' own
  /// differences in difficulty drop out.
  public static func pairedBootstrap(
    before: [Double], after: [Double], confidence: Double = 0.95, resamples: Int = resamples,
    stream: RandomStream
  ) -> Estimate {
    precondition(before.count == after.count, "one value before for each after")
    return bootstrap(
      zip(before, after).map { $1 - $0 }, confidence: confidence, resamples: resamples,
      stream: stream)
  }

  /// The quantile of ascending values, interpolated linearly between neighbours.
  public static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    precondition(!sorted.isEmpty && share >= 0 && share <= 1, "there is no such quantile")
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
