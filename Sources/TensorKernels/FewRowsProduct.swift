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
/// What the processor fetches of its own accord ends at a page, and keeps too few lines in flight to
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

/// The sums of four vectors' lanes from vector `first` on, each in the order of `laneSum`.
@inline(__always)
private func laneSums<let count: Int>(
  _ vectors: InlineArray<count, Lanes>, from first: Int = 0
) -> SIMD4<Float> {
  let ab = neighbourSums(vectors[unchecked: first], vectors[unchecked: first &+ 1])
  let cd = neighbourSums(vectors[unchecked: first &+ 2], vectors[unchecked: first &+ 3])
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

/// `c = scale · a · bᵀ (+ c)`, a `[m, k]`, b `[n, k]`, c `[m, n]`.
///
/// Each element is one chain of fused multiply-adds in eight lanes, then the lanes, then what is
/// left of `k` beyond whole blocks.
func fewRowsTimesTransposed(
  m: Int, n: Int, k: Int, scale: Float, a: FloatRows, b: FloatRows, accumulate: Bool, c: FloatRows
) {
  let inBlocks = wholeBlocks(k) == k ? n & ~3 : 0
  if m == 1 {
    oneRowByFour(
      n: inBlocks, k: k, scale: scale, a: a.base, b: b, accumulate: accumulate, c: c.base)
  } else {
    var j = 0
    while j < inBlocks {
      // Four rows of the matrix stay in the nearest cache while all rows pass over them.
      let rows = b.from(row: j)
      var i = 0
      while i &+ 2 <= m {
        twoRowsByFour(
          k: k, scale: scale, a: a.from(row: i), b: rows, accumulate: accumulate,
          c: c.from(row: i, column: j))
        i &+= 2
      }
      if i < m {
        oneRowByFour(
          n: 4, k: k, scale: scale, a: a.from(row: i).base, b: rows, accumulate: accumulate,
          c: c.from(row: i, column: j).base)
      }
      j &+= 4
    }
  }
  for i in 0..<m {
    for j in inBlocks..<n {
      let sum = chain(a.from(row: i).base, b.from(row: j).base, count: k)
      let target = c.from(row: i, column: j).base
      target.pointee = accumulate ? target.pointee + scale * sum : scale * sum
    }
  }
}

/// One element in the order of the blocked kernels.
@inline(never)
private func chain(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
  var lanes = Lanes.zero
  var p = 0
  while p &+ laneCount <= count {
    lanes = lanes.addingProduct(load(x + p), load(y + p))
    p &+= laneCount
  }
  var sum = laneSum(lanes)
  while p < count {
    sum = sum.addingProduct(x[p], y[p])
    p &+= 1
  }
  return sum
}

/// A row with `n` rows of the matrix, `n` a multiple of 4, eight chains at a time. Where the rows
/// lie side by side, what comes next is asked for in time.
@inline(never)
private func oneRowByFour(
  n: Int, k: Int, scale: Float, a: UnsafePointer<Float>, b: FloatRows, accumulate: Bool,
  c: UnsafeMutablePointer<Float>
) {
  let stride = b.stride
  let ahead = stride == k ? readAhead : 0
  var j = 0
  while j < n {
    let isPair = j &+ 8 <= n
    let first = b.base + j &* stride
    let second = isPair ? first + 4 &* stride : first
    var sums = InlineArray<8, Lanes>(repeating: .zero)
    var p = 0
    while p < k {
      for line in 0..<4 { prefetch_line(first + (ahead &+ 8 &* p &+ 16 &* line)) }
      let x = load(a + p)
      for i in 0..<4 {
        let at = i &* stride &+ p
        sums[unchecked: i] = sums[unchecked: i].addingProduct(x, load(first + at))
        sums[unchecked: i &+ 4] = sums[unchecked: i &+ 4].addingProduct(x, load(second + at))
      }
      p &+= laneCount
    }
    put(laneSums(sums), scale: scale, accumulate: accumulate, c + j)
    if isPair {
      put(laneSums(sums, from: 4), scale: scale, accumulate: accumulate, c + (j &+ 4))
    }
    j &+= isPair ? 8 : 4
  }
}

/// Two rows with four rows of the matrix.
@inline(__always)
private func twoRowsByFour(
  k: Int, scale: Float, a: FloatRows, b: FloatRows, accumulate: Bool, c: FloatRows
) {
  var first = InlineArray<4, Lanes>(repeating: .zero)
  var second = first
  var p = 0
  while p < k {
    let x = load(a.base + p)
    let y = load(a.base + (a.stride &+ p))
    for i in 0..<4 {
      let row = load(b.base + (i &* b.stride &+ p))
      first[unchecked: i] = first[unchecked: i].addingProduct(x, row)
      second[unchecked: i] = second[unchecked: i].addingProduct(y, row)
    }
    p &+= laneCount
  }
  put(laneSums(first), scale: scale, accumulate: accumulate, c.base)
  put(laneSums(second), scale: scale, accumulate: accumulate, c.base + c.stride)
}

@inline(__always)
private func put(
  _ sums: SIMD4<Float>, scale: Float, accumulate: Bool, _ c: UnsafeMutablePointer<Float>
) {
  let raw = UnsafeMutableRawPointer(c)
  let scaled = sums * scale
  raw.storeBytes(
    of: accumulate ? raw.loadUnaligned(as: SIMD4<Float>.self) + scaled : scaled,
    as: SIMD4<Float>.self)
}
