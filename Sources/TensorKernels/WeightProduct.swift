/// Products with weights, whatever their precision.
///
/// Halves are widened a block at a time into floats that stay in the cache, and multiplied as floats;
/// few rows widen them in registers. The blocks are fixed, so that no result depends on the number of
/// workers that share them.
extension MatrixProduct {
  /// Rows and columns of a block of widened weights: half a mebibyte.
  private static let panelRows = 128
  private static let panelColumns = 1024
  /// Rows of weights that one worker multiplies with few rows at a time, and the number of weights from
  /// which on it is worth waking others.
  private static let fewRowsBlock = 512
  private static let weightsForWorkers = 1 << 19

  /// `c = a · wᵀ (+ c)`, with a `[m, k]`, w `[n, k]`, c `[m, n]`.
  ///
  /// - Parameter workers: share the rows of `w`; for callers that are not themselves one of several
  ///   workers' tasks.
  public static func timesTransposed(
    _ a: MatrixView, _ w: WeightMatrix, into c: MatrixView, accumulate: Bool = false,
    workers: Workers = .one, tally: Tally?
  ) {
    precondition(
      a.columns == w.columns && c.rows == a.rows && c.columns == w.rows, "shapes do not fit")
    if a.rows == 0 || w.rows == 0 { return }
    let isFew = a.rows <= FewRowsProduct.most
    let helpers = w.rows * w.columns >= weightsForWorkers ? workers : .one
    switch w.elements {
    case .floats(let matrix):
      guard isFew && helpers.count > 1 else {
        timesTransposed(a, matrix, into: c, accumulate: accumulate, tally: tally)
        return
      }
      let blocks = stride(from: 0, to: w.rows, by: fewRowsBlock).map {
        $0..<min($0 + fewRowsBlock, w.rows)
      }
      helpers.run(blocks.count) { task, _ in
        timesTransposed(
          a, matrix.rows(blocks[task]), into: c.columns(blocks[task]), accumulate: accumulate,
          tally: tally)
      }
    case .halves(let runs):
      tally?.add(a.rows * a.columns * w.rows)
      let blocks = Self.blocks(runs, w.columns, rows: isFew ? fewRowsBlock : panelRows)
      if isFew && runs[0].precision == .bfloat16 {
        let pairs = BFloat16Rows(a)
        helpers.run(blocks.count) { task, _ in
          let block = blocks[task]
          pairs.timesTransposed(
            block.base, into: c.columns(block.rows), accumulate: accumulate)
        }
      } else {
        helpers.run(blocks.count) { task, _ in
          let block = blocks[task]
          panelTimesTransposed(
            a, block.base, precision: runs[0].precision, into: c.columns(block.rows),
            accumulate: accumulate)
        }
      }
    }
  }

  /// `c = a · w (+ c)`, with a `[m, n]`, w `[n, k]`, c `[m, k]`.
  ///
  /// - Parameter workers: share the columns of weights in half precision; floats are multiplied by the
  ///   calling thread.
  public static func times(
    _ a: MatrixView, _ w: WeightMatrix, into c: MatrixView, accumulate: Bool = false,
    workers: Workers = .one, tally: Tally?
  ) {
    precondition(
      a.columns == w.rows && c.rows == a.rows && c.columns == w.columns, "shapes do not fit")
    guard case .halves(let runs) = w.elements else {
      if let matrix = w.floats {
        times(a, matrix, into: c, accumulate: accumulate, tally: tally)
      }
      return
    }
    if a.rows == 0 { return }
    tally?.add(a.rows * a.columns * w.columns)
    // Wide blocks of few rows would be slow to add up, tall ones of few columns slow to read.
    let (height, width) = (2 * panelRows, panelColumns / 2)
    let blocks = Self.blocks(runs, w.columns, rows: height)
    let parts = stride(from: 0, to: w.columns, by: width).map { $0..<min($0 + width, w.columns) }
    let helpers = w.rows * w.columns >= weightsForWorkers ? workers : .one
    helpers.run(parts.count) { task, _ in
      let columns = parts[task]
      let target = c.columns(columns)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: height * columns.count) { buffer in
        guard let panel = buffer.baseAddress else { return }
        for (number, block) in blocks.enumerated() {
          runs[0].precision.widen(
            block.base + columns.lowerBound, rows: block.rows.count, columns: columns.count,
            stride: w.columns, to: panel)
          gemm(
            .plain, m: a.rows, n: columns.count, k: block.rows.count,
            a: FloatRows(a).from(column: block.rows.lowerBound),
            b: FloatRows(base: panel, stride: columns.count),
            accumulate: accumulate || number > 0, c: FloatRows(target))
        }
      }
    }
  }

  /// Part of a matrix of halves: which of its rows, and where they lie.
  private struct Block: @unchecked Sendable {
    let rows: Range<Int>
    let base: UnsafePointer<UInt16>
  }

  private static func blocks(_ runs: [HalfView], _ columns: Int, rows most: Int) -> [Block] {
    var blocks: [Block] = []
    var first = 0
    for run in runs {
      let rows = run.count / max(1, columns)
      for start in stride(from: 0, to: rows, by: most) {
        let end = min(start + most, rows)
        blocks.append(
          Block(rows: first + start..<first + end, base: run.base + start * columns))
      }
      first += rows
    }
    return blocks
  }

  /// `c = a · wᵀ (+ c)` for a block of rows of `w`.
  private static func panelTimesTransposed(
    _ a: MatrixView, _ w: UnsafePointer<UInt16>, precision: StoragePrecision,
    into c: MatrixView, accumulate: Bool
  ) {
    let most = min(panelColumns, a.columns)
    // A few rows at a time where the product reads the panel in place, so that it stays near.
    let height = a.rows <= FewRowsProduct.most ? 16 : c.columns
    withUnsafeTemporaryAllocation(of: Float.self, capacity: height * most) { buffer in
      guard let panel = buffer.baseAddress else { return }
      for row in stride(from: 0, to: c.columns, by: height) {
        let rows = min(height, c.columns - row)
        for start in stride(from: 0, to: a.columns, by: most) {
          let width = min(most, a.columns - start)
          precision.widen(
            w + row * a.columns + start, rows: rows, columns: width, stride: a.columns, to: panel)
          gemm(
            .rightTransposed, m: a.rows, n: rows, k: width, a: FloatRows(a).from(column: start),
            b: FloatRows(base: panel, stride: width), accumulate: accumulate || start > 0,
            c: FloatRows(c).from(column: row))
        }
      }
    }
  }
}
