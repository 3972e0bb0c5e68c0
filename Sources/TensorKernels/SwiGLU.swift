/// The gated activation `silu(gate) ⊙ up`, `silu(x) = x·σ(x)`.
public enum SwiGLU {
  /// gateUp `[n, 2·F]` (gate, then up), activated `[n, F]`.
  public static func forward(_ gateUp: MatrixView, into activated: MatrixView) {
    let width = activated.columns
    precondition(gateUp.columns == 2 * width && gateUp.rows == activated.rows)
    for row in 0..<activated.rows {
      let gate = gateUp.base + row * gateUp.stride
      let up = gate + width
      let out = activated.base + row * activated.stride
      forEachLaneBlock(width) { i, lanes in
        let g = lanes.load(gate + i)
        lanes.store(g * sigmoid(g) * lanes.load(up + i), out + i)
      }
    }
  }

  /// Gradient `[n, 2·F]` of gate and up from dActivated `[n, F]`; overwritten.
  public static func backward(
    _ dActivated: MatrixView, gateUp: MatrixView, into dGateUp: MatrixView
  ) {
    let width = dActivated.columns
    precondition(gateUp.columns == 2 * width && dGateUp.columns == 2 * width)
    precondition(gateUp.rows == dActivated.rows && dGateUp.rows == dActivated.rows)
    for row in 0..<dActivated.rows {
      let dy = dActivated.base + row * dActivated.stride
      let gate = gateUp.base + row * gateUp.stride
      let dGate = dGateUp.base + row * dGateUp.stride
      forEachLaneBlock(width) { i, lanes in
        let g = lanes.load(gate + i)
        let d = lanes.load(dy + i)
        let s = sigmoid(g)
        let one = Lanes(repeating: 1)
        lanes.store(d * g * s, dGate + width + i)
        // silu′(x) = σ(x)·(1 + x·(1 − σ(x)))
        lanes.store(
          d * lanes.load(gate + width + i) * s * one.addingProduct(g, one - s), dGate + i)
      }
    }
  }
}

@inline(__always)
private func sigmoid(_ x: Lanes) -> Lanes {
  let one = Lanes(repeating: 1)
  return one / (one + exponential(Lanes.zero - x))
}

/// Loads and stores of a full block of lanes, or of the `count` first lanes at a row's end.
private struct LaneAccess {
  let count: Int

  @inline(__always)
  func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    if count == laneCount { return TensorKernels.load(pointer) }
    var lanes = Lanes.zero
    for i in 0..<count { lanes[i] = pointer[i] }
    return lanes
  }

  @inline(__always)
  func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
    if count == laneCount { return TensorKernels.store(lanes, pointer) }
    for i in 0..<count { pointer[i] = lanes[i] }
  }
}

@inline(__always)
private func forEachLaneBlock(_ width: Int, _ body: (Int, LaneAccess) -> Void) {
  var i = 0
  while i + laneCount <= width {
    body(i, LaneAccess(count: laneCount))
    i += laneCount
  }
  if i < width { body(i, LaneAccess(count: width - i)) }
}
