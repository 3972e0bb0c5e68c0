/// What attention has summed up over many tiles, set aside from the sums of the last few.
///
/// A float32 sum that takes in a tile after another rounds each time, and the same way where tiles are
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

  /// Whether sums are to be set aside before the tile that begins at key `j`.
  static func isDue(_ j: Int) -> Bool { j > 0 && j % (span * Attention.keyBlock) == 0 }

  /// Sets aside what row `i` has summed up, which begins anew.
  ///
  /// - Parameter isFirst: whether nothing of the row has been set aside yet.
  func settle(
    _ i: Int, isFirst: Bool, maximum: UnsafeMutablePointer<Float>,
    sum: UnsafeMutablePointer<Float>, out: UnsafeMutablePointer<Float>
  ) {
    let outputs = outputs + i * width
    if isFirst {
      maxima[i] = maximum.pointee
      sums[i] = sum.pointee
      outputs.update(from: out, count: width)
    } else {
      merge(i, maximum.pointee, sum.pointee, out)
    }
    maximum.pointee = -.infinity
    sum.pointee = 0
    out.update(repeating: 0, count: width)
  }

  /// Puts the sums over all tiles in the place of those over the last ones.
  func finish(
    _ i: Int, maximum: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>,
    out: UnsafeMutablePointer<Float>
  ) {
    merge(i, maximum.pointee, sum.pointee, out)
    maximum.pointee = maxima[i]
    sum.pointee = sums[i]
    out.update(from: outputs + i * width, count: width)
  }

  /// Adds sums to those set aside, on the scale of the greater maximum.
  private func merge(
    _ i: Int, _ maximum: Float, _ sum: Float, _ out: UnsafeMutablePointer<Float>
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
