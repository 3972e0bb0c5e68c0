import Foundation

/// The retrieval loss of one query against fixed keys, `ℓ(q) = −log Σ_{j∈J*} α_j(q)` with
/// `α = softmax(q·k_j / sqrt(d_k))`, and its gradient.
///
/// Source: Bansal et al. 2026, Proposition 3.1 and Lemma 3.2, there for one target position.
public struct QueryLoss: Sendable {
  /// Keys, row-major `[T, d_k]`.
  private let keys: [Double]
  private let width: Int
  private let targets: RangeSet<Int>
  private var count: Int { keys.count / width }

  /// The loss over `keys`, row-major `[T, width]`, with the target positions J*.
  public init(keys: [Double], width: Int, targets: RangeSet<Int>) {
    precondition(width > 0 && keys.count % width == 0, "keys are rows of the head width")
    precondition(
      !targets.isEmpty && targets.isSubset(of: RangeSet(0..<keys.count / width)),
      "targets are positions of keys")
    self.keys = keys
    self.width = width
    self.targets = targets
  }

  /// `α`, `[T]`.
  public func attention(at query: [Double]) -> [Double] {
    Self.softmax(scores(at: query))
  }

  private static func softmax(_ scores: [Double]) -> [Double] {
    let highest = scores.max() ?? 0
    let weights = scores.map { exp($0 - highest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// ℓ, in nats.
  public func value(at query: [Double]) -> Double {
    let scores = self.scores(at: query)
    let highest = scores.max() ?? 0
    let inside = targets.ranges.joined().map { scores[$0] }
    let best = inside.max() ?? 0
    let all = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
    return all - best - log(inside.reduce(0) { $0 + exp($1 - best) })
  }

  /// `∇_q ℓ = (Σ_j α_j k_j − Σ_{j∈J*} β_j k_j) / sqrt(d_k)`, `[d_k]`, where β is α within J* alone; for
  /// one target the second sum is its key.
  public func gradient(at query: [Double]) -> [Double] {
    let scores = self.scores(at: query)
    let attention = Self.softmax(scores)
    // β from scores of its own: α within J* may be too small for a number.
    let inside = Array(targets.ranges.joined())
    var shares = [Double](repeating: 0, count: count)
    for (row, share) in zip(inside, Self.softmax(inside.map { scores[$0] })) { shares[row] = share }
    var gradient = [Double](repeating: 0, count: width)
    for row in 0..<count {
      let share = shares[row]
      for column in 0..<width {
        gradient[column] += (attention[row] - share) * keys[row * width + column]
      }
    }
    let scale = 1 / Double(width).squareRoot()
    return gradient.map { $0 * scale }
  }

  /// ∇_q ℓ by central differences along each axis, `[d_k]`: what the closed form is held against.
  ///
  /// - Parameter step: h. The error is of order `h²`, and of `10⁻¹⁶·|ℓ|/h` by rounding.
  /// - Complexity: O(T · d_k²).
  public func differences(at query: [Double], step: Double = 1e-4) -> [Double] {
    precondition(step > 0, "differences need a step")
    return query.indices.map { axis in
      var (up, down) = (query, query)
      up[axis] += step
      down[axis] -= step
      return (value(at: up) - value(at: down)) / (2 * step)
    }
  }

  /// What the step `q − η∇_q ℓ` lowers ℓ by.
  public func measuredGain(at query: [Double], learningRate: Double) -> Double {
    let stepped = zip(query, gradient(at: query)).map { $0 - learningRate * $1 }
    return value(at: query) - value(at: stepped)
  }

  /// `η‖∇_q ℓ‖²`: what a step `q − η∇_q ℓ` lowers ℓ by, up to O(η²).
  public func predictedGain(at query: [Double], learningRate: Double) -> Double {
    learningRate * gradient(at: query).reduce(0) { $0 + $1 * $1 }
  }

  private func scores(at query: [Double]) -> [Double] {
    precondition(query.count == width, "a query is as wide as a key")
    let scale = 1 / Double(width).squareRoot()
    return (0..<count).map { row in
      var product = 0.0
      for column in 0..<width { product += query[column] * keys[row * width + column] }
      return product * scale
    }
  }
}
