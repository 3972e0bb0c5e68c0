extension Attention {
  /// Gradient of attention with respect to its queries and, where asked for, to its own keys and
  /// values.
  ///
  /// With `α` recomputed tile by tile from the saved log-sum-exp, `dα = dO·Vᵀ`,
  /// `dz = α ⊙ (dα − Σ dO ⊙ O)`, `dQ = dz·K·scale`, `dK = dzᵀ·Q·scale`, `dV = αᵀ·dO`.
  ///
  /// - Parameters:
  ///   - rows: the rows whose gradient is wanted; where `keyGradients` is given these are all rows,
  ///     and no other worker works on the same key-value head.
  ///   - dOutput: `[n, queryHeads·headWidth]`.
  ///   - dQueries: `[n, queryHeads·headWidth]`, overwritten.
  ///   - keyGradients: gradients of keys and values `firstVisible …` (the rows' own), added to;
  ///     nil where keys and values are frozen, and then no gradient of theirs is ever formed.
  public func backward(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView, dOutput: MatrixView, dQueries: MatrixView,
    keyGradients: KeyValueView?, scratch: FloatView, tally: Tally?
  ) {
    precondition(scratch.count >= scratchCount && queries.columns == queryHeads * headWidth)
    precondition(head >= 0 && head < queryHeads && firstVisible >= 0, "no such head or key")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= queries.rows)
    for other in [output, dOutput, dQueries] {
      precondition(other.rows == queries.rows && other.columns == queries.columns)
    }
    precondition(logSumExp.rows == queries.rows && logSumExp.columns == queryHeads)
    keyValues.checkHolds(firstVisible + rows.upperBound, heads: keyValueHeads, width: headWidth)
    // Scores again, dα, dQ; and for own keys only, dK and dV.
    tally?.add(3 * headWidth * pairs(rows: rows, firstVisible: firstVisible))
    if let keyGradients {
      keyGradients.checkHolds(rows.upperBound, heads: keyValueHeads, width: headWidth)
      tally?.add(
        2 * headWidth * pairs(rows: rows, firstVisible: firstVisible, from: firstVisible))
    }
    if let plain {
      plain.backward(
        self, head: head, rows: rows, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, dOutput: dOutput, dQueries: dQueries,
        keyGradients: keyGradients)
      return
    }
    if let width = widthBackward(rows.count, keyGradients: keyGradients != nil) {
      backwardLanes(
        head: head, rows: rows, queries: queries, keyValues: keyValues, firstVisible: firstVisible,
        output: output, logSumExp: logSumExp, dOutput: dOutput, dQueries: dQueries,
        keyGradients: keyGradients, scratch: scratch.base, width: width)
      return
    }
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + Self.queryBlock, rows.upperBound)
      backwardBlock(
        head: head, rows: start..<end, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, output: output, logSumExp: logSumExp, dOutput: dOutput,
        dQueries: dQueries, keyGradients: keyGradients, scratch: scratch.base)
      start = end
    }
  }

  private func backwardBlock(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView, dOutput: MatrixView, dQueries: MatrixView,
    keyGradients: KeyValueView?, scratch: UnsafeMutablePointer<Float>
  ) {
    let keyHead = keyHead(of: head)
    let n = rows.count
    let projections = scratch + 2 * Self.queryBlock * Self.keyBlock
    let widenedKeys = scratch + widenedOffset
    let widenedValues = widenedKeys + widenedCount
    let column = head * headWidth
    func own(_ matrix: MatrixView) -> FloatRows {
      FloatRows(matrix).from(row: rows.lowerBound, column: column)
    }
    let (q, dq, dOut, out) = (own(queries), own(dQueries), own(dOutput), own(output))
    for i in 0..<n {
      projections[i] = dot(dOut.from(row: i).base, out.from(row: i).base, count: headWidth)
    }
    let visibleEnd = firstVisible + rows.upperBound
    var j = 0
    while j < visibleEnd {
      // A tile never straddles the start of the rows' own keys, so that gradients of keys are
      // formed for whole tiles or not at all.
      let limit = keyGradients != nil && j < firstVisible ? firstVisible : visibleEnd
      let width = min(Self.keyBlock, limit - j)
      let stride = wholeBlocks(width + laneCount - 1)
      let pattern = FloatRows(base: scratch, stride: stride)
      let dScores = FloatRows(base: scratch + Self.queryBlock * Self.keyBlock, stride: stride)
      let keys = keyValues.keys.rows(
        from: j, count: width, head: keyHead, width: headWidth, buffer: widenedKeys)
      let values = keyValues.values.rows(
        from: j, count: width, head: keyHead, width: headWidth, buffer: widenedValues)
      gemm(
        .rightTransposed, m: n, n: width, k: headWidth, scale: scale, a: q, b: keys,
        accumulate: false, c: pattern)
      gemm(
        .rightTransposed, m: n, n: width, k: headWidth, a: dOut, b: values, accumulate: false,
        c: dScores)
      for i in 0..<n {
        softmaxBackwardRow(
          pattern.from(row: i).base, gradient: dScores.from(row: i).base,
          seen: firstVisible + rows.lowerBound + i + 1 - j, width: width,
          logSumExp: logSumExp.base[(rows.lowerBound + i) * logSumExp.stride + head],
          projection: projections[i])
      }
      gemm(
        .plain, m: n, n: headWidth, k: width, scale: scale, a: dScores, b: keys,
        accumulate: j > 0, c: dq)
      if let keyGradients, j >= firstVisible {
        gemm(
          .leftTransposed, m: width, n: headWidth, k: n, scale: scale, a: dScores, b: q,
          accumulate: true, c: keyGradients.keys.floats(from: j - firstVisible, head: keyHead))
        gemm(
          .leftTransposed, m: width, n: headWidth, k: n, a: pattern, b: dOut,
          accumulate: true, c: keyGradients.values.floats(from: j - firstVisible, head: keyHead))
      }
      j += width
    }
  }
}

/// Turns scores into `α = exp(z − lse)` and `dα` into `dz = α ⊙ (dα − projection)`, both zero
/// beyond the causal edge.
@inline(__always)
private func softmaxBackwardRow(
  _ scores: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, seen: Int,
  width: Int, logSumExp: Float, projection: Float
) {
  let end = maskRow(scores, seen: seen, width: width)
  _ = exponentiate(scores, shift: logSumExp, count: end)
  let shift = Lanes(repeating: projection)
  var i = 0
  while i < end {
    store(load(scores + i) * (load(gradient + i) - shift), gradient + i)
    i &+= laneCount
  }
  if end < width { (gradient + end).update(repeating: 0, count: width - end) }
}
