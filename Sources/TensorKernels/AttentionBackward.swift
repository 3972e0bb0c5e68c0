import COpenBLAS

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
    let keyHead = head / (queryHeads / keyValueHeads)
    let n = rows.count
    let pattern = scratch
    let dScores = scratch + Self.queryBlock * Self.keyBlock
    let projections = dScores + Self.queryBlock * Self.keyBlock
    let widenedKeys = scratch + widenedOffset
    let widenedValues = widenedKeys + widenedCount
    let column = head * headWidth
    let q = queries.base + rows.lowerBound * queries.stride + column
    let dq = dQueries.base + rows.lowerBound * dQueries.stride + column
    let dOut = dOutput.base + rows.lowerBound * dOutput.stride + column
    for i in 0..<n {
      projections[i] = dot(
        dOut + i * dOutput.stride,
        output.base + (rows.lowerBound + i) * output.stride + column, count: headWidth)
    }
    let visibleEnd = firstVisible + rows.upperBound
    var j = 0
    while j < visibleEnd {
      // A tile never straddles the start of the rows' own keys, so that gradients of keys are
      // formed for whole tiles or not at all.
      let limit = keyGradients != nil && j < firstVisible ? firstVisible : visibleEnd
      let width = min(Self.keyBlock, limit - j)
      let stride = wholeBlocks(width + laneCount - 1)
      let keys = keyValues.keys(j, width, head: keyHead, width: headWidth, widenedKeys)
      let values = keyValues.values(j, width, head: keyHead, width: headWidth, widenedValues)
      gemm(
        CblasNoTrans, CblasTrans, n, width, headWidth, scale, q, queries.stride, keys.base,
        keys.stride, 0, pattern, stride)
      gemm(
        CblasNoTrans, CblasTrans, n, width, headWidth, 1, dOut, dOutput.stride, values.base,
        values.stride, 0, dScores, stride)
      for i in 0..<n {
        softmaxBackwardRow(
          pattern + i * stride, dScores + i * stride,
          seen: firstVisible + rows.lowerBound + i + 1 - j, width: width,
          logSumExp: logSumExp.base[(rows.lowerBound + i) * logSumExp.stride + head],
          projection: projections[i])
      }
      gemm(
        CblasNoTrans, CblasNoTrans, n, headWidth, width, scale, dScores, stride, keys.base,
        keys.stride, j == 0 ? 0 : 1, dq, dQueries.stride)
      if let keyGradients, j >= firstVisible {
        let own = j - firstVisible
        gemm(
          CblasTrans, CblasNoTrans, width, headWidth, n, scale, dScores, stride, q, queries.stride,
          1, keyGradients.key(own, head: keyHead), keyGradients.keyRowStride)
        gemm(
          CblasTrans, CblasNoTrans, width, headWidth, n, 1, pattern, stride, dOut, dOutput.stride,
          1, keyGradients.value(own, head: keyHead), keyGradients.valueRowStride)
      }
      j += width
    }
  }
}

/// Turns scores into `α = exp(z − lse)` and `dα` into `dz = α ⊙ (dα − projection)`, both zero
/// beyond the causal edge.
@inline(__always)
private func softmaxBackwardRow(
  _ scores: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, seen: Int,
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
