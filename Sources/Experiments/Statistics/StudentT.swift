import Foundation

/// Student's t distribution.
enum StudentT {
  /// The probability of a value at least as far from 0 as `t`, on either side.
  static func twoSided(_ t: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "a t distribution has degrees of freedom")
    let freedom = Double(degrees)
    if t.isInfinite { return 0 }
    return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The value that lies further from 0 with the probability `share`, on either side.
  static func twoSidedQuantile(_ share: Double, degrees: Int) -> Double {
    precondition(share > 0 && share < 1, "a share lies between 0 and 1")
    var (low, high) = (0.0, 2.0)
    while twoSided(high, degrees: degrees) > share { high *= 2 }
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if twoSided(middle, degrees: degrees) > share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised incomplete beta function `I_x(a, b)`, by its continued fraction (DLMF 8.17.22).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast on this side of the mean, and the function is symmetric.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    // Lentz's evaluation, from the front.
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (abs(d) < tiny ? tiny : d)
    var fraction = d
    for m in 1...500 {
      let m = Double(m)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + term * d
        d = 1 / (abs(d) < tiny ? tiny : d)
        c = 1 + term / c
        if abs(c) < tiny { c = tiny }
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-15 { break }
    }
    return front * fraction / a
  }
}
