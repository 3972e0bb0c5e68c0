import LaneKernels

/// Grouped-query attention under a rule, of rows `i` at positions `firstVisible + i`; but for other
/// rules: `z = q·k / sqrt(headWidth)`, `α = softmax(z)`, output `α·v`.
///
/// Causal softmax has the fast kernels, every other rule `PlainAttention`; which of the two is decided
/// once a call. Of causal softmax row `i` sees keys `0 … firstVisible + i`. A tile of scores is held at a time and the
/// softmax is carried along from tile to tile (running maximum and sum), so that no length needs more
/// than that. Many rows are taken a lane each, by kernels of their own; few rows, by tiles of 512 keys.
public struct Attention: Sendable {
  /// The number of query heads.
  public let queryHeads: Int
  /// The number of key-value heads; divides the number of query heads.
  public let keyValueHeads: Int
  /// The width of a head.
  public let headWidth: Int
  /// What does the rule; nil where the fast kernels do.
  let plain: PlainAttention?

  /// Query rows in a tile.
  public static let queryBlock = 64
  /// Keys in a tile: with 32 floats a head, tile, keys and values together fit a 1 MiB cache.
  public static let keyBlock = 512

  /// Attention of the given shape under a rule, whose scale is the caller's: a factor of the queries.
  public init(
    queryHeads: Int, keyValueHeads: Int, headWidth: Int, rule: AttentionRule = .causalSoftmax
  ) {
    precondition(keyValueHeads > 0 && queryHeads % keyValueHeads == 0, "heads do not group")
    plain = rule.isFast ? nil : PlainAttention(rule)
    self.queryHeads = queryHeads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
  }

  /// `1 / sqrt(headWidth)`.
  public var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// Floats of scratch that one worker needs.
  public var scratchCount: Int {
    settledOffset + SettledTiles.scratchCount(width: headWidth)
  }

  /// Where in the scratch sums over many tiles are set aside.
  var settledOffset: Int { widenedOffset + 2 * widenedCount }

  /// Where in the scratch a tile's keys are widened to, and behind them its values, where they are
  /// stored in half precision.
  var widenedOffset: Int {
    max(
      2 * Self.queryBlock * Self.keyBlock + 4 * Self.queryBlock + 3 * headWidth * Self.queryBlock,
      2 * AttentionBlocks.rows + AttentionBlocks.forwardScratch(width: headWidth),
      2 * AttentionBlocks.rows + AttentionBlocks.backwardScratch(width: headWidth))
  }
  var widenedCount: Int { Self.keyBlock * headWidth }

  /// The position of the first key that the row at `position` sees.
  public func firstKey(of position: Int) -> Int { plain?.visibility.firstKey(of: position) ?? 0 }

  /// The pairs of a row and a key at position `start` or behind it that it sees: what a head tallies.
  func pairs(rows: Range<Int>, firstVisible: Int, from start: Int = 0) -> Int {
    guard let plain else {
      return Self.visiblePairs(rows: rows, firstVisible: firstVisible - start)
    }
    return plain.visibility.pairs(
      of: firstVisible + rows.lowerBound..<firstVisible + rows.upperBound, from: start)
  }

  /// The visible query-key pairs of rows `rows` where they see all before them.
  public static func visiblePairs(rows: Range<Int>, firstVisible: Int) -> Int {
    let first = firstVisible + rows.lowerBound + 1
    return rows.count * first + rows.count * (rows.count - 1) / 2
  }

  /// Attention of rows `rows` in query head `head`.
  ///
  /// - Parameters:
  ///   - queries: `[n, queryHeads·headWidth]`, already normalised and rotated.
  ///   - output: `[n, queryHeads·headWidth]`, overwritten.
  ///   - logSumExp: `[n, queryHeads]`, receives `log Σⱼ exp zᵢⱼ` for the backward pass.
  ///   - scratch: at least `scratchCount` floats of the worker's own.
  public func forward(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView?, scratch: FloatView, tally: Tally?
  ) {
    precondition(scratch.count >= scratchCount && queries.columns == queryHeads * headWidth)
    precondition(head >= 0 && head < queryHeads && firstVisible >= 0, "no such head or key")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= queries.rows)
    precondition(output.rows == queries.rows && output.columns == queries.columns)
    precondition(
      logSumExp == nil || logSumExp?.rows == queries.rows && logSumExp?.columns == queryHeads)
    keyValues.checkHolds(firstVisible + rows.upperBound, heads: keyValueHeads, width: headWidth)
    tally?.add(2 * headWidth * pairs(rows: rows, firstVisible: firstVisible))
    if let plain {
      plain.forward(
        self, head: head, rows: rows, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, output: output)
      return
    }
    if takesLanes(rows.count) {
      forwardLanes(
        head: head, rows: rows, queries: queries, keyValues: keyValues, firstVisible: firstVisible,
        output: output, logSumExp: logSumExp, scratch: scratch.base)
      return
    }
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + Self.queryBlock, rows.upperBound)
      forwardBlock(
        head: head, rows: start..<end, queries: queries, keyValues: keyValues,
        firstVisible: firstVisible, output: output, logSumExp: logSumExp, scratch: scratch.base)
      start = end
    }
  }

  private func forwardBlock(
    head: Int, rows: Range<Int>, queries: MatrixView, keyValues: KeyValueView, firstVisible: Int,
    output: MatrixView, logSumExp: MatrixView?, scratch: UnsafeMutablePointer<Float>
  ) {
    let keyHead = keyHead(of: head)
    let n = rows.count
    let maxima = scratch + Self.queryBlock * Self.keyBlock
    let sums = maxima + Self.queryBlock
    let widened = scratch + widenedOffset
    maxima.update(repeating: -.infinity, count: n)
    sums.update(repeating: 0, count: n)
    let column = head * headWidth
    let q = FloatRows(queries).from(row: rows.lowerBound, column: column)
    let out = FloatRows(output).from(row: rows.lowerBound, column: column)
    let first = firstVisible + rows.lowerBound
    let visibleEnd = firstVisible + rows.upperBound
    let settled = SettledTiles(scratch + settledOffset, width: headWidth)
    var j = 0
    while j < visibleEnd {
      settled.settleIfDue(before: j, rows: n, maxima: maxima, sums: sums, outputs: out)
      let width = min(Self.keyBlock, visibleEnd - j)
      let scores = FloatRows(base: scratch, stride: wholeBlocks(width + laneCount - 1))
      let keys = keyValues.keys.rows(
        from: j, count: width, head: keyHead, width: headWidth, buffer: widened)
      gemm(
        .rightTransposed, m: n, n: width, k: headWidth, scale: scale, a: q, b: keys,
        accumulate: false, c: scores)
      let values = keyValues.values.rows(
        from: j, count: width, head: keyHead, width: headWidth, buffer: widened)
      // One row waits for memory alone, which is idle while the softmax is computed: what the product
      // with the values will not have asked for in time may come meanwhile.
      let next = n == 1 ? UnsafePointer(values.from(row: 2 * summedInRegisters).base) : nil
      for i in 0..<n {
        let row = scores.from(row: i).base
        let seen = maskRow(row, seen: first + i + 1 - j, width: width)
        if seen == 0 { continue }
        carrySoftmax(
          row, seen: seen, isFirst: j == 0, maximum: maxima + i, sum: sums + i,
          out: out.from(row: i).base, asking: next)
      }
      gemm(
        .plain, m: n, n: headWidth, k: width, a: scores, b: values, accumulate: j > 0, c: out)
      j += width
    }
    settled.finish(keys: visibleEnd, rows: n, maxima: maxima, sums: sums, outputs: out)
    for i in 0..<n {
      scaleVector(out.from(row: i).base, by: 1 / sums[i], count: headWidth)
      if let logSumExp {
        logSumExp.base[(rows.lowerBound + i) * logSumExp.stride + head] =
          maxima[i] + logarithm(sums[i])
      }
    }
  }

  /// Turns a tile's row of scores into weights, and puts what the row has summed up so far, its
  /// output included, on the scale of the greater maximum.
  @inline(__always)
  func carrySoftmax(
    _ row: UnsafeMutablePointer<Float>, seen: Int, isFirst: Bool,
    maximum carriedMaximum: UnsafeMutablePointer<Float>,
    sum carriedSum: UnsafeMutablePointer<Float>, out: UnsafeMutablePointer<Float>,
    asking next: UnsafePointer<Float>? = nil
  ) {
    let highest = max(carriedMaximum.pointee, maximum(row, count: seen))
    let sum = exponentiate(row, shift: highest, count: seen, asking: next)
    if !isFirst && highest > carriedMaximum.pointee {
      let shrink = exponential(Lanes(repeating: carriedMaximum.pointee - highest))[0]
      carriedSum.pointee *= shrink
      scaleVector(out, by: shrink, count: headWidth)
    }
    carriedSum.pointee += sum
    carriedMaximum.pointee = highest
  }

  /// Scores `z` of one row and head against the keys of `seen`, written to the start of `scores`.
  ///
  /// Instrumentation reads these: the attention scores before they become weights.
  public func scores(
    head: Int, row: Int, queries: MatrixView, keyValues: KeyValueView, seen: Range<Int>,
    into scores: FloatView
  ) {
    precondition(row >= 0 && row < queries.rows && scores.count >= seen.count)
    precondition(head >= 0 && head < queryHeads && queries.columns == queryHeads * headWidth)
    precondition(seen.lowerBound >= 0, "no such key")
    keyValues.checkHolds(seen.upperBound, heads: keyValueHeads, width: headWidth)
    fillScores(
      keyHead: keyHead(of: head), seen: seen,
      query: queries.base + row * queries.stride + head * headWidth, keyValues: keyValues,
      into: scores.base)
  }
}

/// Hides what lies behind the `seen` first scores of a tile's row: −∞ up to the end of the block of
/// lanes, so that a softmax may run over whole blocks, and 0 from there on.
///
/// - Returns: the end of the last block that holds a visible score.
@inline(__always)
func maskRow(_ row: UnsafeMutablePointer<Float>, seen: Int, width: Int) -> Int {
  let visible = max(0, min(seen, width))
  let end = wholeBlocks(visible + laneCount - 1)
  (row + visible).update(repeating: -.infinity, count: end - visible)
  if end < width { (row + end).update(repeating: 0, count: width - end) }
  return end
}
