/// 95 % intervals of proportions and of their paired differences, which are honest at 0 and 1.
enum ProportionIntervals {
  /// The quantile of the normal distribution that belongs to 95 % on both sides.
  static let z = 1.959963984540054

  /// Wilson's score interval ("Probable inference", 1927).
  ///
  /// - Parameters:
  ///   - successes: 0...count; of values between 0 and 1 their sum, which makes it wider than need be,
  ///     for no values of that range and mean vary more than zeros and ones.
  ///   - count: at least 1.
  static func wilson(successes: Double, count: Int) -> ClosedRange<Double> {
    let n = Double(count)
    let share = min(max(successes / n, 0), 1)
    let scale = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / scale
    let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the interval reaches them, which rounding must not undo.
    let lower = share == 0 ? 0 : max(0, min(centre - half, share))
    let upper = share == 1 ? 1 : min(1, max(centre + half, share))
    return lower...upper
  }

  /// From so many pairs on Tango's interval is taken. Below, it covers more than 98 % on the average.
  static let leastTangoCount = 12

  /// The interval of the difference of two proportions of the same instances, and its name.
  ///
  /// - Parameters:
  ///   - gains: instances that turned from 0 to 1; of other differences between −1 and 1 the sum of
  ///     those above 0.
  ///   - losses: the same the other way round, above 0, too.
  static func paired(
    gains: Double, losses: Double, count: Int
  ) -> (interval: ClosedRange<Double>, method: Estimate.Method) {
    if count < leastTangoCount {
      return (agrestiMin(gains: gains, losses: losses, count: count), .agrestiMin)
    }
    return (tango(gains: gains, losses: losses, count: count), .tango)
  }

  /// Wald's interval after half an instance was added to each of the four outcomes of a pair (Agresti
  /// and Min, "Simple improved confidence intervals for comparing matched proportions", 2005).
  static func agrestiMin(gains: Double, losses: Double, count: Int) -> ClosedRange<Double> {
    let n = Double(count) + 2
    let centre = (gains - losses) / n
    let spread = (gains + losses + 1) / n - centre * centre
    let half = z * (max(0, spread) / n).squareRoot()
    // Shrunk towards 0, the centre is not the mean, which the interval holds all the same.
    let mean = (gains - losses) / Double(count)
    return max(-1, min(centre - half, mean))...min(1, max(centre + half, mean))
  }

  /// The differences that the score test does not reject (Tango, "Equivalence test and confidence
  /// interval for the difference in proportions for the paired-sample design", 1998).
  static func tango(gains: Double, losses: Double, count: Int) -> ClosedRange<Double> {
    let n = Double(count)
    let mean = (gains - losses) / n
    func score(_ difference: Double) -> Double {
      let b = -gains - losses + (2 * n - gains + losses) * difference
      let c = -losses * difference * (1 - difference)
      let root = max(0, b * b - 8 * n * c).squareRoot()
      let share = (root - b) / (4 * n)
      let variance = n * (2 * share + difference * (1 - difference))
      let distance = gains - losses - n * difference
      if variance > 1e-14 * n { return distance / variance.squareRoot() }
      return abs(distance) < 1e-12 * n ? 0 : distance * .infinity
    }
    // The score falls as the difference grows.
    func root(_ target: Double, from: Double, to: Double) -> Double {
      var (low, high) = (from, to)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if score(middle) > target { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    let lower = score(-1) > z ? root(z, from: -1, to: mean) : -1
    let upper = score(1) < -z ? root(-z, from: mean, to: 1) : 1
    return min(lower, mean)...max(upper, mean)
  }
}
