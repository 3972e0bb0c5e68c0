import Foundation
import Randomness

/// Values, or pairs of them, whose true mean is known.
struct CoverageDistribution<Value>: Sendable {
  /// The name in tables.
  let name: String
  /// The parameter, where the name has one: the mean of shares.
  let parameter: Double?
  let scale: ValueScale
  /// The true mean; of pairs that of after − before.
  let mean: Double
  let draw: @Sendable (inout RandomStream) -> Value

  /// Values on the whole line, unless the scale is another.
  init(
    _ name: String, parameter: Double? = nil, scale: ValueScale = .real, mean: Double,
    draw: @escaping @Sendable (inout RandomStream) -> Value
  ) {
    (self.name, self.parameter, self.scale) = (name, parameter, scale)
    (self.mean, self.draw) = (mean, draw)
  }
}

/// The distributions of a study.
enum CoverageDistributions {
  typealias Pair = (before: Double, after: Double)

  /// The means that shares are given.
  private static let shares = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]

  /// Symmetric, skewed and very skewed values. Shares are of Beta(κp, κ(1 − p)), as probabilities of answers
  /// and target masses are: those of κ = 2 reach from 0 to 1, those of κ = 10 stay near their mean.
  static let means: [CoverageDistribution<Double>] =
    [
      CoverageDistribution("normal", mean: 0) { $0.normal() },
      CoverageDistribution("exponential", mean: 1) { $0.exponential() },
      CoverageDistribution("gamma(1/2)", mean: 0.5) { $0.gamma(0.5) },
      CoverageDistribution("lognormal(1/2)", mean: exp(0.125)) { exp(0.5 * $0.normal()) },
      CoverageDistribution("lognormal(1)", mean: exp(0.5)) { exp($0.normal()) },
    ]
    + [2.0, 10].flatMap { concentration in
      shares.map { share in
        CoverageDistribution(
          "beta, κ = \(Int(concentration))", parameter: share, scale: .share, mean: share
        ) { $0.beta(concentration * share, concentration * (1 - share)) }
      }
    }

  /// What a method that changes something does to values between 0 and 1, and to others; then methods that
  /// change nothing on the average.
  static let pairs: [CoverageDistribution<Pair>] =
    shares.map { share in
      CoverageDistribution(
        "shares, on the average half the way to 1", parameter: share, scale: .share,
        mean: (1 - share) / 2
      ) { stream in
        let before = stream.beta(2 * share, 2 * (1 - share))
        return (before, before + (1 - before) * stream.unit())
      }
    } + [
      CoverageDistribution("normal, shifted", mean: 0.5) { (0, 0.5 + $0.normal()) },
      CoverageDistribution("exponential", mean: 1) { (0, $0.exponential()) },
      CoverageDistribution("lognormal(1)", mean: exp(0.5)) { (0, exp($0.normal())) },
      CoverageDistribution("normal", mean: 0) { (0, $0.normal()) },
      CoverageDistribution("Laplace", mean: 0) { ($0.exponential(), $0.exponential()) },
      CoverageDistribution("shares of p = 0.5", parameter: 0.5, scale: .share, mean: 0) {
        ($0.beta(1, 1), $0.beta(1, 1))
      },
      CoverageDistribution("shares of p = 0.95", parameter: 0.95, scale: .share, mean: 0) {
        ($0.beta(1.9, 0.1), $0.beta(1.9, 0.1))
      },
      // Many lose a little, few gain much: no change of signs leaves this as it is.
      CoverageDistribution("exponential − 1", mean: 0) { (1, $0.exponential()) },
    ]
}

extension RandomStream {
  /// A number with the density e^(−x).
  fileprivate mutating func exponential() -> Double { -log(1 - unit()) }

  /// A gamma number of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).
  fileprivate mutating func gamma(_ shape: Double) -> Double {
    // Below 1 the density has a pole, which a power of a uniform number makes.
    if shape < 1 {
      let power = pow(1 - unit(), 1 / shape)
      return gamma(shape + 1) * power
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      if root <= 0 { continue }
      let v = root * root * root
      if log(1 - unit()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
  }

  /// A beta number.
  fileprivate mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (gamma(a), gamma(b))
    // Both may underflow where both shapes are small.
    return x + y > 0 ? x / (x + y) : (unit() * (a + b) < a ? 1 : 0)
  }
}
