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
    let a = FloatRows(base: ordered.base, stride: columns)
    let c = FloatRows(c)
    let k = columns
    var j = 0
    if rows == 1 {
      while j &+ 8 <= n {
        eightOfOneRow(k: k, a: a.base, w: w + j &* k, accumulate: accumulate, c: c.base + j)
        j &+= 8
      }
    } else {
      while j &+ 4 <= n {
        // Four rows of weights stay near while all rows pass over them.
        var i = 0
        while i &+ 2 <= rows {
          fourOfTwoRows(
            k: k, a: a.from(row: i), w: w + j &* k, accumulate: accumulate,
            c: c.from(row: i, column: j))
          i &+= 2
        }
        for p in 0..<(i < rows ? 4 : 0) {
          oneElement(
            k: k, a: a.from(row: i).base, w: w + (j &+ p) &* k, accumulate: accumulate,
            c: c.from(row: i, column: j &+ p).base)
        }
        j &+= 4
      }
    }
    while j < n {
      for i in 0..<rows {
        oneElement(
          k: k, a: a.from(row: i).base, w: w + j &* k, accumulate: accumulate,
          c: c.from(row: i, column: j).base)
      }
      j &+= 1
    }
    withExtendedLifetime(ordered) {}
  }
}

/// Adds sixteen products to eight running sums.
@inline(__always)
private func step(
  _ sums: inout Lanes, even: Lanes, odd: Lanes, weights: UnsafePointer<UInt16>
) {
  let words = UnsafeRawPointer(weights).loadUnaligned(as: SIMD8<UInt32>.self)
  sums = sums.addingProduct(even, unsafeBitCast(words &<< 16, to: Lanes.self))
  sums = sums.addingProduct(
    odd, unsafeBitCast(words & SIMD8(repeating: 0xFFFF_0000), to: Lanes.self))
}

/// Adds what is left of a row beyond whole blocks to the lanes' sum, and puts the result in its place.
@inline(__always)
private func finish(
  _ sums: Lanes, k: Int, a: UnsafePointer<Float>, w: UnsafePointer<UInt16>, accumulate: Bool,
  c: UnsafeMutablePointer<Float>
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
  k: Int, a: UnsafePointer<Float>, w: UnsafePointer<UInt16>, accumulate: Bool,
  c: UnsafeMutablePointer<Float>
) {
  var sums = Lanes.zero
  var p = 0
  let whole = k & ~15
  while p < whole {
    step(&sums, even: load(a + p), odd: load(a + p + 8), weights: w + p)
    p &+= 16
  }
  finish(sums, k: k, a: a, w: w, accumulate: accumulate, c: c)
}

/// Eight neighbouring elements of one row's product, eight chains at a time.
@inline(never)
private func eightOfOneRow(
  k: Int, a: UnsafePointer<Float>, w: UnsafePointer<UInt16>, accumulate: Bool,
  c: UnsafeMutablePointer<Float>
) {
  var sums = InlineArray<8, Lanes>(repeating: .zero)
  var p = 0
  let whole = k & ~15
  while p < whole {
    let even = load(a + p)
    let odd = load(a + p + 8)
    for i in 0..<8 {
      step(&sums[unchecked: i], even: even, odd: odd, weights: w + (i &* k &+ p))
    }
    p &+= 16
  }
  for i in 0..<8 {
    finish(sums[unchecked: i], k: k, a: a, w: w + i &* k, accumulate: accumulate, c: c + i)
  }
}

/// Four neighbouring elements of the products of two rows.
@inline(never)
private func fourOfTwoRows(
  k: Int, a: FloatRows, w: UnsafePointer<UInt16>, accumulate: Bool, c: FloatRows
) {
  let (first, second) = (a.base, a.from(row: 1).base)
  var sums = InlineArray<4, Lanes>(repeating: .zero)
  var others = sums
  var p = 0
  let whole = k & ~15
  while p < whole {
    let (even, odd) = (load(first + p), load(first + p + 8))
    let (otherEven, otherOdd) = (load(second + p), load(second + p + 8))
    for i in 0..<4 {
      let weights = w + (i &* k &+ p)
      step(&sums[unchecked: i], even: even, odd: odd, weights: weights)
      step(&others[unchecked: i], even: otherEven, odd: otherOdd, weights: weights)
    }
    p &+= 16
  }
  for i in 0..<4 {
    let row = w + i &* k
    finish(sums[unchecked: i], k: k, a: first, w: row, accumulate: accumulate, c: c.base + i)
    finish(
      others[unchecked: i], k: k, a: second, w: row, accumulate: accumulate,
      c: c.base + (c.stride &+ i))
  }
}
