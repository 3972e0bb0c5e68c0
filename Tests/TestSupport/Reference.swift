import Foundation

/// The mathematics of the lab's kernels, written down plainly in double precision.
public enum Reference {
  /// `x / sqrt(mean(x²) + ε) ⊙ gain`
  public static func rmsNorm(_ x: [Double], gain: [Double], epsilon: Double) -> [Double] {
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let inverse = 1 / (mean + epsilon).squareRoot()
    return zip(x, gain).map { $0 * inverse * $1 }
  }

  /// Rows of `rmsNorm`.
  public static func rmsNorm(
    _ x: DoubleMatrix, gain: [Double], epsilon: Double
  ) -> DoubleMatrix {
    DoubleMatrix(
      rows: x.rows, columns: x.columns,
      (0..<x.rows).flatMap { rmsNorm(x.row($0), gain: gain, epsilon: epsilon) })
  }

  /// One head rotated by its position: component `i` pairs with `i + w/2`, by the angle
  /// `position · θ^(−2i/w)`.
  ///
  /// Frequency and angle are rounded to float32, because models are trained with such angles: at
  /// position 10⁵ they are some 10⁻³ off, and that belongs to the model.
  public static func rotate(_ x: [Double], position: Int, theta: Double) -> [Double] {
    let half = x.count / 2
    var y = x
    for i in 0..<half {
      let frequency = Float(pow(theta, -2 * Double(i) / Double(x.count)))
      let angle = Double(Float(position) * frequency)
      y[i] = x[i] * cos(angle) - x[half + i] * sin(angle)
      y[half + i] = x[half + i] * cos(angle) + x[i] * sin(angle)
    }
    return y
  }

  /// QK-norm, rotation and scaling of every head of every row, by a factor a row or one for each head.
  public static func heads(
    _ raw: DoubleMatrix, width: Int, gain: [Double]?, epsilon: Double, positions: [Int]?,
    theta: Double, rowScale: [[Double]]?
  ) -> DoubleMatrix {
    var result = raw
    for row in 0..<raw.rows {
      for start in stride(from: 0, to: raw.columns, by: width) {
        var head = (0..<width).map { raw[row, start + $0] }
        if let gain { head = rmsNorm(head, gain: gain, epsilon: epsilon) }
        if let positions { head = rotate(head, position: positions[row], theta: theta) }
        let factors = rowScale?[row] ?? [1]
        let factor = factors.count == 1 ? factors[0] : factors[start / width]
        for i in 0..<width { result[row, start + i] = head[i] * factor }
      }
    }
    return result
  }

  /// `softmax(z)`
  public static func softmax(_ z: [Double]) -> [Double] {
    let highest = z.max() ?? 0
    let weights = z.map { exp($0 - highest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// `log Σ exp zᵢ`
  public static func logSumExp(_ z: [Double]) -> Double {
    let highest = z.max() ?? 0
    return highest + log(z.reduce(0) { $0 + exp($1 - highest) })
  }

  /// Scores `q·k/sqrt(w)` of row `row` and `head` against the keys that it sees.
  public static func scores(
    row: Int, head: Int, queries: DoubleMatrix, keys: DoubleMatrix, headWidth: Int, group: Int,
    firstVisible: Int
  ) -> [Double] {
    let q = (0..<headWidth).map { queries[row, head * headWidth + $0] }
    let column = head / group * headWidth
    return (0...firstVisible + row).map { j in
      var sum = 0.0
      for i in 0..<headWidth { sum += q[i] * keys[j, column + i] }
      return sum / Double(headWidth).squareRoot()
    }
  }

  /// Grouped-query attention; row `i` sees keys from `firstKey(firstVisible + i)` to `firstVisible + i`.
  public static func attention(
    queries: DoubleMatrix, keys: DoubleMatrix, values: DoubleMatrix, queryHeads: Int,
    keyValueHeads: Int, firstVisible: Int, rows: Range<Int>? = nil,
    firstKey: (Int) -> Int = { _ in 0 }
  ) -> (output: DoubleMatrix, logSumExp: DoubleMatrix) {
    let width = queries.columns / queryHeads
    let group = queryHeads / keyValueHeads
    var output = DoubleMatrix(rows: queries.rows, columns: queries.columns)
    var logSums = DoubleMatrix(rows: queries.rows, columns: queryHeads)
    for head in 0..<queryHeads {
      let own = queries.columns(head * width..<(head + 1) * width)
      let column = head / group * width
      let k = keys.columns(column..<column + width)
      let v = values.columns(column..<column + width)
      for row in rows ?? 0..<queries.rows {
        let z = scores(
          row: row, head: 0, queries: own, keys: k, headWidth: width, group: 1,
          firstVisible: firstVisible)
        let first = firstKey(firstVisible + row)
        let seen = Array(z[first...])
        logSums[row, head] = logSumExp(seen)
        for (j, weight) in softmax(seen).enumerated() {
          for i in 0..<width { output[row, head * width + i] += weight * v[first + j, i] }
        }
      }
    }
    return (output, logSums)
  }

  /// `silu(gate) ⊙ up` of rows that hold the gate and behind it the up half.
  public static func swiGLU(_ gateUp: DoubleMatrix) -> DoubleMatrix {
    let width = gateUp.columns / 2
    var result = DoubleMatrix(rows: gateUp.rows, columns: width)
    for row in 0..<gateUp.rows {
      for i in 0..<width {
        let gate = gateUp[row, i]
        result[row, i] = gate / (1 + exp(-gate)) * gateUp[row, width + i]
      }
    }
    return result
  }

  /// `−log softmax(logits)[target]`, 0 for a negative target.
  public static func crossEntropy(_ logits: [Double], target: Int) -> Double {
    target < 0 ? 0 : logSumExp(logits) - logits[target]
  }
}
