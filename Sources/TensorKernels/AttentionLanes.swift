import LaneKernels

/// Attention of many rows: a row a lane.
extension Attention {
  /// Whether so many rows fill enough lanes.
  func takesLanes(_ rows: Int) -> Bool { 2 * rows >= VectorWidth.best.panel }

  /// The width of the vectors for the backward pass, or nil where the shape does not fit: gradients of keys
  /// and values are formed in panels of their columns.
  func widthBackward(_ rows: Int, keyGradients: Bool) -> VectorWidth? {
    let best = VectorWidth.best
    let widths = best == .bits512 ? [best, .bits256] : [best]
    return widths.first {
      2 * rows >= $0.panel && (!keyGradients || headWidth % $0.panel == 0)
    }
  }

  /// Calls `body` with the rows' operands for all keys that they see: at once where those are floats,
  /// otherwise as many at a time as a tile has, widened.
  private func forEachRun(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    scratch: UnsafeMutablePointer<Float>, widened: UnsafeMutablePointer<Float>,
    _ body: (AttentionOperands) -> Void
  ) {
    let keyHead = keyHead(of: head)
    let visible = firstVisible + rows.upperBound
    let most = keyValues.precision == .float32 ? visible : Self.keyBlock
    for start in stride(from: 0, to: visible, by: most) {
      let run = start..<min(start + most, visible)
      let keys = keyValues.keys.rows(
        from: start, count: run.count, head: keyHead, width: headWidth, buffer: widened)
      let values = keyValues.values.rows(
        from: start, count: run.count, head: keyHead, width: headWidth,
        buffer: widened + widenedCount)
      body(
        AttentionOperands(
          rows: rows.count, width: headWidth, firstVisible: firstVisible + rows.lowerBound,
          scale: scale, queries: queries.base + rows.lowerBound * queries.stride + head * headWidth,
          queryRow: queries.stride, run: run, keys: keys.base, keyRow: keys.stride,
          values: values.base, valueRow: values.stride, scratch: scratch))
    }
  }

  func forwardLanes(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView?, scratch: UnsafeMutablePointer<Float>
  ) {
    let maxima = scratch
    let sums = maxima + AttentionBlocks.rows
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + AttentionBlocks.rows, rows.upperBound)
      forEachRun(
        head: head, rows: start..<end, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, scratch: sums + AttentionBlocks.rows,
        widened: scratch + widenedOffset
      ) {
        VectorWidth.best.attend(
          $0, outputs: output.base + start * output.stride + head * headWidth,
          outputRow: output.stride, maxima: maxima, sums: sums)
      }
      if let logSumExp {
        for i in 0..<end - start {
          logSumExp.base[(start + i) * logSumExp.stride + head] =
            maxima[i] * naturalOfTwo + logarithm(sums[i])
        }
      }
      start = end
    }
  }

  func backwardLanes(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView, dOutput: MatrixView, dQueries: MatrixView,
    keyGradients: KeyValueView?, scratch: UnsafeMutablePointer<Float>, width: VectorWidth
  ) {
    let keyHead = keyHead(of: head)
    let logSums = scratch
    let projections = logSums + width.panel
    let dKeys = keyGradients?.keys.floats(from: 0, head: keyHead)
    let dValues = keyGradients?.values.floats(from: 0, head: keyHead)
    let column = head * headWidth
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + width.panel, rows.upperBound)
      let dOut = dOutput.base + start * dOutput.stride + column
      for i in 0..<end - start {
        logSums[i] = logSumExp.base[(start + i) * logSumExp.stride + head] / naturalOfTwo
        projections[i] = dot(
          dOut + i * dOutput.stride, output.base + (start + i) * output.stride + column,
          count: headWidth)
      }
      let gradients = AttentionGradients(
        logSums: logSums, projections: projections, dOutput: dOut, dOutputRow: dOutput.stride,
        dQueries: dQueries.base + start * dQueries.stride + column, dQueryRow: dQueries.stride,
        dKeys: dKeys?.base, dKeyRow: dKeys?.stride ?? 0, dValues: dValues?.base,
        dValueRow: dValues?.stride ?? 0, firstOwn: firstVisible)
      forEachRun(
        head: head, rows: start..<end, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, scratch: projections + width.panel,
        widened: scratch + widenedOffset
      ) {
        width.attendBackward($0, gradients)
      }
      start = end
    }
  }
}

/// ln 2: scores are kept in units of it.
private let naturalOfTwo: Float = 0.693_147_18
