/// One AdamW update of a run of parameters.
public enum AdamWKernel {
  /// `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`,
  /// `p ← p·(1 − η·λ) − η/c₁ · m / (sqrt(v/c₂) + ε)` with `cᵢ = 1 − βᵢᵗ`, as PyTorch orders it.
  ///
  /// - Parameters:
  ///   - parameters, gradient, first, second: `[n]` each.
  ///   - gradientScale: a factor on the gradient before anything else (clipping).
  ///   - step: t, counted from 1.
  public static func update(
    _ parameters: FloatView, gradient: FloatView, first: FloatView, second: FloatView,
    gradientScale: Float, learningRate: Float, beta1: Float, beta2: Float, epsilon: Float,
    weightDecay: Float, corrections: (first: Float, second: Float)
  ) {
    let n = parameters.count
    precondition(gradient.count == n && first.count == n && second.count == n)
    let keep = Lanes(repeating: 1 - learningRate * weightDecay)
    let stepSize = Lanes(repeating: -learningRate / corrections.first)
    let inverseRoot = Lanes(repeating: 1 / corrections.second.squareRoot())
    let b1 = Lanes(repeating: beta1)
    let b2 = Lanes(repeating: beta2)
    let c1 = Lanes(repeating: 1 - beta1)
    let c2 = Lanes(repeating: 1 - beta2)
    let eps = Lanes(repeating: epsilon)
    let scale = Lanes(repeating: gradientScale)
    let (p, g, m, v) = (parameters.base, gradient.base, first.base, second.base)
    @inline(__always)
    func updated(_ p: Lanes, gradient g: Lanes, first m: Lanes, second v: Lanes) -> (
      Lanes, Lanes, Lanes
    ) {
      let scaled = g * scale
      let newFirst = (m * b1).addingProduct(scaled, c1)
      let newSecond = (v * b2).addingProduct(scaled * scaled, c2)
      let denominator = (newSecond.squareRoot() * inverseRoot) + eps
      return ((p * keep).addingProduct(stepSize, newFirst / denominator), newFirst, newSecond)
    }
    var i = 0
    while i + laneCount <= n {
      let (a, b, c) = updated(
        load(p + i), gradient: load(g + i), first: load(m + i), second: load(v + i))
      store(a, p + i)
      store(b, m + i)
      store(c, v + i)
      i += laneCount
    }
    while i < n {
      let (a, b, c) = updated(
        Lanes(repeating: p[i]), gradient: Lanes(repeating: g[i]), first: Lanes(repeating: m[i]),
        second: Lanes(repeating: v[i]))
      p[i] = a[0]
      m[i] = b[0]
      v[i] = c[0]
      i += 1
    }
  }

  /// `Σ xᵢ²` in double precision, in a fixed order.
  public static func sumOfSquares(_ x: FloatView) -> Double {
    var sum = SIMD4<Double>.zero
    var i = 0
    while i + 4 <= x.count {
      let lanes = SIMD4<Double>(
        UnsafeRawPointer(x.base + i).loadUnaligned(as: SIMD4<Float>.self))
      sum = sum.addingProduct(lanes, lanes)
      i += 4
    }
    var total = sum.sum()
    while i < x.count {
      total += Double(x.base[i]) * Double(x.base[i])
      i += 1
    }
    return total
  }

  /// `y += x`.
  public static func add(_ x: FloatView, to y: FloatView) {
    precondition(x.count == y.count)
    addVector(x.base, to: y.base, count: x.count)
  }
}
