/// The gated activation `silu(gate) ⊙ up`, `silu(x) = x·σ(x)`.
public enum SwiGLU {
  /// gateUp `[n, 2·F]` (gate, then up), activated `[n, F]`.
  public static func forward(_ gateUp: MatrixView, into activated: MatrixView) {
    let width = activated.columns
    precondition(
      gateUp.columns == 2 * width && gateUp.rows == activated.rows, "shapes do not fit")
    let whole = wholeBlocks(width)
    let rest = width - whole
    for row in 0..<activated.rows {
      let gate = gateUp.base + row * gateUp.stride
      let up = gate + width
      let out = activated.base + row * activated.stride
      activate(gate, up, out, whole)
      if rest == 0 { continue }
      var g = load(gate + whole, first: rest)
      var u = load(up + whole, first: rest)
      var y = Lanes.zero
      withLanes(&g) { g in
        withLanes(&u) { u in withLanes(&y) { y in activate(g, u, y, laneCount) } }
      }
      store(y, out + whole, first: rest)
    }
  }

  /// Gradient `[n, 2·F]` of gate and up from dActivated `[n, F]`; overwritten.
  public static func backward(
    _ dActivated: MatrixView, gateUp: MatrixView, into dGateUp: MatrixView
  ) {
    let width = dActivated.columns
    precondition(
      gateUp.columns == 2 * width && dGateUp.columns == 2 * width
        && gateUp.rows == dActivated.rows && dGateUp.rows == dActivated.rows, "shapes do not fit")
    let whole = wholeBlocks(width)
    let rest = width - whole
    for row in 0..<dActivated.rows {
      let dy = dActivated.base + row * dActivated.stride
      let gate = gateUp.base + row * gateUp.stride
      let up = gate + width
      let dGate = dGateUp.base + row * dGateUp.stride
      let dUp = dGate + width
      activateBackward(dy, gate, up, dGate, dUp, whole)
      if rest == 0 { continue }
      var d = load(dy + whole, first: rest)
      var g = load(gate + whole, first: rest)
      var u = load(up + whole, first: rest)
      withLanes(&d) { d in
        withLanes(&g) { g in
          // The results take their inputs' places.
          withLanes(&u) { u in activateBackward(d, g, u, g, u, laneCount) }
        }
      }
      store(g, dGate + whole, first: rest)
      store(u, dUp + whole, first: rest)
    }
  }
}

/// `silu(gate) ⊙ up` over whole blocks of lanes.
@inline(never)
private func activate(
  _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
  _ count: Int
) {
  var i = 0
  while i < count {
    let g = load(gate + i)
    store(g * sigmoid(g) * load(up + i), out + i)
    i &+= laneCount
  }
}

@inline(never)
private func activateBackward(
  _ dy: UnsafePointer<Float>, _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>,
  _ dGate: UnsafeMutablePointer<Float>, _ dUp: UnsafeMutablePointer<Float>, _ count: Int
) {
  let one = Lanes(repeating: 1)
  var i = 0
  while i < count {
    let d = load(dy + i)
    let g = load(gate + i)
    let u = load(up + i)
    let s = sigmoid(g)
    // silu′(x) = σ(x)·(1 + x·(1 − σ(x)))
    store(d * u * s * one.addingProduct(g, one - s), dGate + i)
    store(d * g * s, dUp + i)
    i &+= laneCount
  }
}

@inline(__always)
private func sigmoid(_ x: Lanes) -> Lanes {
  let one = Lanes(repeating: 1)
  return one / (one + exponential(Lanes.zero - x))
}
