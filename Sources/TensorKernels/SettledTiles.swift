/// What attention has summed up over many tiles, set aside from the sums of the last few.
///
/// A float32 sum that takes in a tile after another rounds each time, and alike where tiles are
/// alike: over a million near-tied keys an output was off by 1·10⁻⁴. Sums of sums keep that to some
/// 10⁻⁶. Up to `span` tiles nothing is set aside, and no bit differs from plain sums.
struct SettledTiles {
  /// After so many tiles, 16384 keys, sums are set aside.
  static let span = 32

  /// `[n]`, the greatest score, and the sum of `e^(z − maximum)`.
  let maxima: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>
  /// `[n, w]`, `Σ e^(z − maximum)·v`.
  let outputs: UnsafeMutablePointer<Float>
  let width: Int

  /// Floats of scratch for as many rows as a tile has.
  static func scratchCount(width: Int) -> Int { Attention.queryBlock * (2 + width) }

  init(_ scratch: UnsafeMutablePointer<Float>, width: Int) {
    maxima = scratch
    sums = maxima + Attention.queryBlock
    outputs = sums + Attention.queryBlock
    self.width = width
  }

  /// Sets aside what rows have summed up, which begin anew, where a tile begins at key `j` before which
  /// that is due.
  ///
  /// - Parameter outputs: `[rows, w]`.
  func settleIfDue(
    before j: Int, rows: Int, maxima: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>, outputs: FloatRows
  ) {
    let keys = Self.span * Attention.keyBlock
    if j == 0 || j % keys != 0 { return }
    for i in 0..<rows {
      let out = outputs.from(row: i).base
      if j == keys {
        self.maxima[i] = maxima[i]
        self.sums[i] = sums[i]
        (self.outputs + i * width).update(from: out, count: width)
      } else {
        merge(row: i, maximum: maxima[i], sum: sums[i], out)
      }
      maxima[i] = -.infinity
      sums[i] = 0
      out.update(repeating: 0, count: width)
    }
  }

  /// Puts the sums over all tiles, of `keys` keys, in the place of those over the last ones.
  func finish(
    keys: Int, rows: Int, maxima: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
    outputs: FloatRows
  ) {
    if keys <= Self.span * Attention.keyBlock { return }
    for i in 0..<rows {
      let out = outputs.from(row: i).base
      merge(row: i, maximum: maxima[i], sum: sums[i], out)
      maxima[i] = self.maxima[i]
      sums[i] = self.sums[i]
      out.update(from: self.outputs + i * width, count: width)
    }
  }

  /// Adds sums to those set aside, on the scale of the greater maximum.
  private func merge(
    row i: Int, maximum: Float, sum: Float, _ out: UnsafeMutablePointer<Float>
  ) {
    // A row that saw none of the last tiles' keys has a maximum of −∞, and weighs nothing.
    let highest = max(maxima[i], maximum)
    let old = exponential(Lanes(repeating: maxima[i] - highest))[0]
    let new = exponential(Lanes(repeating: maximum - highest))[0]
    let outputs = outputs + i * width
    sums[i] = sums[i] * old + sum * new
    for column in 0..<width { outputs[column] = outputs[column] * old + out[column] * new }
    maxima[i] = highest
  }
}
