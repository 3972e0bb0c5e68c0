import COpenBLAS
import Foundation

extension Attention {
  /// How far one row's attention in one head is from a set of positions J, `−log Σ_{j∈J} αⱼ`, and
  /// `factor` times its gradient: `dz = α − t`, `dq = dz·K·scale`, `dK = dzᵀ·q·scale`, with `t` the
  /// attention within J, `tⱼ = αⱼ / Σ_J α`.
  ///
  /// It is `KL(t ‖ α)`, the least divergence of attention from any distribution over J, so a head is
  /// drawn to J without being told how to share its attention among them. For one position it is the
  /// loss of Proposition 3.1 in Bansal et al. 2026.
  ///
  /// - Parameters:
  ///   - positions: J, distinct, seen by the row, at least one.
  ///   - queries: `[n, queryHeads·headWidth]`.
  ///   - dQueries: `[n, queryHeads·headWidth]`, of which the row's head is added to.
  ///   - dKeys: `[n, keyValueHeads·headWidth]`, the gradient of keys `firstVisible …` (the rows' own),
  ///     added to; nil where no gradient of theirs is wanted.
  /// - Returns: the distance itself, in nats; not finite where a score is not.
  public func alignmentBackward(
    head: Int, row: Int, positions: [Int], factor: Float, queries: MatrixView,
    keyValues: KeyValueView, firstVisible: Int, dQueries: MatrixView, dKeys: MatrixView?,
    tally: Tally?
  ) -> Double {
    let visible = firstVisible + row + 1
    precondition(row >= 0 && row < queries.rows && head >= 0 && head < queryHeads, "no such row")
    precondition(queries.columns == queryHeads * headWidth && dQueries.columns == queries.columns)
    precondition(dQueries.rows == queries.rows && firstVisible >= 0)
    precondition(
      !positions.isEmpty && positions.allSatisfy { $0 >= 0 && $0 < visible },
      "a position is not visible")
    keyValues.checkHolds(visible, heads: keyValueHeads, width: headWidth)
    let storage = FloatStorage(count: visible)
    defer { withExtendedLifetime(storage) {} }
    let z = storage.base
    let keyHead = head / (queryHeads / keyValueHeads)
    let q = queries.base + row * queries.stride + head * headWidth
    tally?.add(2 * headWidth * visible)
    keyValues.forEachRunOfKeys(visible, head: keyHead, width: headWidth) { start, count, keys in
      gemm(
        CblasNoTrans, CblasTrans, 1, count, headWidth, scale, q, queries.stride, keys.base,
        keys.stride, 0, z + start, count)
    }
    let highest = maximum(z, count: visible)
    // In double precision and apart from the row's sum: J may hold next to nothing of it.
    let scores = positions.map { Double(z[$0]) }
    let highestInside = scores.max() ?? 0
    let inside = scores.map { exp($0 - highestInside) }
    let sumInside = inside.reduce(0, +)
    let sum = exponentiate(z, shift: highest, count: visible)
    scaleVector(z, by: factor / sum, count: visible)
    for (position, weight) in zip(positions, inside) {
      z[position] -= factor * Float(weight / sumInside)
    }
    let dq = dQueries.base + row * dQueries.stride + head * headWidth
    keyValues.forEachRunOfKeys(visible, head: keyHead, width: headWidth) { start, count, keys in
      gemm(
        CblasNoTrans, CblasNoTrans, 1, headWidth, count, scale, z + start, count, keys.base,
        keys.stride, 1, dq, dQueries.stride)
    }
    if let dKeys {
      precondition(
        dKeys.rows == queries.rows && dKeys.columns == keyValueHeads * headWidth,
        "gradients of other keys")
      tally?.add(headWidth * (row + 1))
      for own in 0...row {
        let slope = scale * z[firstVisible + own]
        let dk = dKeys.base + own * dKeys.stride + keyHead * headWidth
        for i in 0..<headWidth { dk[i] += slope * q[i] }
      }
    }
    return Double(highest) + log(Double(sum)) - highestInside - log(sumInside)
  }
}
