import Randomness

/// How far a gradient is from the central differences of the function that it belongs to.
///
/// In each of several random directions `d` of length 1, `(f(x + h·d) − f(x − h·d)) / 2h` is held
/// against `gradient · d`. The result is the norm of the differences over the norm of the numerical
/// slopes: relative, so that no small gradient passes, and infinite where all slopes vanish, so that
/// no check passes that could not fail.
///
/// - Parameters:
///   - x: where, in double precision; `f` must be the double-precision reference.
///   - step: h; the truncation error is of order h², the rounding error of order 10⁻¹⁶/h.
public func gradientError(
  of gradient: [Float], at x: [Double], directions: Int = 4, step: Double = 1e-4,
  stream: RandomStream, _ f: ([Double]) -> Double
) -> Double {
  guard gradient.count == x.count else { return .infinity }
  var stream = stream
  var slopes: [Double] = []
  var predictions: [Double] = []
  for _ in 0..<directions {
    let direction = stream.direction(x.count)
    let ahead = zip(x, direction).map { $0 + step * $1 }
    let behind = zip(x, direction).map { $0 - step * $1 }
    slopes.append((f(ahead) - f(behind)) / (2 * step))
    predictions.append(zip(gradient, direction).reduce(0) { $0 + Double($1.0) * $1.1 })
  }
  return relativeDistance(predictions, slopes)
}
