import Foundation
import TensorKernels
import TestSupport

/// Attention of one head of 32: whole sequences as in training, and a block of rows at the end of a
/// long context as in a prefill; under causal softmax and, in the plain kernel, in a sliding window.
func attentionTrials() -> [KernelTrial] {
  let shapes = [(160, 0), (512, 0)] + [4096, 16384, 32768].map { (128, $0 - 128) }
  return shapes.flatMap { attentionTrials(rows: $0.0, behind: $0.1, rule: .causalSoftmax) }
    + [(512, 0), (128, 16256)].flatMap {
      attentionTrials(
        rows: $0.0, behind: $0.1, rule: AttentionRule(visibility: SlidingWindow(keys: 128)))
    }
}

private func attentionTrials(rows: Int, behind: Int, rule: AttentionRule) -> [KernelTrial] {
  let width = 32
  let keys = behind + rows
  let kernel = Attention(queryHeads: 1, keyValueHeads: 1, headWidth: width, rule: rule)
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
  let exact = ExactAttention(q, k, v, dOut, behind: behind, firstKey: kernel.firstKey)
  let pairs = rule.visibility.pairs(of: behind..<keys, from: 0)
  let shape = behind == 0 ? "\(rows) rows" : "\(rows) rows behind \(behind)"
  let bytes = 4 * width * (2 * rows + 2 * (keys - kernel.firstKey(of: behind)))
  let name =
    (rule.visibility as? SlidingWindow).map { "attention, window of \($0.keys)" } ?? "attention"
  var gradient = dQ.array
  var exactGradient = exact.dQueries
  if ownKeys {
    gradient += dK.array + dV.array
    exactGradient += exact.dKeys + exact.dValues
  }
  return [
    KernelTrial(
      name: name, shape: shape, operations: 4 * width * pairs, bytes: bytes,
      error: relativeDistance(output.array, exact.output), run: forward),
    KernelTrial(
      name: ownKeys ? "\(name) backward" : "\(name) backward, frozen keys", shape: shape,
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

  init(
    _ q: MatrixView, _ k: MatrixView, _ v: MatrixView, _ dOut: MatrixView, behind: Int,
    firstKey: (Int) -> Int
  ) {
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
      let position = behind + row
      let seen = firstKey(position)...position
      let at = row * width
      func inner(_ x: [Double], key j: Int, _ y: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<width { sum += x[j * width + i] * y[at + i] }
        return sum
      }
      let pattern = Reference.softmax(seen.map { inner(ks, key: $0, qs) * scale })
      let dPattern = seen.map { inner(vs, key: $0, dOuts) }
      let mean = zip(pattern, dPattern).reduce(0) { $0 + $1.0 * $1.1 }
      for (j, (weight, dWeight)) in zip(seen, zip(pattern, dPattern)) {
        let dScore = weight * (dWeight - mean) * scale
        for i in 0..<width {
          output[at + i] += weight * vs[j * width + i]
          dQueries[at + i] += dScore * ks[j * width + i]
          dKeys[j * width + i] += dScore * qs[at + i]
          dValues[j * width + i] += weight * dOuts[at + i]
        }
      }
    }
  }
}
