import Foundation

/// The loss `1 − p` of a target token, next to cross-entropy, `−log p`.
///
/// It is bounded: where a token cannot be predicted, cross-entropy pulls hardest, and this loss hardly at
/// all (mean absolute error; Ghosh et al. 2017).
public enum MissedProbability {
  /// Turns the gradient of cross-entropy with respect to logits into that of `1 − p`: `p` times as much.
  ///
  /// - Parameters:
  ///   - gradient: `[n, V]`, as `CrossEntropy` leaves it.
  ///   - losses: `[n]`, the cross-entropy of each row, in nats.
  public static func rescale(_ gradient: MatrixView, losses: [Float]) {
    precondition(losses.count == gradient.rows, "one loss a row")
    for (row, loss) in losses.enumerated() {
      scaleVector(
        gradient.base + row * gradient.stride, by: Float(exp(-Double(loss))),
        count: gradient.columns)
    }
  }
}
