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
  ///   - rowScale: factors of the result, or nil: `[n, 1]` one a row, `[n, heads]` one a row and head.
  ///   - destination: where head `h` of row `i` goes: `i·rowStride + h·headStride` from the start.
  ///   - inverse: `[n, heads]`, receives the inverse root mean squares when `gain` is given.
  public func forward(
    _ raw: MatrixView, gain: FloatView?, rotary: RotaryTable?, rotaryStart: Int,
    rowScale: MatrixView? = nil, into destination: FloatView, rowStride: Int, headStride: Int,
    inverse: MatrixView?
  ) {
    let heads = raw.columns / headWidth
    precondition(heads * headWidth == raw.columns, "shapes do not fit")
    precondition(
      raw.rows == 0
        || destination.count >= (raw.rows - 1) * rowStride + (heads - 1) * headStride + headWidth,
      "destination too small")
    checkFactors(
      rows: raw.rows, heads: heads, gain: gain, rotary: rotary, rotaryStart: rotaryStart,
      rowScale: rowScale, inverse: inverse)
    // Pointers are taken before the loop: within it, each look at a view would retain its owner.
    let half = headWidth / 2
    let angles = rotary?.angles(from: rotaryStart)
    let (gains, factors, inverses) = (gain?.base, rowScale?.base, inverse?.base)
    let factorStride = rowScale?.stride ?? 0
    let factorStep = rowScale?.columns == 1 ? 0 : 1
    let inverseStride = inverse?.stride ?? 0
    for row in 0..<raw.rows {
      for head in 0..<heads {
        let source = raw.base + row * raw.stride + head * headWidth
        let target = destination.base + row * rowStride + head * headStride
        if let gains {
          let r = normalize(source, gains, into: target, width: headWidth, epsilon: epsilon)
          if let inverses { inverses[row * inverseStride + head] = r }
        } else {
          target.update(from: source, count: headWidth)
        }
        if let angles {
          let at = row * half
          rotate(
            target, cosines: angles.cosines + at, sines: angles.sines + at, half: half, sign: 1)
        }
        if let factors {
          scaleVector(
            target, by: factors[row * factorStride + head * factorStep], count: headWidth)
        }
      }
    }
  }

  /// Turns the gradient of the transformed heads into the gradient of the projected ones.
  ///
  /// - Parameters:
  ///   - gradient: `[n, heads·headWidth]`, overwritten meanwhile.
  ///   - raw, gain, rotary, rotaryStart, rowScale, inverse: as they were in the forward pass.
  ///   - dRaw: `[n, heads·headWidth]`, overwritten.
  ///   - dGain: `[headWidth]`, added to where given.
  public func backward(
    _ gradient: MatrixView, raw: MatrixView, gain: FloatView?, rotary: RotaryTable?,
    rotaryStart: Int, rowScale: MatrixView? = nil, inverse: MatrixView?, into dRaw: MatrixView,
    dGain: FloatView?
  ) {
    let heads = gradient.columns / headWidth
    precondition(
      heads * headWidth == gradient.columns && raw.columns == gradient.columns
        && dRaw.columns == gradient.columns && raw.rows == gradient.rows
        && dRaw.rows == gradient.rows && dGain?.count ?? headWidth == headWidth,
      "shapes do not fit")
    precondition(
      gain == nil || inverse != nil, "the backward pass needs the inverse root mean squares")
    checkFactors(
      rows: raw.rows, heads: heads, gain: gain, rotary: rotary, rotaryStart: rotaryStart,
      rowScale: rowScale, inverse: inverse)
    let half = headWidth / 2
    let angles = rotary?.angles(from: rotaryStart)
    let (gains, factors, inverses) = (gain?.base, rowScale?.base, inverse?.base)
    let factorStride = rowScale?.stride ?? 0
    let factorStep = rowScale?.columns == 1 ? 0 : 1
    let (dGains, inverseStride) = (dGain?.base, inverse?.stride ?? 0)
    for row in 0..<gradient.rows {
      for head in 0..<heads {
        let g = gradient.base + row * gradient.stride + head * headWidth
        let target = dRaw.base + row * dRaw.stride + head * headWidth
        if let factors {
          scaleVector(g, by: factors[row * factorStride + head * factorStep], count: headWidth)
        }
        if let angles {
          let at = row * half
          rotate(g, cosines: angles.cosines + at, sines: angles.sines + at, half: half, sign: -1)
        }
        if let gains, let inverses {
          normalizeBackward(
            g, x: raw.base + row * raw.stride + head * headWidth, gain: gains,
            inverse: inverses[row * inverseStride + head], into: target, accumulate: false,
            dGain: dGains, width: headWidth)
        } else {
          target.update(from: g, count: headWidth)
        }
      }
    }
  }
}

extension HeadTransform {
  private func checkFactors(
    rows: Int, heads: Int, gain: FloatView?, rotary: RotaryTable?, rotaryStart: Int,
    rowScale: MatrixView?, inverse: MatrixView?
  ) {
    precondition(gain?.count ?? headWidth == headWidth, "a gain of another width")
    precondition(
      rowScale.map { $0.rows >= rows && [1, heads].contains($0.columns) } ?? true,
      "too few factors")
    if let rotary {
      precondition(
        2 * rotary.half == headWidth && rotaryStart >= 0 && rotaryStart + rows <= rotary.count,
        "too few angles")
    }
    if let inverse, gain != nil {
      precondition(inverse.rows >= rows && inverse.columns == heads, "shapes do not fit")
    }
  }
}

/// Rotates one head in place by its angles, backwards where `sign` is −1.
@inline(__always)
private func rotate(
  _ x: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>,
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
