import COpenBLAS

/// Products of a few rows with a matrix, for decoding: one token, or one token for each of several
/// branches.
///
/// The matrix (weights, keys or values) is what has to come through the cache hierarchy, so it is
/// read in order and in place, where a general product would first copy it into panels. Every
/// element of the result is summed in an order that does not depend on the other rows: a row's
/// result is the same bit for bit, however many rows are computed beside it.
enum FewRowsProduct {
  /// Up to this many rows reading in place beats packing.
  static let most = 32
}

/// How many floats ahead of where it reads a product of one row asks for the matrix: two pages of 4 KiB.
///
/// What the processor fetches of its own accord ends at a page, and keeps too few lines on the way to
/// fill the time that the outer cache takes.
let readAhead = 2048

/// Sums of neighbouring lanes, those of `a` in the even lanes and those of `b` in the odd ones.
///
/// Shifts of pairs and masks rather than shuffles, which the compiler takes apart lane by lane.
@inline(__always)
private func neighbourSums(_ a: Lanes, _ b: Lanes) -> Lanes {
  let (a, b) = (unsafeBitCast(a, to: LanePairs.self), unsafeBitCast(b, to: LanePairs.self))
  let even = LanePairs(repeating: 0xFFFF_FFFF)
  let first = (a & even) | (b &<< 32)
  let second = (a &>> 32) | (b & (even &<< 32))
  return unsafeBitCast(first, to: Lanes.self) + unsafeBitCast(second, to: Lanes.self)
}

private typealias LanePairs = SIMD4<UInt64>

/// The sums of four vectors' lanes, each in the order of `laneSum`.
@inline(__always)
private func laneSums(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> SIMD4<Float> {
  let ab = neighbourSums(a, b)
  let cd = neighbourSums(c, d)
  let x = unsafeBitCast(ab.lowHalf + ab.highHalf, to: SIMD2<UInt64>.self)
  let y = unsafeBitCast(cd.lowHalf + cd.highHalf, to: SIMD2<UInt64>.self)
  return unsafeBitCast(SIMD2(x.x, y.x), to: SIMD4<Float>.self)
    + unsafeBitCast(SIMD2(x.y, y.y), to: SIMD4<Float>.self)
}

/// The sum of the lanes: neighbours first, then halves.
@inline(__always)
private func laneSum(_ v: Lanes) -> Float {
  let pairs = v.evenHalf + v.oddHalf
  let sums = pairs.lowHalf + pairs.highHalf
  return sums.x + sums.y
}

@inline(__always)
private func storeUnaligned(_ v: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: v, as: SIMD4<Float>.self)
}

@inline(__always)
private func loadUnaligned(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
}

/// `c = alpha · a · bᵀ (+ c)`, a `[m, k]`, b `[n, k]`, c `[m, n]`.
///
/// Each element is one chain of fused multiply-adds in eight lanes, then the lanes, then what is
/// left of `k` beyond whole blocks.
func fewRowsTimesTransposed(
  _ m: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int,
  _ b: UnsafePointer<Float>, _ ldb: Int, accumulate: Bool, _ c: UnsafeMutablePointer<Float>,
  _ ldc: Int
) {
  let inBlocks = k & ~(laneCount &- 1) == k ? n & ~3 : 0
  if m == 1 {
    oneRowByFour(inBlocks, k, alpha, a, b, ldb, accumulate, c)
  } else {
    var j = 0
    while j < inBlocks {
      // Four rows of the matrix stay in the nearest cache while all rows pass over them.
      var i = 0
      while i &+ 2 <= m {
        twoRowsByFour(
          k, alpha, a + i &* lda, lda, b + j &* ldb, ldb, accumulate, c + (i &* ldc &+ j), ldc)
        i &+= 2
      }
      if i < m {
        oneRowByFour(
          4, k, alpha, a + i &* lda, b + j &* ldb, ldb, accumulate, c + (i &* ldc &+ j))
      }
      j &+= 4
    }
  }
  for i in 0..<m {
    for j in inBlocks..<n {
      let sum = chain(a + i * lda, b + j * ldb, k)
      let target = c + (i * ldc + j)
      target.pointee = accumulate ? target.pointee + alpha * sum : alpha * sum
    }
  }
}

/// One element in the order of the blocked kernels.
@inline(never)
private func chain(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ k: Int) -> Float {
  var lanes = Lanes.zero
  var p = 0
  while p &+ laneCount <= k {
    lanes = lanes.addingProduct(load(x + p), load(y + p))
    p &+= laneCount
  }
  var sum = laneSum(lanes)
  while p < k {
    sum = sum.addingProduct(x[p], y[p])
    p &+= 1
  }
  return sum
}

/// A row with `count` rows of the matrix, `count` a multiple of 4, eight chains at a time. Where the rows
/// lie side by side, what comes next is asked for in time.
@inline(never)
private func oneRowByFour(
  _ count: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ ldb: Int, _ accumulate: Bool, _ c: UnsafeMutablePointer<Float>
) {
  let ahead = ldb == k ? readAhead : 0
  var j = 0
  while j < count {
    let pair = j &+ 8 <= count
    let b0 = b + j &* ldb
    let b4 = pair ? b0 + 4 &* ldb : b0
    var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (s4, s5, s6, s7) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var p = 0
    while p < k {
      let next = b0 + (ahead &+ 8 &* p)
      prefetch_line(next)
      prefetch_line(next + 16)
      prefetch_line(next + 32)
      prefetch_line(next + 48)
      let x = load(a + p)
      s0 = s0.addingProduct(x, load(b0 + p))
      s1 = s1.addingProduct(x, load(b0 + (ldb &+ p)))
      s2 = s2.addingProduct(x, load(b0 + (2 &* ldb &+ p)))
      s3 = s3.addingProduct(x, load(b0 + (3 &* ldb &+ p)))
      s4 = s4.addingProduct(x, load(b4 + p))
      s5 = s5.addingProduct(x, load(b4 + (ldb &+ p)))
      s6 = s6.addingProduct(x, load(b4 + (2 &* ldb &+ p)))
      s7 = s7.addingProduct(x, load(b4 + (3 &* ldb &+ p)))
      p &+= laneCount
    }
    put(laneSums(s0, s1, s2, s3), alpha, accumulate, c + j)
    if pair { put(laneSums(s4, s5, s6, s7), alpha, accumulate, c + (j &+ 4)) }
    j &+= pair ? 8 : 4
  }
}

/// Two rows with four rows of the matrix.
@inline(__always)
private func twoRowsByFour(
  _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>,
  _ ldb: Int, _ accumulate: Bool, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
) {
  var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var (t0, t1, t2, t3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var p = 0
  while p < k {
    let x = load(a + p)
    let y = load(a + (lda &+ p))
    let b0 = load(b + p)
    let b1 = load(b + (ldb &+ p))
    let b2 = load(b + (2 &* ldb &+ p))
    let b3 = load(b + (3 &* ldb &+ p))
    s0 = s0.addingProduct(x, b0)
    s1 = s1.addingProduct(x, b1)
    s2 = s2.addingProduct(x, b2)
    s3 = s3.addingProduct(x, b3)
    t0 = t0.addingProduct(y, b0)
    t1 = t1.addingProduct(y, b1)
    t2 = t2.addingProduct(y, b2)
    t3 = t3.addingProduct(y, b3)
    p &+= laneCount
  }
  put(laneSums(s0, s1, s2, s3), alpha, accumulate, c)
  put(laneSums(t0, t1, t2, t3), alpha, accumulate, c + ldc)
}

@inline(__always)
private func put(
  _ sums: SIMD4<Float>, _ alpha: Float, _ accumulate: Bool, _ c: UnsafeMutablePointer<Float>
) {
  let scaled = sums * alpha
  storeUnaligned(accumulate ? loadUnaligned(c) + scaled : scaled, c)
}
