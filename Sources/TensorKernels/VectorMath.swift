typealias Lanes = SIMD8<Float>
let laneCount = 8

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Lanes.self)
}

/// The sum of the lanes in a fixed order, pairwise.
@inline(__always)
func horizontalSum(_ v: Lanes) -> Float {
  let a = v.lowHalf + v.highHalf
  let b = a.lowHalf + a.highHalf
  return b.x + b.y
}

@inline(__always)
func horizontalMax(_ v: Lanes) -> Float {
  let a = pointwiseMax(v.lowHalf, v.highHalf)
  let b = pointwiseMax(a.lowHalf, a.highHalf)
  return max(b.x, b.y)
}

/// `eˣ` in eight lanes, within 2 units in the last place for −87 ≤ x ≤ 88; smaller x give 0.
///
/// `x = n·ln 2 + r` with |r| ≤ ½ ln 2: `n` falls out of adding 1.5·2²³, which rounds to an integer in
/// the low mantissa bits; `eʳ` is its Taylor polynomial refitted (Remez, degree 6); `2ⁿ` is added
/// to the exponent field.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let magic = Lanes(repeating: 12_582_912)
  let clamped = pointwiseMax(pointwiseMin(x, Lanes(repeating: 88)), Lanes(repeating: -87.3))
  let shifted = magic.addingProduct(clamped, Lanes(repeating: 1.442_695_04))
  let n = shifted - magic
  // ln 2 in two parts, the first exact in few bits so that n times it is exact.
  var r = clamped.addingProduct(n, Lanes(repeating: -0.693_359_375))
  r = r.addingProduct(n, Lanes(repeating: 2.121_944_4e-4))
  var p = Lanes(repeating: 1.987_569_15e-4)
  p = Lanes(repeating: 1.398_199_95e-3).addingProduct(p, r)
  p = Lanes(repeating: 8.333_451_9e-3).addingProduct(p, r)
  p = Lanes(repeating: 4.166_579_6e-2).addingProduct(p, r)
  p = Lanes(repeating: 1.666_666_55e-1).addingProduct(p, r)
  p = Lanes(repeating: 5.000_000_1e-1).addingProduct(p, r)
  let square = r * r
  let value = (r + Lanes(repeating: 1)).addingProduct(p, square)
  let exponent = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &<< 23
  let scaled = unsafeBitCast(
    unsafeBitCast(value, to: SIMD8<UInt32>.self) &+ exponent, to: Lanes.self)
  return scaled.replacing(with: 0, where: x .< Lanes(repeating: -87.3))
}

/// `y += x`.
@inline(__always)
func addVector(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
  var i = 0
  while i + laneCount <= count {
    store(load(y + i) + load(x + i), y + i)
    i += laneCount
  }
  while i < count {
    y[i] += x[i]
    i += 1
  }
}

/// `Σ xᵢ yᵢ`, in eight running sums.
@inline(__always)
func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
  var sum = Lanes.zero
  var i = 0
  while i + laneCount <= count {
    sum = sum.addingProduct(load(x + i), load(y + i))
    i += laneCount
  }
  var total = horizontalSum(sum)
  while i < count {
    total += x[i] * y[i]
    i += 1
  }
  return total
}

/// The greatest of `count` floats, or −∞ of none.
@inline(__always)
func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var lanes = Lanes(repeating: -.infinity)
  var i = 0
  while i + laneCount <= count {
    lanes = pointwiseMax(lanes, load(x + i))
    i += laneCount
  }
  var result = horizontalMax(lanes)
  while i < count {
    result = max(result, x[i])
    i += 1
  }
  return result
}

/// Replaces every `x` by `e^(x − shift)` and returns the sum of the results.
@inline(__always)
func exponentiate(_ x: UnsafeMutablePointer<Float>, shift: Float, count: Int) -> Float {
  let shifts = Lanes(repeating: shift)
  var sum = Lanes.zero
  var i = 0
  while i + laneCount <= count {
    let value = exponential(load(x + i) - shifts)
    store(value, x + i)
    sum += value
    i += laneCount
  }
  var total = horizontalSum(sum)
  if i < count {
    // The remainder goes through the same polynomial, so that a row's values do not depend on
    // where it ends.
    var tail = Lanes(repeating: -.infinity)
    for j in i..<count { tail[j - i] = x[j] }
    let value = exponential(tail - shifts)
    for j in i..<count {
      x[j] = value[j - i]
      total += value[j - i]
    }
  }
  return total
}
