/// One plain gradient step of a run of parameters.
public enum GradientDescentKernel {
  /// `p ← p − rate·g`.
  ///
  /// - Parameters:
  ///   - parameters, gradient: `[n]` each.
  public static func update(_ parameters: FloatView, gradient: FloatView, rate: Float) {
    precondition(gradient.count == parameters.count, "one gradient a parameter")
    let (p, g) = (parameters.base, gradient.base)
    let factor = Lanes(repeating: -rate)
    var i = 0
    while i + laneCount <= parameters.count {
      store(load(p + i).addingProduct(load(g + i), factor), p + i)
      i += laneCount
    }
    while i < parameters.count {
      // A lane of its own, so that the last floats round as the others do.
      p[i] = Lanes(repeating: p[i]).addingProduct(Lanes(repeating: g[i]), factor)[0]
      i += 1
    }
  }
}
