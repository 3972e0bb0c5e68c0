import Foundation
import TensorKernels
import TestSupport

/// What passes over activations and parameters once: bound by memory, or by its own arithmetic.
func rowTrials() -> [KernelTrial] {
  normTrials() + swiGLUTrials() + headTrials() + [crossEntropyTrial(), adamWTrial()]
}

private let rows = 4096

private func normTrials() -> [KernelTrial] {
  let d = 128
  let x = numbers("norm x", rows * d)
  let gain = numbers("norm gain", d)
  let y = FloatStorage(count: rows * d)
  let inverse = FloatStorage(count: rows)
  let dx = FloatStorage(count: rows * d)
  let (xv, yv) = (
    x.view.matrix(rows: rows, columns: d), y.view.matrix(rows: rows, columns: d)
  )
  let dxv = dx.view.matrix(rows: rows, columns: d)
  let dGain = FloatStorage(count: d)
  let forward = {
    RMSNormalization.forward(xv, gain: gain.view, epsilon: 1e-6, into: yv, inverse: inverse.view)
  }
  forward()
  let exact = Reference.rmsNorm(
    DoubleMatrix(rows: rows, columns: d, doubles(x)), gain: doubles(gain), epsilon: 1e-6)
  let backward = {
    RMSNormalization.backward(
      yv, x: xv, gain: gain.view, inverse: inverse.view, addingTo: dxv, dGain: dGain.view)
  }
  backward()
  let exactGradient = normGradient(
    DoubleMatrix(rows: rows, columns: d, doubles(x)), gain: doubles(gain))
  let shape = "\(rows) × \(d)"
  return [
    KernelTrial(
      name: "RMS norm", shape: shape, bytes: 8 * rows * d,
      error: relativeDistance(y.view.array, exact.values), run: forward),
    KernelTrial(
      name: "RMS norm backward", shape: shape, bytes: 16 * rows * d,
      error: relativeDistance(dx.view.array, exactGradient), run: backward),
  ]
}

/// The gradient of Σ y²/2, y the normalised rows, by its closed form.
private func normGradient(_ x: DoubleMatrix, gain: [Double]) -> [Double] {
  let width = Double(x.columns)
  return (0..<x.rows).flatMap { row in
    let r = x.row(row)
    let inverse = 1 / (r.reduce(0) { $0 + $1 * $1 } / width + 1e-6).squareRoot()
    let u = zip(r, gain).map { $0 * inverse * $1 * $1 }
    let projection = zip(u, r).reduce(0) { $0 + $1.0 * $1.1 }
    let shrink = inverse * inverse * inverse * projection / width
    return zip(u, r).map { inverse * $0 - shrink * $1 }
  }
}

private func swiGLUTrials() -> [KernelTrial] {
  let width = 256
  let gateUp = numbers("gate", rows * 2 * width)
  let dy = numbers("dActivated", rows * width)
  let y = FloatStorage(count: rows * width)
  let dGateUp = FloatStorage(count: rows * 2 * width)
  let input = gateUp.view.matrix(rows: rows, columns: 2 * width)
  let output = y.view.matrix(rows: rows, columns: width)
  let dOutput = dy.view.matrix(rows: rows, columns: width)
  let gradient = dGateUp.view.matrix(rows: rows, columns: 2 * width)
  let forward = { SwiGLU.forward(input, into: output) }
  let backward = { SwiGLU.backward(dOutput, gateUp: input, into: gradient) }
  forward()
  backward()
  let exactInput = DoubleMatrix(rows: rows, columns: 2 * width, doubles(gateUp))
  var exactGradient = DoubleMatrix(rows: rows, columns: 2 * width)
  for row in 0..<rows {
    for i in 0..<width {
      let (g, u) = (exactInput[row, i], exactInput[row, width + i])
      let d = Double(dOutput[row, i])
      let s = 1 / (1 + exp(-g))
      exactGradient[row, i] = d * u * s * (1 + g * (1 - s))
      exactGradient[row, width + i] = d * g * s
    }
  }
  let shape = "\(rows) × \(width)"
  return [
    KernelTrial(
      name: "SwiGLU", shape: shape, bytes: 12 * rows * width,
      error: relativeDistance(y.view.array, Reference.swiGLU(exactInput).values), run: forward),
    KernelTrial(
      name: "SwiGLU backward", shape: shape, bytes: 20 * rows * width,
      error: relativeDistance(dGateUp.view.array, exactGradient.values), run: backward),
  ]
}

private func headTrials() -> [KernelTrial] {
  let (heads, width) = (4, 32)
  let columns = heads * width
  let transform = HeadTransform(headWidth: width, epsilon: 1e-6)
  let rotary = RotaryTable(
    positions: (0..<rows).map(Int32.init),
    frequencies: RotaryTable.frequencies(headWidth: width, theta: 1e6))
  let raw = numbers("raw", rows * columns)
  let gain = numbers("head gain", width)
  let y = FloatStorage(count: rows * columns)
  let inverse = FloatStorage(count: rows * heads)
  let input = raw.view.matrix(rows: rows, columns: columns)
  let inverses = inverse.view.matrix(rows: rows, columns: heads)
  let forward = {
    transform.forward(
      input, gain: gain.view, rotary: rotary, rotaryStart: 0, into: y.view, rowStride: columns,
      headStride: width, inverse: inverses)
  }
  forward()
  let exact = Reference.heads(
    DoubleMatrix(rows: rows, columns: columns, doubles(raw)), width: width, gain: doubles(gain),
    epsilon: 1e-6, positions: Array(0..<rows), theta: 1e6, rowScale: nil)
  let error = relativeDistance(y.view.array, exact.values)
  let dRaw = FloatStorage(count: rows * columns)
  let dGain = FloatStorage(count: width)
  let gradient = FloatStorage(count: rows * columns)
  let backward = {
    transform.backward(
      gradient.view.matrix(rows: rows, columns: columns), raw: input, gain: gain.view,
      rotary: rotary, rotaryStart: 0, inverse: inverses,
      into: dRaw.view.matrix(rows: rows, columns: columns), dGain: dGain.view)
  }
  // Rotations keep lengths, and a normalised head's gradient along itself is all but nothing: with
  // gradient y the backward pass must give that of Σ y²/2.
  gradient.view.copy(from: y.view)
  backward()
  let exactGradient = normGradient(
    DoubleMatrix(rows: rows * heads, columns: width, doubles(raw)), gain: doubles(gain))
  let shape = "\(rows) × \(heads) × \(width)"
  return [
    KernelTrial(
      name: "QK-norm and rotary", shape: shape, bytes: 8 * rows * columns + 4 * rows * width,
      error: error, run: forward),
    KernelTrial(
      name: "QK-norm and rotary backward", shape: shape,
      bytes: 16 * rows * columns + 4 * rows * width,
      error: relativeDistance(dRaw.view.array, exactGradient), run: backward),
  ]
}

private func crossEntropyTrial() -> KernelTrial {
  let width = 64
  let logits = numbers("logits", rows * width)
  let copy = FloatStorage(count: rows * width)
  let targets = (0..<rows).map { Int32($0 % width) }
  let scale = [Float](repeating: 1 / Float(rows), count: rows)
  let exact = DoubleMatrix(rows: rows, columns: width, doubles(logits))
  let run = {
    copy.view.copy(from: logits.view)
    _ = CrossEntropy.rows(
      logits: copy.view.matrix(rows: rows, columns: width), targets: targets,
      gradientScale: scale)
  }
  run()
  var gradient: [Double] = []
  for row in 0..<rows {
    var p = Reference.softmax(exact.row(row))
    p[Int(targets[row])] -= 1
    gradient += p.map { $0 / Double(rows) }
  }
  return KernelTrial(
    name: "cross-entropy and gradient", shape: "\(rows) × \(width)", bytes: 8 * rows * width,
    error: relativeDistance(copy.view.array, gradient), run: run)
}

private func adamWTrial() -> KernelTrial {
  let count = 1 << 20
  let (p, g) = (numbers("p", count), numbers("g", count))
  let (m, v) = (FloatStorage(count: count), FloatStorage(count: count))
  let before = doubles(p)
  let run = {
    AdamWKernel.update(
      p.view, gradient: g.view, first: m.view, second: v.view, gradientScale: 1,
      learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01,
      corrections: (first: 0.1, second: 0.001))
  }
  run()
  let exact = zip(before, doubles(g)).map { p, g in
    p * (1 - 1e-5) - 1e-3 * g / (abs(g) + 1e-8)
  }
  return KernelTrial(
    name: "AdamW", shape: "\(count)", bytes: 28 * count,
    error: relativeDistance(p.view.array, exact), run: run)
}
