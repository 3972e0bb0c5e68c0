/// Keys and values that branches of one context attend to: a common part, and behind it as many of
/// their own for each branch.
public struct BranchedKeyValues: Sendable {
  let common: KeyValueView
  let commonCount: Int
  let own: KeyValueView
  let branchStride: Int
  let ownCount: Int

  /// Own key `i` of branch `b` is key `i` of `own`, moved by `b·branchStride` floats; likewise values.
  public init(
    common: KeyValueView, commonCount: Int, own: KeyValueView, branchStride: Int, ownCount: Int
  ) {
    precondition(commonCount >= 0 && ownCount >= 0 && commonCount + ownCount > 0, "no keys")
    precondition(own.precision == .float32, "the branches' own are stored as floats")
    self.common = common
    self.commonCount = commonCount
    self.own = own
    self.branchStride = branchStride
    self.ownCount = ownCount
  }

  /// Puts the keys and values of `seen` of one branch side by side, `[seen, w]` each.
  func copy(_ seen: Range<Int>, keyHead: Int, branch: Int, keys: MatrixView, values: MatrixView) {
    func copy(_ part: Range<Int>, of view: HeadRows, to place: MatrixView) {
      let width = place.columns
      view.forEachRun(part, atOnce: Attention.keyBlock, head: keyHead, width: width) { run, rows in
        for row in run {
          (place.base + (row - part.lowerBound) * width).update(
            from: rows.from(row: row - run.lowerBound).base, count: width)
        }
      }
    }
    let shared = seen.clamped(to: 0..<commonCount)
    let own = max(seen.lowerBound, commonCount) - commonCount..<seen.upperBound - commonCount
    let branched = self.own.moved(by: branch * branchStride)
    for (shares, owns, place) in [
      (common.keys, branched.keys, keys), (common.values, branched.values, values),
    ] {
      copy(shared, of: shares, to: place.rows(0..<shared.count))
      copy(own, of: owns, to: place.rows(shared.count..<seen.count))
    }
  }

  func checkHolds(branches: Int, heads: Int, width: Int) {
    common.checkHolds(commonCount, heads: heads, width: width)
    let last = (branches - 1) * branchStride
    guard ownCount > 0, branches > 0 else { return }
    precondition(
      branchStride >= 0 && own.holds(last), "too few keys or values")
    own.moved(by: last).checkHolds(ownCount, heads: heads, width: width)
  }
}

/// Attention of one row for each of several branches.
extension Attention {
  /// Attention of branches `branches` in the query heads that share key-value head `keyHead`.
  ///
  /// The common part is read once for all of them. Row `b` sees the common keys and all that branch
  /// `b` has of its own, and comes out bit for bit as it would from one uninterrupted run of those
  /// keys.
  ///
  /// - Parameters:
  ///   - queries: `[branches, queryHeads·headWidth]`, already normalised and rotated.
  ///   - output: `[branches, queryHeads·headWidth]`, overwritten.
  ///   - scratch: at least `scratchCount` floats of the worker's own.
  public func forward(
    keyHead: Int, branches: Range<Int>, queries: MatrixView, keyValues: BranchedKeyValues,
    output: MatrixView, scratch: FloatView, tally: Tally?
  ) {
    precondition(scratch.count >= scratchCount && queries.columns == queryHeads * headWidth)
    precondition(keyHead >= 0 && keyHead < keyValueHeads, "no such head")
    precondition(branches.lowerBound >= 0 && branches.upperBound <= queries.rows)
    precondition(output.rows == queries.rows && output.columns == queries.columns)
    keyValues.checkHolds(
      branches: branches.upperBound, heads: keyValueHeads, width: headWidth)
    let group = queryHeads / keyValueHeads
    let rows = branches.lowerBound * group..<branches.upperBound * group
    let last = keyValues.commonCount + keyValues.ownCount - 1
    tally?.add(2 * headWidth * rows.count * (last + 1 - firstKey(of: last)))
    if let plain {
      plain.forward(
        self, keyHead: keyHead, branches: branches, queries: queries, keyValues: keyValues,
        output: output)
      return
    }
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + Self.queryBlock, rows.upperBound)
      let block = BranchBlock(
        attention: self, keyHead: keyHead, rows: start..<end, keyValues: keyValues,
        scratch: scratch.base)
      block.run(queries, output)
      start = end
    }
  }
}

/// Up to a tile's height of rows, each a query head of a branch, branch by branch.
private struct BranchBlock {
  let attention: Attention
  let keyHead: Int
  let rows: Range<Int>
  let keyValues: BranchedKeyValues
  /// `[rows, keyBlock]`, the rows apart by the tile's width.
  let scores: UnsafeMutablePointer<Float>
  let maxima: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>
  /// Where a tile's common keys and then its common values are widened to.
  let widened: UnsafeMutablePointer<Float>
  /// Queries, output, and the part of the output that a tile adds; `[rows, headWidth]` each.
  let queries: FloatRows
  let output: FloatRows
  let partial: FloatRows
  let settled: SettledTiles

  init(
    attention: Attention, keyHead: Int, rows: Range<Int>, keyValues: BranchedKeyValues,
    scratch: UnsafeMutablePointer<Float>
  ) {
    self.attention = attention
    self.keyHead = keyHead
    self.rows = rows
    self.keyValues = keyValues
    let height = Attention.queryBlock
    widened = scratch + attention.widenedOffset
    scores = scratch
    maxima = scratch + height * Attention.keyBlock
    sums = maxima + height
    queries = FloatRows(base: sums + height, stride: attention.headWidth)
    output = queries.from(row: height)
    partial = output.from(row: height)
    settled = SettledTiles(scratch + attention.settledOffset, width: attention.headWidth)
  }

  private var width: Int { attention.headWidth }
  private var group: Int { attention.queryHeads / attention.keyValueHeads }

  /// Row `i` of the block among all branches' and heads' columns.
  private func row(_ i: Int, of all: MatrixView) -> UnsafeMutablePointer<Float> {
    let row = rows.lowerBound + i
    return all.base + row / group * all.stride + (keyHead * group + row % group) * width
  }

  func run(_ allQueries: MatrixView, _ allOutput: MatrixView) {
    let n = rows.count
    let total = keyValues.commonCount + keyValues.ownCount
    for i in 0..<n {
      queries.from(row: i).base.update(from: row(i, of: allQueries), count: width)
    }
    maxima.update(repeating: -.infinity, count: n)
    sums.update(repeating: 0, count: n)
    for j in stride(from: 0, to: total, by: Attention.keyBlock) {
      settled.settleIfDue(before: j, rows: n, maxima: maxima, sums: sums, outputs: output)
      tile(first: j, count: min(Attention.keyBlock, total - j))
    }
    settled.finish(keys: total, rows: n, maxima: maxima, sums: sums, outputs: output)
    for i in 0..<n {
      let out = output.from(row: i).base
      scaleVector(out, by: 1 / sums[i], count: width)
      row(i, of: allOutput).update(from: out, count: width)
    }
  }

  /// Keys `first ..< first + count` of every row, of which the common ones come first.
  private func tile(first: Int, count: Int) {
    let n = rows.count
    let common = max(0, min(count, keyValues.commonCount - first))
    let scores = FloatRows(base: scores, stride: wholeBlocks(count + laneCount - 1))
    if common > 0 {
      let keys = keyValues.common.keys.rows(
        from: first, count: common, head: keyHead, width: width, buffer: widened)
      fewRowsTimesTransposed(
        m: n, n: common, k: width, scale: attention.scale, a: queries, b: keys,
        accumulate: false, c: scores)
    }
    for i in 0..<n {
      let row = scores.from(row: i)
      if common < count {
        fewRowsTimesTransposed(
          m: 1, n: count - common, k: width, scale: attention.scale, a: queries.from(row: i),
          b: own(keyValues.own.keys, from: first + common, row: i), accumulate: false,
          c: row.from(column: common))
      }
      let seen = maskRow(row.base, seen: count, width: count)
      attention.carrySoftmax(
        row.base, seen: seen, isFirst: first == 0, maximum: maxima + i, sum: sums + i,
        out: output.from(row: i).base)
    }
    let values = keyValues.common.values.rows(
      from: first, count: common, head: keyHead, width: width, buffer: widened)
    if common == count {
      fewRowsTimes(
        m: n, n: width, k: count, a: scores, b: values, accumulate: first > 0, c: output)
    } else {
      addMixedValues(first: first, count: count, common: common, weights: scores, values: values)
    }
  }

  /// The values of a tile that reaches into the branches' own, or lies within them.
  ///
  /// The stretch of sums in which the common part ends is carried on by each branch, so that sums
  /// are formed as if there had been no seam.
  private func addMixedValues(
    first: Int, count: Int, common: Int, weights: FloatRows, values: FloatRows
  ) {
    let n = rows.count
    let whole = common / summedInRegisters * summedInRegisters
    let begun = common - whole
    let seam = min(count, begun > 0 ? whole + summedInRegisters : whole)
    if whole > 0 {
      fewRowsTimes(
        m: n, n: width, k: whole, a: weights, b: values, accumulate: first > 0, c: output)
    }
    if begun > 0 {
      fewRowsTimes(
        m: n, n: width, k: begun, a: weights.from(column: whole), b: values.from(row: whole),
        accumulate: false, c: partial)
    }
    for i in 0..<n {
      let weights = weights.from(row: i)
      let out = output.from(row: i)
      if begun > 0 {
        let sum = partial.from(row: i).base
        continueRow(
          n: width, k: seam - common, a: weights.from(column: common).base,
          b: own(keyValues.own.values, from: first + common, row: i), c: sum)
        if first + whole > 0 {
          addVector(sum, to: out.base, count: width)
        } else {
          out.base.update(from: sum, count: width)
        }
      }
      if seam < count {
        fewRowsTimes(
          m: 1, n: width, k: count - seam, a: weights.from(column: seam),
          b: own(keyValues.own.values, from: first + seam, row: i), accumulate: first + seam > 0,
          c: out)
      }
    }
  }

  /// The keys or values from key `j` on of the branch that row `i` belongs to.
  private func own(_ all: HeadRows, from j: Int, row i: Int) -> FloatRows {
    let branch = (rows.lowerBound + i) / group
    return all.floats(from: j - keyValues.commonCount, head: keyHead)
      .from(column: branch * keyValues.branchStride)
  }
}
