import Foundation

/// How the scores of a row become the weights with which it mixes values.
public protocol AttentionNormalizer: Hashable, Sendable {
  /// The weights of a row in double precision, up to a common factor: α is each over their sum.
  ///
  /// - Parameter scores: `z`, one a visible key, all finite and at least one.
  func weights(of scores: [Float]) -> [Double]
}

/// `α = exp z / Σ exp z`.
public struct Softmax: AttentionNormalizer {
  public init() {}

  /// `exp(z − max z)`.
  public func weights(of scores: [Float]) -> [Double] {
    let shift = Double(scores.max() ?? 0)
    return scores.map { exp(Double($0) - shift) }
  }
}
