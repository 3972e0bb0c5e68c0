import Foundation

@inline(__always)
func logarithm(_ x: Float) -> Float { logf(x) }

/// Cross-entropy of logits against target tokens.
public enum CrossEntropy {
  /// `−log softmax(logits)[target]` of every row, and its gradient in place of the logits.
  ///
  /// - Parameters:
  ///   - logits: `[n, V]`, replaced by `gradientScale[i] · (softmax − onehot)` where a gradient is
  ///     wanted.
  ///   - targets: `[n]`; a negative target is skipped: loss 0, gradient 0.
  ///   - gradientScale: the weight of each row in the gradient, or nil to leave the logits alone.
  /// - Returns: the unweighted loss of each row, in nats, and the most probable token of each.
  public static func rows(
    logits: MatrixView, targets: [Int32], gradientScale: [Float]?
  ) -> (losses: [Float], best: [Int32]) {
    precondition(targets.count == logits.rows, "one target a row")
    precondition(gradientScale == nil || gradientScale?.count == logits.rows)
    let width = logits.columns
    var losses = [Float](repeating: 0, count: logits.rows)
    var best = [Int32](repeating: 0, count: logits.rows)
    let copy = FloatStorage(count: width)
    defer { withExtendedLifetime(copy) {} }
    for row in 0..<logits.rows {
      let z = logits.base + row * logits.stride
      let highest = maximum(z, count: width)
      let target = Int(targets[row])
      precondition(target < width, "target outside the vocabulary")
      best[row] = Int32((0..<width).first { z[$0] == highest } ?? 0)
      if target < 0 {
        if gradientScale != nil { z.update(repeating: 0, count: width) }
        continue
      }
      let targetScore = z[target]
      let p = gradientScale == nil ? copy.base : z
      if gradientScale == nil { p.update(from: z, count: width) }
      let sum = exponentiate(p, shift: highest, count: width)
      // The scores first: between great scores, the logarithm would be rounded away.
      losses[row] = logarithm(sum) + (highest - targetScore)
      if let scale = gradientScale?[row] {
        let factor = scale / sum
        for i in 0..<width { z[i] *= factor }
        z[target] -= scale
      }
    }
    return (losses, best)
  }
}
