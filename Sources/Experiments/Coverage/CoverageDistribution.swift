import Foundation
import Randomness

/// Values of instances whose true mean is known.
struct CoverageDistribution: Sendable {
  /// The name in tables.
  let name: String
  /// The parameter, where the name has one: the mean of shares.
  let parameter: Double?
  let scale: ValueScale
  /// The true mean.
  let mean: Double
  let draw: @Sendable (inout RandomStream) -> Double

  /// The means that proportions and shares are given.
  static let shares = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]

  /// Symmetric, skewed and very skewed values. Shares are of Beta(κp, κ(1 − p)), as probabilities of answers
  /// and target masses are: those of κ = 2 reach from 0 to 1, those of κ = 10 stay near their mean.
  static let means: [CoverageDistribution] =
    [
      CoverageDistribution(name: "normal", scale: .real, mean: 0) { $0.normal() },
      CoverageDistribution(name: "exponential", scale: .real, mean: 1) { $0.exponential() },
      CoverageDistribution(name: "gamma(1/2)", scale: .real, mean: 0.5) { $0.gamma(0.5) },
      CoverageDistribution(name: "lognormal(1/2)", scale: .real, mean: exp(0.125)) {
        exp(0.5 * $0.normal())
      },
      CoverageDistribution(name: "lognormal(1)", scale: .real, mean: exp(0.5)) {
        exp($0.normal())
      },
    ]
    + [2.0, 10].flatMap { concentration in
      shares.map { share in
        CoverageDistribution(
          name: "beta, κ = \(Int(concentration))", parameter: share, scale: .share, mean: share
        ) { $0.beta(concentration * share, concentration * (1 - share)) }
      }
    }

  init(
    name: String, parameter: Double? = nil, scale: ValueScale, mean: Double,
    draw: @escaping @Sendable (inout RandomStream) -> Double
  ) {
    (self.name, self.parameter, self.scale) = (name, parameter, scale)
    (self.mean, self.draw) = (mean, draw)
  }
}

/// Paired values whose true mean difference is known.
struct CoveragePairs: Sendable {
  let name: String
  let parameter: Double?
  let scale: ValueScale
  /// The true mean of after − before.
  let difference: Double
  let draw: @Sendable (inout RandomStream) -> (before: Double, after: Double)

  /// What a method that changes something does to values between 0 and 1, and to others.
  static let changed: [CoveragePairs] =
    CoverageDistribution.shares.map { share in
      CoveragePairs(
        name: "shares, on the average half the way to 1", parameter: share, scale: .share,
        difference: (1 - share) / 2
      ) { stream in
        let before = stream.beta(2 * share, 2 * (1 - share))
        return (before, before + (1 - before) * stream.unit())
      }
    } + [
      CoveragePairs(name: "normal, shifted", parameter: nil, scale: .real, difference: 0.5) {
        stream in
        (0, 0.5 + stream.normal())
      },
      CoveragePairs(name: "exponential", parameter: nil, scale: .real, difference: 1) { stream in
        (0, stream.exponential())
      },
      CoveragePairs(name: "lognormal(1)", parameter: nil, scale: .real, difference: exp(0.5)) {
        stream in (0, exp(stream.normal()))
      },
    ]

  /// Methods that change nothing on the average.
  static let unchanged: [CoveragePairs] = [
    CoveragePairs(name: "normal", parameter: nil, scale: .real, difference: 0) { stream in
      (0, stream.normal())
    },
    CoveragePairs(name: "Laplace", parameter: nil, scale: .real, difference: 0) { stream in
      (stream.exponential(), stream.exponential())
    },
    CoveragePairs(name: "shares of p = 0.5", parameter: 0.5, scale: .share, difference: 0) {
      stream in (stream.beta(1, 1), stream.beta(1, 1))
    },
    CoveragePairs(name: "shares of p = 0.95", parameter: 0.95, scale: .share, difference: 0) {
      stream in (stream.beta(1.9, 0.1), stream.beta(1.9, 0.1))
    },
    // Many lose a little, few gain much: no change of signs leaves this as it is.
    CoveragePairs(name: "exponential − 1", parameter: nil, scale: .real, difference: 0) { stream in
      (1, stream.exponential())
    },
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
