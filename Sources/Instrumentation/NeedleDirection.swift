/// The direction u along which the values of a needle stand out from those of all other positions.
///
/// `u = (v̄_{J*} − v̄) / ‖v̄_{J*} − v̄‖`, the mean value vector of the needle's positions less that of all
/// other visible ones: it depends on what the context says, and not on where any query looks.
public struct NeedleDirection: Sendable, Equatable {
  /// u, `[d_k]`, of length one.
  public let vector: [Double]

  /// The direction of `targets` among `values`, row-major `[T, width]`.
  ///
  /// Nil where there is none: without distractors, or where the two means are equal.
  public init?(values: [Float], width: Int, targets: RangeSet<Int>) {
    precondition(width > 0 && values.count % width == 0, "values are rows of the head width")
    let count = values.count / width
    precondition(
      !targets.isEmpty && targets.isSubset(of: RangeSet(0..<count)),
      "targets are positions of values")
    let inside = Self.mean(values, width: width, at: targets)
    guard
      let outside = Self.mean(
        values, width: width, at: RangeSet(0..<count).subtracting(targets)),
      let inside
    else { return nil }
    let difference = zip(inside, outside).map { $0 - $1 }
    let norm = difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > 0, norm.isFinite else { return nil }
    vector = difference.map { $0 / norm }
  }

  /// `⟨u, x⟩`.
  public func projection(of x: some Sequence<Float>) -> Double {
    zip(vector, x).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  /// `⟨u, v_j⟩` of values, row-major `[T, width]`: `[T]`.
  public func projections(of values: [Float]) -> [Double] {
    precondition(values.count % vector.count == 0, "values are as wide as the direction")
    return stride(from: 0, to: values.count, by: vector.count).map { start in
      projection(of: values[start..<start + vector.count])
    }
  }

  private static func mean(
    _ values: [Float], width: Int, at positions: RangeSet<Int>
  ) -> [Double]? {
    var sum = [Double](repeating: 0, count: width)
    var count = 0.0
    for range in positions.ranges {
      for position in range {
        for column in 0..<width { sum[column] += Double(values[position * width + column]) }
        count += 1
      }
    }
    return count > 0 ? sum.map { $0 / count } : nil
  }
}
