import Instrumentation

/// Proposition 3.1 and Lemma 3.2 of Bansal et al. 2026 on one query row with one target position j*:
/// the gradient of `ℓ = −log α_ij*` along the query, and what steps against it gain.
///
/// Everything is computed in double precision from the float32 query and keys that the pass used.
public struct GradientCheck: Sendable, Equatable, Codable {
  /// The fact that the row is to find, from 0.
  public let hop: Int
  /// Which token of its value the row predicts, from 0.
  public let token: Int
  /// j*: the position of the fact that scores highest.
  public let position: Int
  /// `α_ij*` as the pass's own scores have it.
  public let mass: Double
  /// ℓ, in nats.
  public let loss: Double
  /// `‖∇_q ℓ‖²` of the closed form.
  public let gradientNormSquared: Double
  /// The distance between closed form and central differences, relative to the former's norm.
  public let gradientError: Double
  /// A step of each size.
  public let gains: [Gain]

  /// What the step `q − η∇_q ℓ` gains.
  public struct Gain: Sendable, Equatable, Codable {
    /// η.
    public let learningRate: Double
    /// `η‖∇_q ℓ‖²`.
    public let predicted: Double
    /// By how much −ℓ rises.
    public let measured: Double
  }

  /// Proposition 3.1: closed form and central differences agree, to `10⁻⁶` of the gradient and `10⁻⁹`,
  /// for rounding leaves some `10⁻¹⁰` in the differences.
  public var gradientHolds: Bool {
    let norm = gradientNormSquared.squareRoot()
    return norm > 0 ? gradientError <= 1e-6 + 1e-9 / norm : gradientError <= 1e-9
  }
}

extension GradientCheck {
  /// The check of a row.
  ///
  /// - Parameters:
  ///   - query: `[w]`.
  ///   - keys: row-major `[T, w]`.
  ///   - target: the row's check of the other lemmas, which names the target position.
  init(query: [Float], keys: [Float], _ target: TargetCheck, learningRates: [Double]) {
    let loss = QueryLoss(
      keys: keys.map(Double.init), width: query.count,
      targets: RangeSet(target.position..<target.position + 1))
    let start = query.map(Double.init)
    let gradient = loss.gradient(at: start)
    let differences = loss.differences(at: start)
    let square = gradient.reduce(0) { $0 + $1 * $1 }
    let distance = zip(gradient, differences).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    self.init(
      hop: target.hop, token: target.token, position: target.position, mass: target.mass,
      loss: loss.value(at: start), gradientNormSquared: square,
      gradientError: square > 0 ? (distance / square).squareRoot() : distance.squareRoot(),
      gains: learningRates.map {
        Gain(
          learningRate: $0, predicted: loss.predictedGain(at: start, learningRate: $0),
          measured: loss.measuredGain(at: start, learningRate: $0))
      })
  }
}
