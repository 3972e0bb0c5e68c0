/// Root-mean-square normalisation: `y = x / sqrt(mean(x²) + ε) ⊙ gain`.
public enum RMSNormalization {
  /// x, y `[n, d]`; gain `[d]`; inverse `[n]` receives `1 / sqrt(mean(x²) + ε)` for the backward pass.
  public static func forward(
    _ x: MatrixView, gain: FloatView, epsilon: Float, into y: MatrixView, inverse: FloatView
  ) {
    precondition(
      gain.count == x.columns && y.columns == x.columns && y.rows == x.rows
        && inverse.count >= x.rows, "shapes do not fit")
    for row in 0..<x.rows {
      inverse.base[row] = normalize(
        x.base + row * x.stride, gain.base, into: y.base + row * y.stride, width: x.columns,
        epsilon: epsilon)
    }
  }

  /// Adds the gradient to dx `[n, d]` and, where asked for, to dGain `[d]`.
  public static func backward(
    _ dy: MatrixView, x: MatrixView, gain: FloatView, inverse: FloatView, addingTo dx: MatrixView,
    dGain: FloatView?
  ) {
    precondition(
      gain.count == x.columns && dy.columns == x.columns && dx.columns == x.columns
        && dy.rows == x.rows && dx.rows == x.rows && inverse.count >= x.rows, "shapes do not fit")
    precondition(dGain == nil || dGain?.count == gain.count, "shapes do not fit")
    let dGains = dGain?.base
    for row in 0..<x.rows {
      normalizeBackward(
        dy.base + row * dy.stride, x: x.base + row * x.stride, gain: gain.base,
        inverse: inverse.base[row], into: dx.base + row * dx.stride, accumulate: true,
        dGain: dGains, width: x.columns)
    }
  }
}

/// One row of the forward pass; returns the inverse root mean square.
@inline(__always)
func normalize(
  _ x: UnsafePointer<Float>, _ gain: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
  width: Int, epsilon: Float
) -> Float {
  let inverse = 1 / (dot(x, x, count: width) / Float(width) + epsilon).squareRoot()
  let factors = Lanes(repeating: inverse)
  var i = 0
  while i + laneCount <= width {
    store(load(x + i) * factors * load(gain + i), y + i)
    i += laneCount
  }
  while i < width {
    y[i] = x[i] * inverse * gain[i]
    i += 1
  }
  return inverse
}

/// One row of the backward pass, added to `dx` or put in its place.
///
/// With `r = 1/rms` and `u = dy ⊙ gain`: `dx = r·u − r³/d · (u·x) · x`, `dGain = r·dy ⊙ x`.
@inline(__always)
func normalizeBackward(
  _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, gain: UnsafePointer<Float>,
  inverse: Float, into dx: UnsafeMutablePointer<Float>, accumulate: Bool,
  dGain: UnsafeMutablePointer<Float>?, width: Int
) {
  var sums = Lanes.zero
  var i = 0
  while i + laneCount <= width {
    sums = sums.addingProduct(load(dy + i) * load(gain + i), load(x + i))
    i += laneCount
  }
  var projection = horizontalSum(sums)
  while i < width {
    projection += dy[i] * gain[i] * x[i]
    i += 1
  }
  let shrink = -inverse * inverse * inverse * projection / Float(width)
  i = 0
  while i + laneCount <= width {
    let u = load(dy + i) * load(gain + i)
    let change = (u * inverse).addingProduct(load(x + i), Lanes(repeating: shrink))
    store(accumulate ? load(dx + i) + change : change, dx + i)
    i += laneCount
  }
  while i < width {
    dx[i] = (accumulate ? dx[i] : 0) + dy[i] * gain[i] * inverse + x[i] * shrink
    i += 1
  }
  guard let dGain else { return }
  i = 0
  while i + laneCount <= width {
    store(
      load(dGain + i).addingProduct(load(dy + i) * load(x + i), Lanes(repeating: inverse)),
      dGain + i)
    i += laneCount
  }
  while i < width {
    dGain[i] += dy[i] * x[i] * inverse
    i += 1
  }
}
