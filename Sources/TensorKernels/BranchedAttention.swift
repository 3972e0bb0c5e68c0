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
    func copy(
      _ kind: KeyValueView.Kind, _ view: KeyValueView, _ part: Range<Int>, to place: MatrixView
    ) {
      view.forEachRun(of: kind, part, head: keyHead, width: place.columns) { run, rows in
        for row in run {
          (place.base + (row - part.lowerBound) * place.columns).update(
            from: rows.base + (row - run.lowerBound) * rows.stride, count: place.columns)
        }
      }
    }
    let shared = seen.clamped(to: 0..<commonCount)
    let own = max(seen.lowerBound, commonCount) - commonCount..<seen.upperBound - commonCount
    let branched = self.own.moved(by: branch * branchStride)
    for (kind, place) in [(KeyValueView.Kind.keys, keys), (.values, values)] {
      copy(kind, common, shared, to: place.rows(0..<shared.count))
      copy(kind, branched, own, to: place.rows(shared.count..<seen.count))
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
  let queries: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let partial: UnsafeMutablePointer<Float>
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
    queries = sums + height
    output = queries + height * attention.headWidth
    partial = output + height * attention.headWidth
    settled = SettledTiles(scratch + attention.settledOffset, width: attention.headWidth)
  }

  private var width: Int { attention.headWidth }
  private var group: Int { attention.queryHeads / attention.keyValueHeads }

  /// Where row `i` of the block starts among all branches' and heads' columns.
  private func place(_ i: Int, _ stride: Int) -> Int {
    let row = rows.lowerBound + i
    return row / group * stride + (keyHead * group + row % group) * width
  }

  func run(_ allQueries: MatrixView, _ allOutput: MatrixView) {
    let n = rows.count
    let total = keyValues.commonCount + keyValues.ownCount
    for i in 0..<n {
      (queries + i * width).update(
        from: allQueries.base + place(i, allQueries.stride), count: width)
    }
    maxima.update(repeating: -.infinity, count: n)
    sums.update(repeating: 0, count: n)
    var hasSettled = false
    var j = 0
    while j < total {
      if SettledTiles.isDue(j) {
        for i in 0..<n {
          settled.settle(
            i, isFirst: !hasSettled, maximum: maxima + i, sum: sums + i, out: output + i * width)
        }
        hasSettled = true
      }
      tile(j, min(Attention.keyBlock, total - j))
      j += Attention.keyBlock
    }
    for i in 0..<n {
      let out = output + i * width
      if hasSettled { settled.finish(i, maximum: maxima + i, sum: sums + i, out: out) }
      scaleVector(out, by: 1 / sums[i], count: width)
      (allOutput.base + place(i, allOutput.stride)).update(from: out, count: width)
    }
  }

  /// Keys `first ..< first + count` of every row, of which the common ones come first.
  private func tile(_ first: Int, _ count: Int) {
    let n = rows.count
    let common = max(0, min(count, keyValues.commonCount - first))
    let stride = wholeBlocks(count + laneCount - 1)
    if common > 0 {
      let keys = keyValues.common.keys(first, common, head: keyHead, width: width, widened)
      fewRowsTimesTransposed(
        n, common, width, attention.scale, queries, width, keys.base, keys.stride,
        accumulate: false, scores, stride)
    }
    for i in 0..<n {
      let row = scores + i * stride
      if common < count {
        fewRowsTimesTransposed(
          1, count - common, width, attention.scale, queries + i * width, width,
          ownKey(first + common, i), keyValues.own.keyRowStride, accumulate: false, row + common,
          stride)
      }
      let seen = maskRow(row, seen: count, width: count)
      attention.carrySoftmax(
        row, seen: seen, isFirst: first == 0, maximum: maxima + i, sum: sums + i,
        out: output + i * width)
    }
    if common == count {
      let values = keyValues.common.values(first, count, head: keyHead, width: width, widened)
      fewRowsTimes(
        n, width, count, 1, scores, stride, values.base, values.stride, accumulate: first > 0,
        output, width)
    } else {
      mixedValues(first, count, common, stride)
    }
  }

  /// The values of a tile that reaches into the branches' own, or lies within them.
  ///
  /// The stretch of sums in which the common part ends is carried on by each branch, so that sums
  /// are formed as if there had been no seam.
  private func mixedValues(_ first: Int, _ count: Int, _ common: Int, _ stride: Int) {
    let n = rows.count
    let whole = common / summedInRegisters * summedInRegisters
    let begun = common - whole
    let seam = min(count, begun > 0 ? whole + summedInRegisters : whole)
    let values = keyValues.common.values(first, common, head: keyHead, width: width, widened)
    if whole > 0 {
      fewRowsTimes(
        n, width, whole, 1, scores, stride, values.base, values.stride, accumulate: first > 0,
        output, width)
    }
    if begun > 0 {
      fewRowsTimes(
        n, width, begun, 1, scores + whole, stride, values.base + whole * values.stride,
        values.stride, accumulate: false, partial, width)
    }
    for i in 0..<n {
      let weights = scores + i * stride
      let out = output + i * width
      if begun > 0 {
        let sum = partial + i * width
        continueRow(
          width, seam - common, weights + common, ownValue(first + common, i),
          keyValues.own.valueRowStride, sum)
        if first + whole > 0 {
          addVector(sum, to: out, count: width)
        } else {
          out.update(from: sum, count: width)
        }
      }
      if seam < count {
        fewRowsTimes(
          1, width, count - seam, 1, weights + seam, stride, ownValue(first + seam, i),
          keyValues.own.valueRowStride, accumulate: first + seam > 0, out, width)
      }
    }
  }

  private func ownKey(_ j: Int, _ i: Int) -> UnsafeMutablePointer<Float> {
    keyValues.own.key(j - keyValues.commonCount, head: keyHead) + branchOffset(i)
  }

  private func ownValue(_ j: Int, _ i: Int) -> UnsafeMutablePointer<Float> {
    keyValues.own.value(j - keyValues.commonCount, head: keyHead) + branchOffset(i)
  }

  private func branchOffset(_ i: Int) -> Int {
    (rows.lowerBound + i) / group * keyValues.branchStride
  }
}
