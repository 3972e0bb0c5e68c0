/// What happens to queries and keys between projection and attention: RMS normalisation of every
/// head (QK-norm), then rotary position embedding, each optional.
///
/// Rotary is the half-split form: component `i` pairs with `i + headWidth/2`.
public struct HeadTransform: Sendable {
  /// The width of a head.
  public let headWidth: Int
  /// The ε of QK-norm.
  public let epsilon: Float

  /// A transform for heads of `headWidth`, which is even.
  public init(headWidth: Int, epsilon: Float) {
    precondition(headWidth > 0 && headWidth % 2 == 0, "rotary needs an even head width")
    self.headWidth = headWidth
    self.epsilon = epsilon
  }

  /// Transforms `heads` heads of every row.
  ///
  /// - Parameters:
  ///   - raw: `[n, heads·headWidth]`, as projected.
  ///   - gain: `[headWidth]`, or nil for no QK-norm.
  ///   - rotary: angles of row `rotaryStart + i`, or nil for no rotary.
  ///   - rowScale: a factor for every row of the result, or nil.
  ///   - destination: where head `h` of row `i` goes: `i·rowStride + h·headStride` from the start.
  ///   - inverse: `[n, heads]`, receives the inverse root mean squares when `gain` is given.
  public func forward(
    _ raw: MatrixView, gain: FloatView?, rotary: RotaryTable?, rotaryStart: Int,
    rowScale: FloatView? = nil, into destination: FloatView, rowStride: Int, headStride: Int,
    inverse: MatrixView?
  ) {
    let heads = raw.columns / headWidth
    precondition(heads * headWidth == raw.columns, "shapes do not fit")
    precondition(
      raw.rows == 0
        || destination.count >= (raw.rows - 1) * rowStride + (heads - 1) * headStride + headWidth,
      "destination too small")
    precondition(rotary == nil || rotaryStart + raw.rows <= rotary!.count, "too few angles")
    for row in 0..<raw.rows {
      for head in 0..<heads {
        let source = raw.base + row * raw.stride + head * headWidth
        let target = destination.base + row * rowStride + head * headStride
        if let gain {
          let r = normalize(source, gain.base, into: target, width: headWidth, epsilon: epsilon)
          if let inverse { inverse.base[row * inverse.stride + head] = r }
        } else {
          target.update(from: source, count: headWidth)
        }
        if let rotary {
          let at = (rotaryStart + row) * rotary.half
          rotate(target, rotary.cosines + at, rotary.sines + at, half: headWidth / 2, sign: 1)
        }
        if let rowScale {
          let factor = rowScale.base[row]
          for i in 0..<headWidth { target[i] *= factor }
        }
      }
    }
  }

  /// Turns the gradient of the transformed heads into the gradient of the projected ones.
  ///
  /// - Parameters:
  ///   - gradient: `[n, heads·headWidth]`, overwritten on the way.
  ///   - raw, gain, rotary, rotaryStart, rowScale, inverse: as they were on the way forward.
  ///   - dRaw: `[n, heads·headWidth]`, overwritten.
  ///   - dGain: `[headWidth]`, added to where given.
  public func backward(
    _ gradient: MatrixView, raw: MatrixView, gain: FloatView?, rotary: RotaryTable?,
    rotaryStart: Int, rowScale: FloatView? = nil, inverse: MatrixView?, into dRaw: MatrixView,
    dGain: FloatView?
  ) {
    let heads = gradient.columns / headWidth
    precondition(
      heads * headWidth == gradient.columns && raw.columns == gradient.columns
        && dRaw.columns == gradient.columns && raw.rows == gradient.rows
        && dRaw.rows == gradient.rows, "shapes do not fit")
    for row in 0..<gradient.rows {
      for head in 0..<heads {
        let g = gradient.base + row * gradient.stride + head * headWidth
        let target = dRaw.base + row * dRaw.stride + head * headWidth
        if let rowScale {
          let factor = rowScale.base[row]
          for i in 0..<headWidth { g[i] *= factor }
        }
        if let rotary {
          let at = (rotaryStart + row) * rotary.half
          rotate(g, rotary.cosines + at, rotary.sines + at, half: headWidth / 2, sign: -1)
        }
        if let gain, let inverse {
          target.update(repeating: 0, count: headWidth)
          normalizeBackward(
            g, raw.base + row * raw.stride + head * headWidth, gain.base,
            inverse.base[row * inverse.stride + head], addingTo: target, dGain: dGain?.base,
            width: headWidth)
        } else {
          target.update(from: g, count: headWidth)
        }
      }
    }
  }
}

/// Rotates one head in place by its angles, backwards where `sign` is −1.
@inline(__always)
private func rotate(
  _ x: UnsafeMutablePointer<Float>, _ cosines: UnsafePointer<Float>, _ sines: UnsafePointer<Float>,
  half: Int, sign: Float
) {
  var i = 0
  while i + laneCount <= half {
    let c = load(cosines + i)
    let s = load(sines + i) * sign
    let low = load(x + i)
    let high = load(x + half + i)
    store(low * c - high * s, x + i)
    store(high * c + low * s, x + half + i)
    i += laneCount
  }
  while i < half {
    let c = cosines[i]
    let s = sines[i] * sign
    let low = x[i]
    let high = x[half + i]
    x[i] = low * c - high * s
    x[half + i] = high * c + low * s
    i += 1
  }
}
