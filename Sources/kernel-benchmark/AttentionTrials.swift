import Foundation
import TensorKernels
import TestSupport

/// Attention of one head of 32: whole sequences as in training, and a block of rows at the end of a
/// long context as in a prefill.
func attentionTrials() -> [KernelTrial] {
  let behind = [4096, 16384, 32768].map { (128, $0 - 128) }
  return ([(160, 0), (512, 0)] + behind).flatMap {
    attentionTrials(rows: $0.0, behind: $0.1)
  }
}

private func attentionTrials(rows: Int, behind: Int) -> [KernelTrial] {
  let width = 32
  let keys = behind + rows
  let kernel = Attention(queryHeads: 1, keyValueHeads: 1, headWidth: width)
  func matrix(_ label: String, _ count: Int) -> MatrixView {
    numbers("\(label) \(rows) \(behind)", count * width).view.matrix(rows: count, columns: width)
  }
  let (q, k, v, dOut) = (
    matrix("q", rows), matrix("k", keys), matrix("v", keys), matrix("dOut", rows)
  )
  let keyValues = KeyValueView(keys: k, values: v, headWidth: width)
  let output = matrix("output", rows)
  let logSumExp = FloatStorage(count: rows).view.matrix(rows: rows, columns: 1)
  let (dQ, dK, dV) = (matrix("dQ", rows), matrix("dK", keys), matrix("dV", keys))
  let scratch = FloatStorage(count: kernel.scratchCount)
  let forward = {
    kernel.forward(
      head: 0, rows: 0..<rows, queries: q, keyValues: keyValues, firstVisible: behind,
      output: output, logSumExp: logSumExp, scratch: scratch.view, tally: nil)
  }
  let ownKeys = behind == 0
  let backward = {
    kernel.backward(
      head: 0, rows: 0..<rows, queries: q, keyValues: keyValues, firstVisible: behind,
      output: output, logSumExp: logSumExp, dOutput: dOut, dQueries: dQ,
      keyGradients: ownKeys ? KeyValueView(keys: dK, values: dV, headWidth: width) : nil,
      scratch: scratch.view, tally: nil)
  }
  forward()
  for gradient in [dK, dV] { gradient.fill(0) }
  backward()
  let exact = ExactAttention(q, k, v, dOut, behind: behind)
  let pairs = Attention.visiblePairs(rows: 0..<rows, firstVisible: behind)
  let shape = behind == 0 ? "\(rows) rows" : "\(rows) rows behind \(behind)"
  let bytes = 4 * width * (2 * rows + 2 * keys)
  var gradient = dQ.array
  var exactGradient = exact.dQueries
  if ownKeys {
    gradient += dK.array + dV.array
    exactGradient += exact.dKeys + exact.dValues
  }
  return [
    KernelTrial(
      name: "attention", shape: shape, operations: 4 * width * pairs, bytes: bytes,
      error: relativeDistance(output.array, exact.output), run: forward),
    KernelTrial(
      name: ownKeys ? "attention backward" : "attention backward, frozen keys", shape: shape,
      operations: (ownKeys ? 10 : 6) * width * pairs, bytes: 2 * bytes,
      error: relativeDistance(gradient, exactGradient), run: backward),
  ]
}

/// Attention of one head and its gradient in double precision, row by row.
private struct ExactAttention {
  var output: [Double]
  var dQueries: [Double]
  var dKeys: [Double]
  var dValues: [Double]

  init(_ q: MatrixView, _ k: MatrixView, _ v: MatrixView, _ dOut: MatrixView, behind: Int) {
    let width = q.columns
    let scale = 1 / Double(width).squareRoot()
    let (qs, ks, vs, dOuts) = (
      q.array.map(Double.init), k.array.map(Double.init), v.array.map(Double.init),
      dOut.array.map(Double.init)
    )
    output = [Double](repeating: 0, count: q.rows * width)
    dQueries = output
    dKeys = [Double](repeating: 0, count: k.rows * width)
    dValues = dKeys
    for row in 0..<q.rows {
      let visible = behind + row + 1
      let at = row * width
      func inner(_ x: [Double], _ j: Int, _ y: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<width { sum += x[j * width + i] * y[at + i] }
        return sum
      }
      let pattern = Reference.softmax((0..<visible).map { inner(ks, $0, qs) * scale })
      let dPattern = (0..<visible).map { inner(vs, $0, dOuts) }
      let mean = zip(pattern, dPattern).reduce(0) { $0 + $1.0 * $1.1 }
      for j in 0..<visible {
        let dScore = pattern[j] * (dPattern[j] - mean) * scale
        for i in 0..<width {
          output[at + i] += pattern[j] * vs[j * width + i]
          dQueries[at + i] += dScore * ks[j * width + i]
          dKeys[j * width + i] += dScore * qs[at + i]
          dValues[j * width + i] += pattern[j] * dOuts[at + i]
        }
      }
    }
  }
}
