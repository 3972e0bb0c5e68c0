import COpenBLAS

/// Rows of the matrix whose products are summed in registers before they go to memory: long sums
/// keep their accuracy, because only sums of this many are added one to the other.
let summedInRegisters = 64

/// What becomes of the result that is there already.
private enum Earlier {
  case overwritten
  /// The new sum is added to it when it is complete.
  case added
  /// The new sum goes on from it, as if the products before had been part of it.
  case continued
}

/// `c = scale · a · b (+ c)`, a `[m, k]`, b `[k, n]`, c `[m, n]`.
///
/// Each element is one chain of fused multiply-adds over a stretch of rows of the matrix, in order.
func fewRowsTimes(
  m: Int, n: Int, k: Int, scale: Float = 1, a: FloatRows, b: FloatRows, accumulate: Bool,
  c: FloatRows
) {
  var start = 0
  if m == 1 && k >= 2 * summedInRegisters {
    start = oneRowInPairs(
      n: n, k: k, scale: scale, a: a.base, b: b, accumulate ? .added : .overwritten, c: c.base)
    if start == k { return }
  }
  repeat {
    let count = min(summedInRegisters, k - start)
    let earlier = accumulate || start > 0 ? Earlier.added : .overwritten
    let stretch = b.from(row: start)
    var i = 0
    while i < m {
      let (left, target) = (a.from(row: i, column: start), c.from(row: i))
      if i + 4 <= m {
        fourRows(n: n, k: count, scale: scale, a: left, b: stretch, earlier, c: target)
        i += 4
      } else {
        oneRow(n: n, k: count, scale: scale, a: left.base, b: stretch, earlier, c: target.base)
        i += 1
      }
    }
    start += summedInRegisters
  } while start < k
}

@inline(__always)
private func put(
  _ sum: Lanes, scale: Float, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>
) {
  let scaled = sum * scale
  store(earlier == .added ? load(c) + scaled : scaled, c)
}

@inline(__always)
private func first(_ earlier: Earlier, _ c: UnsafePointer<Float>) -> Lanes {
  earlier == .continued ? load(c) : Lanes.zero
}

/// Continues the sums in c `[n]` by `a · b`, a `[k]`, b `[k, n]`, as if the products before had been
/// part of them.
func continueRow(
  n: Int, k: Int, a: UnsafePointer<Float>, b: FloatRows, c: UnsafeMutablePointer<Float>
) {
  oneRow(n: n, k: k, scale: 1, a: a, b: b, .continued, c: c)
}

/// What is left of a row's columns beyond whole blocks, from `first` on.
@inline(never)
private func restOfRow(
  from first: Int, n: Int, k: Int, scale: Float, a: UnsafePointer<Float>, b: FloatRows,
  _ earlier: Earlier, c: UnsafeMutablePointer<Float>
) {
  for column in first..<n {
    var sum: Float = earlier == .continued ? c[column] : 0
    for p in 0..<k { sum = sum.addingProduct(a[p], b.base[p &* b.stride &+ column]) }
    c[column] = earlier == .added ? c[column] + sum * scale : sum * scale
  }
}

@inline(never)
private func oneRow(
  n: Int, k: Int, scale: Float, a: UnsafePointer<Float>, b: FloatRows, _ earlier: Earlier,
  c: UnsafeMutablePointer<Float>
) {
  // The next stretch of rows is asked for while this one is summed.
  let ahead = summedInRegisters &* b.stride
  var column = 0
  while column &+ 4 &* laneCount <= n {
    let at = c + column
    var sums = InlineArray<4, Lanes>(repeating: .zero)
    for i in 0..<4 { sums[unchecked: i] = first(earlier, at + 8 &* i) }
    var row = b.base + column
    for p in 0..<k {
      prefetch_line(row + ahead)
      prefetch_line(row + (ahead &+ 16))
      let x = Lanes(repeating: a[p])
      for i in 0..<4 {
        sums[unchecked: i] = sums[unchecked: i].addingProduct(x, load(row + 8 &* i))
      }
      row += b.stride
    }
    for i in 0..<4 { put(sums[unchecked: i], scale: scale, earlier, at + 8 &* i) }
    column &+= 4 &* laneCount
  }
  while column &+ laneCount <= n {
    var sum = first(earlier, c + column)
    var row = b.base + column
    for p in 0..<k {
      sum = sum.addingProduct(Lanes(repeating: a[p]), load(row))
      row += b.stride
    }
    put(sum, scale: scale, earlier, c + column)
    column &+= laneCount
  }
  if column < n { restOfRow(from: column, n: n, k: k, scale: scale, a: a, b: b, earlier, c: c) }
}

/// A row with as many pairs of stretches as `k` rows of the matrix hold, the two of a pair side by side.
///
/// A chain of multiply-adds waits for itself at every link, and the chains of two stretches fill each
/// other's time. Each stretch is summed and added by itself, so that no bit differs from `oneRow`.
///
/// - Returns: how many rows of the matrix those are.
@inline(never)
private func oneRowInPairs(
  n: Int, k: Int, scale: Float, a: UnsafePointer<Float>, b: FloatRows, _ earlier: Earlier,
  c: UnsafeMutablePointer<Float>
) -> Int {
  let next = summedInRegisters &* b.stride
  var start = 0
  while start &+ 2 &* summedInRegisters <= k {
    let earlier = start == 0 ? earlier : .added
    let (x, y) = (a + start, a + (start &+ summedInRegisters))
    var column = 0
    while column &+ 4 &* laneCount <= n {
      var sums = InlineArray<4, Lanes>(repeating: .zero)
      var others = sums
      var row = b.base + (start &* b.stride &+ column)
      for p in 0..<summedInRegisters {
        let other = row + next
        // The next pair is asked for while this one is summed.
        prefetch_line(other + next)
        prefetch_line(other + (next &+ 16))
        prefetch_line(other + 2 &* next)
        prefetch_line(other + (2 &* next &+ 16))
        let first = Lanes(repeating: x[p])
        let second = Lanes(repeating: y[p])
        for i in 0..<4 {
          sums[unchecked: i] = sums[unchecked: i].addingProduct(first, load(row + 8 &* i))
          others[unchecked: i] = others[unchecked: i].addingProduct(second, load(other + 8 &* i))
        }
        row += b.stride
      }
      for i in 0..<4 {
        let at = c + (column &+ 8 &* i)
        put(sums[unchecked: i], scale: scale, earlier, at)
        put(others[unchecked: i], scale: scale, .added, at)
      }
      column &+= 4 &* laneCount
    }
    if column < n {
      let (rest, target) = (b.from(row: start, column: column), c + column)
      let (width, height) = (n &- column, summedInRegisters)
      oneRow(n: width, k: height, scale: scale, a: x, b: rest, earlier, c: target)
      oneRow(
        n: width, k: height, scale: scale, a: y, b: rest.from(row: height), .added, c: target)
    }
    start &+= 2 &* summedInRegisters
  }
  return start
}

@inline(never)
private func fourRows(
  n: Int, k: Int, scale: Float, a: FloatRows, b: FloatRows, _ earlier: Earlier, c: FloatRows
) {
  var column = 0
  while column &+ 2 &* laneCount <= n {
    var low = InlineArray<4, Lanes>(repeating: .zero)
    var high = low
    var row = b.base + column
    for p in 0..<k {
      let (x, y) = (load(row), load(row + 8))
      for i in 0..<4 {
        let factor = Lanes(repeating: a.base[i &* a.stride &+ p])
        low[unchecked: i] = low[unchecked: i].addingProduct(factor, x)
        high[unchecked: i] = high[unchecked: i].addingProduct(factor, y)
      }
      row += b.stride
    }
    for i in 0..<4 {
      let at = c.from(row: i, column: column).base
      put(low[unchecked: i], scale: scale, earlier, at)
      put(high[unchecked: i], scale: scale, earlier, at + 8)
    }
    column &+= 2 &* laneCount
  }
  for i in 0..<4 where column < n {
    oneRow(
      n: n - column, k: k, scale: scale, a: a.from(row: i).base, b: b.from(column: column),
      earlier, c: c.from(row: i, column: column).base)
  }
}
