/// What the estimates of the lab are made from.
public enum Statistics {
  /// The resamples that a bootstrap interval is made of, by default.
  public static let resamples = 10_000
  /// What intervals are to cover.
  public static let confidence = 0.95
  /// The p-value up to which a difference counts.
  public static let significance = 0.05
  /// Below so many instances a table says that n is small: the least coverage of the intervals is
  /// then clearly below the confidence (Results/coverage).
  public static let smallCount = 20

  /// The mean of values, of which there is at least one.
  public static func mean(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "nothing has no mean")
    return values.reduce(0, +) / Double(values.count)
  }

  /// The quantile of ascending values, interpolated linearly between neighbours.
  public static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    precondition(!sorted.isEmpty && share >= 0 && share <= 1, "there is no such quantile")
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// p-values after Holm's step-down correction ("A simple sequentially rejective multiple test
  /// procedure", 1979) over all that are given, in their order.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var greatest = 0.0
    for (rank, place) in order.enumerated() {
      greatest = max(greatest, min(1, pValues[place] * Double(pValues.count - rank)))
      adjusted[place] = greatest
    }
    return adjusted
  }
}
