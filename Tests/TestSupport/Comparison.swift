/// `sqrt(Σ xᵢ²)`.
public func euclideanNorm(_ x: [Double]) -> Double {
  x.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

/// `‖a − b‖ / ‖b‖`, infinite where that cannot be told: lengths differ, `b` is zero or something is
/// not finite. So no tolerance is passed by accident.
public func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = euclideanNorm(zip(a, b).map { $0 - $1 })
  let size = euclideanNorm(b)
  return difference.isFinite && size.isFinite && size > 0 ? difference / size : .infinity
}

/// `‖a − b‖ / ‖b‖` of what a kernel computed and its reference.
public func relativeDistance(_ a: [Float], _ b: [Double]) -> Double {
  relativeDistance(a.map(Double.init), b)
}

/// The greatest `|aᵢ − bᵢ|`; infinite where lengths differ or something is NaN.
public func greatestDifference(_ a: [Float], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// How far `x` is from `exact`, in units of the last place that float32 has there.
public func unitsInTheLastPlace(_ x: Float, from exact: Double) -> Double {
  abs(Double(x) - exact) / Double(Float(exact).ulp)
}

/// Whether two lists of floats are the same bit for bit.
public func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.map(\.bitPattern) == b.map(\.bitPattern)
}
