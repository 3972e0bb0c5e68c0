import COpenBLAS

/// The exponential that softmax, cross-entropy and SwiGLU share.
public enum Exponential {
  /// Replaces every `x` by `e^(x − shift)` and returns the sum of the results.
  ///
  /// Each is within 1.5 units in the last place for −87.3 ≤ x − shift ≤ 88; what is smaller gives 0,
  /// what is greater e⁸⁸, and NaN stays NaN.
  public static func apply(to x: FloatView, shift: Float) -> Float {
    exponentiate(x.base, shift: shift, count: x.count)
  }
}

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

/// The greatest multiple of the number of lanes up to `count`.
@inline(__always)
func wholeBlocks(_ count: Int) -> Int { count & ~(laneCount &- 1) }

/// Lends lanes as memory, for a loop over blocks that is to see the padded end of a row.
@inline(__always)
func withLanes<R>(_ lanes: inout Lanes, _ body: (UnsafeMutablePointer<Float>) -> R) -> R {
  withUnsafeMutableBytes(of: &lanes) {
    body($0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self))
  }
}

/// The first `count` floats at `pointer`, then `filler`: the end of a row.
///
/// Out of line, as is its sibling: lanes taken apart one by one within a loop would take the loop's
/// vectors apart too.
@inline(never)
func load(_ pointer: UnsafePointer<Float>, first count: Int, filler: Float = 0) -> Lanes {
  var lanes = Lanes(repeating: filler)
  for i in 0..<laneCount where i < count { lanes[i] = pointer[i] }
  return lanes
}

/// Stores the first `count` lanes.
@inline(never)
func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>, first count: Int) {
  for i in 0..<laneCount where i < count { pointer[i] = lanes[i] }
}

/// The sum of the lanes in a fixed order, pairwise.
@inline(__always)
func horizontalSum(_ v: Lanes) -> Float {
  let a = v.lowHalf + v.highHalf
  let b = a.lowHalf + a.highHalf
  return b.x + b.y
}

/// The greater of the lanes, `y` where either is NaN.
///
/// That is the rule of the one instruction that this becomes; the library's `pointwiseMax` keeps
/// to IEEE 754 instead, at the cost of a call and a branch for every lane.
@inline(__always)
func greater(_ x: Lanes, _ y: Lanes) -> Lanes { y.replacing(with: x, where: x .> y) }

/// The lesser of the lanes, `y` where either is NaN.
@inline(__always)
func lesser(_ x: Lanes, _ y: Lanes) -> Lanes { y.replacing(with: x, where: x .< y) }

/// `eˣ` in eight lanes, within 1.5 units in the last place for −87.3 ≤ x ≤ 88; smaller x give 0,
/// greater ones e⁸⁸, NaN stays NaN.
///
/// `x = n·ln 2 + r` with |r| ≤ ½ ln 2: `n` falls out of adding 1.5·2²³, which rounds to an integer in
/// the low mantissa bits; `eʳ` is its Taylor polynomial refitted (Remez, degree 6); `2ⁿ` is added
/// to the exponent field.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let magic = Lanes(repeating: 12_582_912)
  let lowest = Lanes(repeating: -87.3)
  let clamped = greater(lowest, lesser(Lanes(repeating: 88), x))
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
  return scaled.replacing(with: 0, where: x .< lowest)
}

/// `y += x`.
@inline(__always)
func addVector(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
  for i in 0..<count { y[i] += x[i] }
}

/// `x *= factor`.
@inline(__always)
func scaleVector(_ x: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
  for i in 0..<count { x[i] *= factor }
}

/// `Σ xᵢ yᵢ`, in four times eight running sums, because one alone would wait for itself.
@inline(__always)
func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
  var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var i = 0
  while i &+ 4 &* laneCount <= count {
    s0 = s0.addingProduct(load(x + i), load(y + i))
    s1 = s1.addingProduct(load(x + i + 8), load(y + i + 8))
    s2 = s2.addingProduct(load(x + i + 16), load(y + i + 16))
    s3 = s3.addingProduct(load(x + i + 24), load(y + i + 24))
    i &+= 4 &* laneCount
  }
  while i &+ laneCount <= count {
    s0 = s0.addingProduct(load(x + i), load(y + i))
    i &+= laneCount
  }
  if i < count {
    s1 = s1.addingProduct(load(x + i, first: count &- i), load(y + i, first: count &- i))
  }
  return horizontalSum((s0 + s1) + (s2 + s3))
}

/// The greatest of `count` floats, or −∞ of none.
@inline(__always)
func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
  let none = Lanes(repeating: -.infinity)
  var (m0, m1, m2, m3) = (none, none, none, none)
  var i = 0
  while i &+ 4 &* laneCount <= count {
    m0 = greater(m0, load(x + i))
    m1 = greater(m1, load(x + i + 8))
    m2 = greater(m2, load(x + i + 16))
    m3 = greater(m3, load(x + i + 24))
    i &+= 4 &* laneCount
  }
  while i &+ laneCount <= count {
    m0 = greater(m0, load(x + i))
    i &+= laneCount
  }
  if i < count { m1 = greater(m1, load(x + i, first: count &- i, filler: -.infinity)) }
  let m = greater(greater(m0, m1), greater(m2, m3))
  let half = m.lowHalf.replacing(with: m.highHalf, where: m.highHalf .> m.lowHalf)
  let pair = half.lowHalf.replacing(with: half.highHalf, where: half.highHalf .> half.lowHalf)
  return pair.x > pair.y ? pair.x : pair.y
}

/// Replaces every `x` by `e^(x − shift)` and returns the sum of the results.
///
/// The end of a row goes through the same polynomial as the rest, so that no value depends on where
/// the row ends.
///
/// - Parameter next: what will be read next, and is asked for meanwhile: eight floats for each, none
///   of which need exist.
@inline(__always)
func exponentiate(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int,
  asking next: UnsafePointer<Float>? = nil
) -> Float {
  count <= summedAtOnce
    ? exponentiateShort(x, shift: shift, count: count, asking: next)
    : exponentiateLong(x, shift: shift, count: count)
}

/// As many terms are summed in float32 before the sum is taken into a `Double`: over a million near-tied
/// scores, eight float32 sums were off by 6·10⁻⁴.
private let summedAtOnce = 1024

@inline(never)
private func exponentiateLong(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int
) -> Float {
  var sum = 0.0
  var start = 0
  while start < count {
    let part = min(summedAtOnce, count &- start)
    sum += Double(exponentiateShort(x + start, shift: shift, count: part))
    start &+= part
  }
  return Float(sum)
}

@inline(__always)
private func exponentiateShort(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int,
  asking next: UnsafePointer<Float>? = nil
) -> Float {
  let whole = wholeBlocks(count)
  let sum =
    if let next {
      exponentiateBlocks(x, shift: shift, count: whole, asking: next)
    } else {
      exponentiateBlocks(x, shift: shift, count: whole)
    }
  if whole == count { return sum }
  var end = load(x + whole, first: count &- whole, filler: -.infinity)
  let rest = withLanes(&end) { exponentiateBlocks($0, shift: shift, count: laneCount) }
  store(end, x + whole, first: count &- whole)
  return sum + rest
}

/// Out of line, so that the polynomial is compiled as one tight loop whatever surrounds the call.
@inline(never)
private func exponentiateBlocks(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int
) -> Float {
  exponentiateEach(x, shift: shift, count: count) { _ in }
}

/// The same, and asks meanwhile for what will be read next, eight floats for each. A loop of its own: as a
/// branch within the other one it made a token 3 % slower.
@inline(never)
private func exponentiateBlocks(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int, asking next: UnsafePointer<Float>
) -> Float {
  exponentiateEach(x, shift: shift, count: count) { i in
    for line in 0..<4 { prefetch_line(next + (8 &* i &+ 16 &* line)) }
  }
}

@inline(__always)
private func exponentiateEach(
  _ x: UnsafeMutablePointer<Float>, shift: Float, count: Int, _ before: (_ index: Int) -> Void
) -> Float {
  let shifts = Lanes(repeating: shift)
  var sum = Lanes.zero
  var i = 0
  while i < count {
    before(i)
    let value = exponential(load(x + i) - shifts)
    store(value, x + i)
    sum += value
    i &+= laneCount
  }
  return horizontalSum(sum)
}
