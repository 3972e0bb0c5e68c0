import Foundation

extension Attention {
  /// How far one row's attention in one head is from a set of positions J, `−log Σ_{j∈J} αⱼ`, and
  /// `factor` times its gradient: `dz = α − t`, `dq = dz·K·scale`, `dK = dzᵀ·q·scale`, with `t` the
  /// attention within J, `tⱼ = αⱼ / Σ_J α`.
  ///
  /// Positions of J that the row does not see have no part in it; of a row that sees none of them the
  /// distance is 0, for there is nothing to draw it to.
  ///
  /// It is `KL(t ‖ α)`, the least divergence of attention from any distribution over J, so a head is
  /// drawn to J without any demand on how it shares its attention among them. For one position it is the
  /// loss of Proposition 3.1 in Bansal et al. 2026.
  ///
  /// - Parameters:
  ///   - positions: J, distinct, at least one, none after the row.
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
    let seen = firstKey(of: visible - 1)..<visible
    let rows = row..<row + 1
    tally?.add(2 * headWidth * pairs(rows: rows, firstVisible: firstVisible))
    if dKeys != nil {
      tally?.add(headWidth * pairs(rows: rows, firstVisible: firstVisible, from: firstVisible))
    }
    let storage = FloatStorage(count: seen.count)
    defer { withExtendedLifetime(storage) {} }
    let z = storage.base
    let keyHead = keyHead(of: head)
    let q = queries.base + row * queries.stride + head * headWidth
    let dq = dQueries.base + row * dQueries.stride + head * headWidth
    fillScores(keyHead: keyHead, seen: seen, query: q, keyValues: keyValues, into: z)
    let inside = positions.filter { seen.contains($0) }.map { $0 - seen.lowerBound }
    if inside.isEmpty { return 0 }
    let distance =
      plain.map { $0.alignment(z, count: seen.count, inside: inside, factor: factor) }
      ?? softmaxAlignment(z, count: seen.count, inside: inside, factor: factor)
    precondition(
      dKeys.map { $0.rows == queries.rows && $0.columns == keyValueHeads * headWidth } ?? true,
      "gradients of other keys")
    scoreBackward(
      keyHead: keyHead, seen: seen, query: q, keyValues: keyValues, dScores: z, accumulate: true,
      dQuery: dq,
      dKeys: dKeys.map { FloatRows($0).from(column: keyHead * headWidth) }, firstOwn: firstVisible)
    return distance
  }

  /// Turns scores into `factor·(α − t)`, and returns the distance.
  private func softmaxAlignment(
    _ z: UnsafeMutablePointer<Float>, count: Int, inside: [Int], factor: Float
  ) -> Double {
    let highest = maximum(z, count: count)
    // In double precision and apart from the row's sum: J may hold next to nothing of it.
    let scores = inside.map { Double(z[$0]) }
    let highestInside = scores.max() ?? 0
    let weights = scores.map { exp($0 - highestInside) }
    let sumInside = weights.reduce(0, +)
    let sum = exponentiate(z, shift: highest, count: count)
    scaleVector(z, by: factor / sum, count: count)
    for (position, weight) in zip(inside, weights) {
      z[position] -= factor * Float(weight / sumInside)
    }
    return Double(highest) + log(Double(sum)) - highestInside - log(sumInside)
  }
}
