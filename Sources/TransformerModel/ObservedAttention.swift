import TensorKernels

/// The attention of one row of one head as its rule computes it: which keys the row sees, how they
/// score, and what each of them weighs.
public struct ObservedAttention: Equatable, Sendable {
  /// The position of the first key that the row sees; it sees all from there on to its own.
  public let firstKey: Int
  /// `z`, before scores become weights, one a visible key.
  public let scores: [Float]
  private let normalizer: any AttentionNormalizer

  /// The attention of a row with these scores.
  public init(
    firstKey: Int = 0, scores: [Float], normalizer: any AttentionNormalizer = Softmax()
  ) {
    precondition(firstKey >= 0 && !scores.isEmpty, "a row sees at least one key")
    self.firstKey = firstKey
    self.scores = scores
    self.normalizer = normalizer
  }

  /// Whether two rows see the same keys with the same scores under the same rule.
  public static func == (one: Self, other: Self) -> Bool {
    one.firstKey == other.firstKey && one.scores == other.scores
      && AnyHashable(one.normalizer) == AnyHashable(other.normalizer)
  }

  /// The positions of the visible keys; any other has weight 0.
  public var visible: Range<Int> { firstKey..<firstKey + scores.count }

  /// What each visible key weighs, up to a common factor, in double precision; nil where a score is
  /// not finite, as after a run that diverged.
  ///
  /// - Complexity: O(visible keys) each time.
  public var weights: [Double]? {
    scores.allSatisfy(\.isFinite) ? normalizer.weights(of: scores) : nil
  }

  /// The same attention from scores less the greatest, which are rounded to float32 once more: how span
  /// policies and written attention have always been computed, to the last digit.
  public var shifted: ObservedAttention {
    let highest = scores.max() ?? 0
    return ObservedAttention(
      firstKey: firstKey, scores: scores.map { $0 - highest }, normalizer: normalizer)
  }

  /// α of every position up to the row's own: 0 of those that it does not see, and in sum 1. Nil where
  /// a score is not finite.
  public var attention: [Double]? {
    weights.map { weights in
      let total = weights.reduce(0, +)
      return [Double](repeating: 0, count: firstKey) + weights.map { $0 / total }
    }
  }
}
