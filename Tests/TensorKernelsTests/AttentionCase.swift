import Randomness
import TensorKernels
import TestSupport
import Testing

/// One problem for the attention kernels, with the kernels' results and the reference's.
struct AttentionCase: CustomTestStringConvertible {
  var rows: Int
  var firstVisible = 0
  var queryHeads = 2
  var keyValueHeads = 1
  var headWidth = 6
  /// Standard deviation of queries and keys.
  var spread = 1.0
  /// Whether keys lie as in a cache, heads apart with room to spare, or packed in rows.
  var isCached = false
  /// How keys and values are stored; halves lie as in a cache.
  var precision = StoragePrecision.float32

  var testDescription: String {
    "\(rows) rows behind \(firstVisible), \(queryHeads)/\(keyValueHeads) heads of \(headWidth), "
      + (isCached ? "cached" : "packed")
  }

  var keyCount: Int { firstVisible + rows }
  var queryWidth: Int { queryHeads * headWidth }
  var keyValueWidth: Int { keyValueHeads * headWidth }
  var kernel: Attention {
    Attention(queryHeads: queryHeads, keyValueHeads: keyValueHeads, headWidth: headWidth)
  }

  /// Queries `[rows, H·w]`, keys and values `[keyCount, G·w]`, the output's gradient `[rows, H·w]`.
  struct Numbers {
    var queries: [Float]
    var keys: [Float]
    var values: [Float]
    var dOutput: [Float]
  }

  func numbers() -> Numbers {
    var stream = RandomStream(seed: 15, label: testDescription)
    return Numbers(
      queries: stream.normals(rows * queryWidth, scale: spread),
      keys: stream.normals(keyCount * keyValueWidth, scale: spread),
      values: stream.normals(keyCount * keyValueWidth),
      dOutput: stream.normals(rows * queryWidth))
  }

  /// Memory that holds keys and values, and the view of it.
  func keyValues(_ keys: [Float], _ values: [Float]) -> KeyValueView {
    if precision != .float32 {
      // Rows apart by more than a head is wide, unless cached.
      let rowStride = isCached ? headWidth : headWidth + 3
      let stride = (keyCount + 5) * rowStride
      return KeyValueView(
        keys: .halves(halves(keys, rowStride)), values: .halves(halves(values, rowStride)),
        rowStride: rowStride, headStride: stride)
    }
    if isCached {
      let capacity = keyCount + 5
      let stride = capacity * headWidth
      return KeyValueView(
        keys: .floats(cached(keys, capacity)), values: .floats(cached(values, capacity)),
        rowStride: headWidth, headStride: stride)
    }
    return KeyValueView(
      keys: OwnedMatrix(rows: keyCount, columns: keyValueWidth, gap: 2, keys).view,
      values: OwnedMatrix(rows: keyCount, columns: keyValueWidth, gap: 8, values).view,
      headWidth: headWidth)
  }

  /// Packed rows laid out head by head; NaN where no key has been written, which no result may show.
  private func cached(_ packed: [Float], _ capacity: Int) -> FloatView {
    let storage = FloatStorage(count: keyValueHeads * capacity * headWidth)
    storage.view.fill(.nan)
    for j in 0..<keyCount {
      for head in 0..<keyValueHeads {
        let from = j * keyValueWidth + head * headWidth
        storage.view.slice((head * capacity + j) * headWidth, headWidth)
          .copy(from: Array(packed[from..<from + headWidth]))
      }
    }
    return storage.view
  }

  /// Packed rows in half precision, head by head; NaN where no key has been written.
  private func halves(_ packed: [Float], _ rowStride: Int) -> HalfView {
    let storage = HalfStorage(
      count: keyValueHeads * (keyCount + 5) * rowStride, precision: precision)
    storage.view.copy(from: [UInt16](repeating: 0x7FFF, count: storage.count))
    for j in 0..<keyCount {
      for head in 0..<keyValueHeads {
        let from = j * keyValueWidth + head * headWidth
        storage.view.slice((head * (keyCount + 5) + j) * rowStride, headWidth)
          .store(FloatStorage(Array(packed[from..<from + headWidth])).view)
      }
    }
    return storage.view
  }

  struct Forward {
    let output: OwnedMatrix
    let logSumExp: OwnedMatrix
    let multiplyAdds: Int
  }

  /// Runs the forward kernel over all heads, `part` of the rows at a time.
  func forward(_ numbers: Numbers, parts: [Range<Int>]? = nil) -> Forward {
    let output = OwnedMatrix(rows: rows, columns: queryWidth, gap: 4)
    let logSumExp = OwnedMatrix(rows: rows, columns: queryHeads, gap: 2)
    let queries = OwnedMatrix(rows: rows, columns: queryWidth, gap: 6, numbers.queries)
    let view = keyValues(numbers.keys, numbers.values)
    let scratch = FloatStorage(count: kernel.scratchCount)
    scratch.view.fill(.nan)
    let tally = Tally()
    for part in parts ?? [0..<rows] {
      for head in 0..<queryHeads {
        kernel.forward(
          head: head, rows: part, queries: queries.view, keyValues: view,
          firstVisible: firstVisible, output: output.view, logSumExp: logSumExp.view,
          scratch: scratch.view, tally: tally)
      }
    }
    return Forward(output: output, logSumExp: logSumExp, multiplyAdds: tally.multiplyAdds)
  }

  func reference(
    queries: [Double], keys: [Double], values: [Double]
  ) -> (output: DoubleMatrix, logSumExp: DoubleMatrix) {
    Reference.attention(
      queries: DoubleMatrix(rows: rows, columns: queryWidth, queries),
      keys: DoubleMatrix(rows: keyCount, columns: keyValueWidth, keys),
      values: DoubleMatrix(rows: keyCount, columns: keyValueWidth, values),
      queryHeads: queryHeads, keyValueHeads: keyValueHeads, firstVisible: firstVisible)
  }

  func reference(_ numbers: Numbers) -> (output: DoubleMatrix, logSumExp: DoubleMatrix) {
    reference(
      queries: numbers.queries.map(Double.init), keys: numbers.keys.map(Double.init),
      values: numbers.values.map(Double.init))
  }

  /// Lengths around the edges of the tiles, which are 64 rows by 512 keys.
  static let edges: [AttentionCase] =
    [1, 2, 63, 64, 65, 127, 129].map { AttentionCase(rows: $0) }
    + [511, 512, 513].map { AttentionCase(rows: $0, queryHeads: 1, headWidth: 4) }
    + [(1, 511), (1, 512), (1, 513), (2, 510), (64, 448), (65, 448), (63, 961), (130, 449)].map {
      AttentionCase(rows: $0.0, firstVisible: $0.1, headWidth: 8, isCached: true)
    }
    // Of these widths the rows go a lane each in the backward pass too, 32 or 16 at a time.
    + [(16, 0), (31, 0), (32, 3), (33, 64), (95, 30), (160, 0)].map {
      AttentionCase(rows: $0.0, firstVisible: $0.1, headWidth: 32, isCached: $0.0 % 2 == 0)
    }

  /// Ways to group query heads over key-value heads, and head widths.
  static let groupings: [AttentionCase] = [
    (8, 1, 4), (8, 2, 16), (8, 8, 2), (2, 2, 34), (1, 1, 128), (6, 3, 10), (4, 2, 32), (2, 1, 48),
    (2, 1, 64),
  ].flatMap { (queryHeads, keyValueHeads, headWidth) in
    [false, true].map {
      AttentionCase(
        rows: 37, firstVisible: $0 ? 41 : 0, queryHeads: queryHeads, keyValueHeads: keyValueHeads,
        headWidth: headWidth, isCached: $0)
    }
  }
}
