import Foundation

/// How the scores of a row become the weights with which it mixes values.
public protocol AttentionNormalizer: AttentionRulePart {
  /// Turns the scores of a row's visible keys into α, which sums to one.
  func normalize(_ row: UnsafeMutableBufferPointer<Float>)
  /// Turns `dα` into `dz`.
  ///
  /// - Parameter weights: α, as `normalize` made it.
  func backward(
    weights: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>)
  /// The weights of a row in double precision, up to a common factor: α is each over their sum.
  ///
  /// - Parameter scores: `z`, one a visible key, all finite and at least one.
  func weights(of scores: [Float]) -> [Double]
}

/// `α = exp z / Σ exp z`.
public struct Softmax: AttentionNormalizer {
  public static let name = "softmax"
  public init(_ values: [Double] = []) {}

  public func normalize(_ row: UnsafeMutableBufferPointer<Float>) {
    guard let z = row.baseAddress else { return }
    let sum = exponentiate(z, shift: maximum(z, count: row.count), count: row.count)
    scaleVector(z, by: 1 / sum, count: row.count)
  }

  /// `dz = α ⊙ (dα − Σ α ⊙ dα)`.
  public func backward(
    weights: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>
  ) {
    guard let a = weights.baseAddress, let g = gradient.baseAddress else { return }
    let mean = dot(a, g, count: weights.count)
    for j in 0..<weights.count { g[j] = a[j] * (g[j] - mean) }
  }

  /// `exp(z − max z)`.
  public func weights(of scores: [Float]) -> [Double] {
    let shift = Double(scores.max() ?? 0)
    return scores.map { exp(Double($0) - shift) }
  }
}
