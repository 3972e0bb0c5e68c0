/// `σ(x) = 1 / (1 + 2^(−x·log₂ e))`, relative error below 2⁻²¹.
@inlinable @inline(__always)
func sigmoid<V: FloatLanes>(_ x: V) -> V {
  let exponent = V.lesser(x * V(repeating: -logTwoOfE), V(repeating: 126))
  let one = V(repeating: 1)
  return one / (one + powerOfTwo(exponent))
}

/// `silu(gate) ⊙ up` over whole vectors; returns how many floats those are.
@inlinable @inline(__always)
public func activate<V: FloatLanes>(
  _: V.Type, _ count: Int, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
  into out: UnsafeMutablePointer<Float>
) -> Int {
  var i = 0
  while i &+ V.scalarCount <= count {
    let g = load(V.self, gate + i)
    store(g * sigmoid(g) * load(V.self, up + i), out + i)
    i &+= V.scalarCount
  }
  return i
}

/// Gradients of gate and up over whole vectors: with `s = σ(gate)`, `dUp = dy·gate·s` and
/// `dGate = dy·up·s·(1 + gate·(1 − s))`; returns how many floats those are.
@inlinable @inline(__always)
public func activateBackward<V: FloatLanes>(
  _: V.Type, _ count: Int, dy: UnsafePointer<Float>, gate: UnsafePointer<Float>,
  up: UnsafePointer<Float>, dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>
) -> Int {
  let one = V(repeating: 1)
  var i = 0
  while i &+ V.scalarCount <= count {
    let g = load(V.self, gate + i)
    let s = sigmoid(g)
    let ds = load(V.self, dy + i) * s
    store(ds * load(V.self, up + i) * one.addingProduct(g, one - s), dGate + i)
    store(ds * g, dUp + i)
    i &+= V.scalarCount
  }
  return i
}
