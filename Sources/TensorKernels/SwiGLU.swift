/// The gated activation `silu(gate) ⊙ up`, `silu(x) = x·σ(x)`.
public enum SwiGLU {
  /// gateUp `[n, 2·F]` (gate, then up), activated `[n, F]`.
  public static func forward(_ gateUp: MatrixView, into activated: MatrixView) {
    let width = activated.columns
    precondition(
      gateUp.columns == 2 * width && gateUp.rows == activated.rows, "shapes do not fit")
    for row in 0..<activated.rows {
      let gate = gateUp.base + row * gateUp.stride
      let up = gate + width
      let out = activated.base + row * activated.stride
      let whole = VectorWidth.best.activate(width, gate: gate, up: up, into: out)
      for i in whole..<width { out[i] = gate[i] * sigmoid(gate[i]) * up[i] }
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
    for row in 0..<dActivated.rows {
      let dy = dActivated.base + row * dActivated.stride
      let gate = gateUp.base + row * gateUp.stride
      let up = gate + width
      let dGate = dGateUp.base + row * dGateUp.stride
      let dUp = dGate + width
      let whole = VectorWidth.best.activateBackward(
        width, dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
      for i in whole..<width {
        let (d, g, s) = (dy[i], gate[i], sigmoid(gate[i]))
        dGate[i] = d * s * up[i] * (1 + g * (1 - s))
        dUp[i] = d * s * g
      }
    }
  }
}

@inline(__always)
private func sigmoid(_ x: Float) -> Float { 1 / (1 + exponential(Lanes(repeating: -x))[0]) }
