/// A few rows of floats, put in order for products with bfloat16 weights that are widened in registers.
///
/// Eight words of 32 bits hold sixteen weights: shifted left they are the eight even ones as floats, and
/// masked the odd ones. So the rows' numbers are put in that order once, the even ones of every sixteen
/// before the odd ones, and nothing has to be shuffled. Every element of a product is summed in an order
/// that does not depend on the other rows.
struct BFloat16Rows: Sendable {
  private let ordered: FloatStorage
  private let rows: Int
  private let columns: Int

  init(_ a: MatrixView) {
    rows = a.rows
    columns = a.columns
    ordered = FloatStorage(count: a.rows * a.columns)
    let whole = columns & ~15
    for row in 0..<rows {
      let source = a.base + row * a.stride
      let target = ordered.base + row * columns
      for block in Swift.stride(from: 0, to: whole, by: 16) {
        for lane in 0..<8 {
          target[block &+ lane] = source[block &+ 2 &* lane]
          target[block &+ 8 &+ lane] = source[block &+ 2 &* lane &+ 1]
        }
      }
      for index in whole..<columns { target[index] = source[index] }
    }
  }

  /// `c = a · wᵀ (+ c)`, w `[c.columns, columns]`.
  func timesTransposed(_ w: UnsafePointer<UInt16>, into c: MatrixView, accumulate: Bool) {
    let n = c.columns
    let a = UnsafePointer(ordered.base)
    let k = columns
    var j = 0
    if rows == 1 {
      while j &+ 8 <= n {
        eightOfOneRow(k, a, w + j &* k, accumulate, c.base + j)
        j &+= 8
      }
    } else {
      while j &+ 4 <= n {
        // Four rows of weights stay near while all rows pass over them.
        var i = 0
        while i &+ 2 <= rows {
          fourOfTwoRows(
            k, a + i &* k, w + j &* k, accumulate, c.base + (i &* c.stride &+ j), c.stride)
          i &+= 2
        }
        if i < rows {
          for p in 0..<4 {
            oneElement(
              k, a + i &* k, w + (j &+ p) &* k, accumulate, c.base + (i &* c.stride &+ j &+ p))
          }
        }
        j &+= 4
      }
    }
    while j < n {
      for i in 0..<rows {
        oneElement(k, a + i &* k, w + j &* k, accumulate, c.base + (i &* c.stride &+ j))
      }
      j &+= 1
    }
    withExtendedLifetime(ordered) {}
  }
}

/// Adds sixteen products to eight running sums.
@inline(__always)
private func step(
  _ sums: inout Lanes, _ even: Lanes, _ odd: Lanes, _ weights: UnsafePointer<UInt16>
) {
  let words = UnsafeRawPointer(weights).loadUnaligned(as: SIMD8<UInt32>.self)
  sums = sums.addingProduct(even, unsafeBitCast(words &<< 16, to: Lanes.self))
  sums = sums.addingProduct(
    odd, unsafeBitCast(words & SIMD8(repeating: 0xFFFF_0000), to: Lanes.self))
}

/// Adds what is left of a row beyond whole blocks to the lanes' sum, and puts the result in its place.
@inline(__always)
private func finish(
  _ sums: Lanes, _ k: Int, _ a: UnsafePointer<Float>, _ w: UnsafePointer<UInt16>,
  _ accumulate: Bool, _ c: UnsafeMutablePointer<Float>
) {
  var sum = horizontalSum(sums)
  var p = k & ~15
  while p < k {
    sum = sum.addingProduct(a[p], Float(bitPattern: UInt32(w[p]) &<< 16))
    p &+= 1
  }
  c.pointee = accumulate ? c.pointee + sum : sum
}

@inline(never)
private func oneElement(
  _ k: Int, _ a: UnsafePointer<Float>, _ w: UnsafePointer<UInt16>, _ accumulate: Bool,
  _ c: UnsafeMutablePointer<Float>
) {
  var sums = Lanes.zero
  var p = 0
  let whole = k & ~15
  while p < whole {
    step(&sums, load(a + p), load(a + p + 8), w + p)
    p &+= 16
  }
  finish(sums, k, a, w, accumulate, c)
}

/// Eight neighbouring elements of one row's product, eight chains at a time.
@inline(never)
private func eightOfOneRow(
  _ k: Int, _ a: UnsafePointer<Float>, _ w: UnsafePointer<UInt16>, _ accumulate: Bool,
  _ c: UnsafeMutablePointer<Float>
) {
  var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var (s4, s5, s6, s7) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  let (w1, w2, w3) = (w + k, w + 2 &* k, w + 3 &* k)
  let (w4, w5, w6, w7) = (w + 4 &* k, w + 5 &* k, w + 6 &* k, w + 7 &* k)
  var p = 0
  let whole = k & ~15
  while p < whole {
    let even = load(a + p)
    let odd = load(a + p + 8)
    step(&s0, even, odd, w + p)
    step(&s1, even, odd, w1 + p)
    step(&s2, even, odd, w2 + p)
    step(&s3, even, odd, w3 + p)
    step(&s4, even, odd, w4 + p)
    step(&s5, even, odd, w5 + p)
    step(&s6, even, odd, w6 + p)
    step(&s7, even, odd, w7 + p)
    p &+= 16
  }
  finish(s0, k, a, w, accumulate, c)
  finish(s1, k, a, w1, accumulate, c + 1)
  finish(s2, k, a, w2, accumulate, c + 2)
  finish(s3, k, a, w3, accumulate, c + 3)
  finish(s4, k, a, w4, accumulate, c + 4)
  finish(s5, k, a, w5, accumulate, c + 5)
  finish(s6, k, a, w6, accumulate, c + 6)
  finish(s7, k, a, w7, accumulate, c + 7)
}

/// Four neighbouring elements of the products of two rows.
@inline(never)
private func fourOfTwoRows(
  _ k: Int, _ a: UnsafePointer<Float>, _ w: UnsafePointer<UInt16>, _ accumulate: Bool,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int
) {
  var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var (t0, t1, t2, t3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  let b = a + k
  let (w1, w2, w3) = (w + k, w + 2 &* k, w + 3 &* k)
  var p = 0
  let whole = k & ~15
  while p < whole {
    let (even, odd) = (load(a + p), load(a + p + 8))
    let (evenB, oddB) = (load(b + p), load(b + p + 8))
    step(&s0, even, odd, w + p)
    step(&s1, even, odd, w1 + p)
    step(&s2, even, odd, w2 + p)
    step(&s3, even, odd, w3 + p)
    step(&t0, evenB, oddB, w + p)
    step(&t1, evenB, oddB, w1 + p)
    step(&t2, evenB, oddB, w2 + p)
    step(&t3, evenB, oddB, w3 + p)
    p &+= 16
  }
  finish(s0, k, a, w, accumulate, c)
  finish(s1, k, a, w1, accumulate, c + 1)
  finish(s2, k, a, w2, accumulate, c + 2)
  finish(s3, k, a, w3, accumulate, c + 3)
  let d = c + ldc
  finish(t0, k, b, w, accumulate, d)
  finish(t1, k, b, w1, accumulate, d + 1)
  finish(t2, k, b, w2, accumulate, d + 2)
  finish(t3, k, b, w3, accumulate, d + 3)
}
