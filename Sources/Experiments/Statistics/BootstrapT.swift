import Randomness

/// The 95 % interval of a mean of values that are no zeros and ones: a bootstrap-t (Efron 1982; Hall 1988)
/// that is never narrower than Student's, with a standard error widened by √((n+1)/(n−1)): resamples of few
/// values vary less than the values' source does.
///
/// The percentile interval, which is common, covers 83 % of skewed means at n = 5; this one some 95 %.
/// `dilution coverage` tables it.
enum BootstrapT {
  /// Of fewer values there are too few different resamples to know the spread of t.
  static let leastCount = 4

  /// - Parameters:
  ///   - values: at least `leastCount`, not all the same.
  ///   - stream: decides the resamples.
  /// - Returns: nil where resamples give no end, as where most values are equal.
  /// - Complexity: O(n · resamples).
  static func interval(
    _ values: [Double], resamples: Int, stream: RandomStream
  ) -> (lower: Double?, upper: Double?) {
    let count = Double(values.count)
    let mean = Statistics.mean(values)
    let deviation = Spread(values).deviation
    let centred = values.map { ($0 - mean) / deviation }
    var stream = stream
    var scores = (0..<resamples).map { _ in
      var (sum, squares) = (0.0, 0.0)
      for _ in centred.indices {
        let value = centred[stream.below(centred.count)]
        sum += value
        squares += value * value
      }
      let variance = (squares - sum * sum / count) / (count - 1)
      if variance > 1e-20 { return sum / (count * variance).squareRoot() }
      // A resample of equal values is as far off as can be.
      return sum == 0 ? 0 : sum * .infinity
    }
    scores.sort()
    let outside = Int(Double(resamples) * (1 - Statistics.confidence) / 2)
    let t = StudentT.twoSidedQuantile(1 - Statistics.confidence, degrees: values.count - 1)
    let low = min(scores[outside], -t)
    let high = max(scores[resamples - 1 - outside], t)
    let error = deviation * ((count + 1) / (count * (count - 1))).squareRoot()
    return (
      high.isFinite ? mean - high * error : nil, low.isFinite ? mean - low * error : nil
    )
  }
}
