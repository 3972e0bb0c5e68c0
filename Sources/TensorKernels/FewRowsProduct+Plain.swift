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

/// `c = alpha · a · b (+ c)`, a `[m, k]`, b `[k, n]`, c `[m, n]`.
///
/// Each element is one chain of fused multiply-adds over a stretch of rows of the matrix, in order.
func fewRowsTimes(
  _ m: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int,
  _ b: UnsafePointer<Float>, _ ldb: Int, accumulate: Bool, _ c: UnsafeMutablePointer<Float>,
  _ ldc: Int
) {
  var start = 0
  if m == 1 && k >= 2 * summedInRegisters {
    start = oneRowInPairs(n, k, alpha, a, b, ldb, accumulate ? .added : .overwritten, c)
    if start == k { return }
  }
  repeat {
    let count = min(summedInRegisters, k - start)
    let earlier = accumulate || start > 0 ? Earlier.added : .overwritten
    var i = 0
    while i < m {
      let four = i + 4 <= m
      if four {
        fourRows(
          n, count, alpha, a + (i * lda + start), lda, b + start * ldb, ldb, earlier, c + i * ldc,
          ldc)
      } else {
        oneRow(n, count, alpha, a + (i * lda + start), b + start * ldb, ldb, earlier, c + i * ldc)
      }
      i += four ? 4 : 1
    }
    start += summedInRegisters
  } while start < k
}

@inline(__always)
private func put(
  _ sum: Lanes, _ alpha: Float, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>
) {
  let scaled = sum * alpha
  store(earlier == .added ? load(c) + scaled : scaled, c)
}

@inline(__always)
private func first(_ earlier: Earlier, _ c: UnsafePointer<Float>) -> Lanes {
  earlier == .continued ? load(c) : Lanes.zero
}

/// Continues the sums in c `[n]` by `a · b`, a `[k]`, b `[k, n]`, as if the products before had been
/// part of them.
func continueRow(
  _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ ldb: Int,
  _ c: UnsafeMutablePointer<Float>
) {
  oneRow(n, k, 1, a, b, ldb, .continued, c)
}

/// What is left of a row's columns beyond whole blocks, from `first` on.
@inline(never)
private func restOfRow(
  _ first: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>,
  _ b: UnsafePointer<Float>, _ ldb: Int, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>
) {
  for column in first..<n {
    var sum: Float = earlier == .continued ? c[column] : 0
    for p in 0..<k { sum = sum.addingProduct(a[p], b[p &* ldb &+ column]) }
    c[column] = earlier == .added ? c[column] + sum * alpha : sum * alpha
  }
}

@inline(never)
private func oneRow(
  _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ ldb: Int, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>
) {
  // The next stretch of rows is asked for while this one is summed.
  let ahead = summedInRegisters &* ldb
  var column = 0
  while column &+ 4 &* laneCount <= n {
    let at = c + column
    var (s0, s1) = (first(earlier, at), first(earlier, at + 8))
    var (s2, s3) = (first(earlier, at + 16), first(earlier, at + 24))
    var row = b + column
    for p in 0..<k {
      prefetch_line(row + ahead)
      prefetch_line(row + (ahead &+ 16))
      let x = Lanes(repeating: a[p])
      s0 = s0.addingProduct(x, load(row))
      s1 = s1.addingProduct(x, load(row + 8))
      s2 = s2.addingProduct(x, load(row + 16))
      s3 = s3.addingProduct(x, load(row + 24))
      row += ldb
    }
    put(s0, alpha, earlier, at)
    put(s1, alpha, earlier, at + 8)
    put(s2, alpha, earlier, at + 16)
    put(s3, alpha, earlier, at + 24)
    column &+= 4 &* laneCount
  }
  while column &+ laneCount <= n {
    var sum = first(earlier, c + column)
    var row = b + column
    for p in 0..<k {
      sum = sum.addingProduct(Lanes(repeating: a[p]), load(row))
      row += ldb
    }
    put(sum, alpha, earlier, c + column)
    column &+= laneCount
  }
  if column < n { restOfRow(column, n, k, alpha, a, b, ldb, earlier, c) }
}

/// A row with as many pairs of stretches as `k` rows of the matrix hold, the two of a pair side by side.
///
/// A chain of multiply-adds waits for itself at every link, and the chains of two stretches fill each
/// other's time. Each stretch is summed and added by itself, so that no bit differs from `oneRow`.
///
/// - Returns: how many rows of the matrix those are.
@inline(never)
private func oneRowInPairs(
  _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ ldb: Int, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>
) -> Int {
  let next = summedInRegisters &* ldb
  var start = 0
  while start &+ 2 &* summedInRegisters <= k {
    let earlier = start == 0 ? earlier : .added
    let (x, y) = (a + start, a + (start &+ summedInRegisters))
    let rows = b + start &* ldb
    var column = 0
    while column &+ 4 &* laneCount <= n {
      var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      var (t0, t1, t2, t3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      var row = rows + column
      for p in 0..<summedInRegisters {
        let other = row + next
        // The next pair is asked for while this one is summed.
        prefetch_line(other + next)
        prefetch_line(other + (next &+ 16))
        prefetch_line(other + 2 &* next)
        prefetch_line(other + (2 &* next &+ 16))
        let first = Lanes(repeating: x[p])
        let second = Lanes(repeating: y[p])
        s0 = s0.addingProduct(first, load(row))
        t0 = t0.addingProduct(second, load(other))
        s1 = s1.addingProduct(first, load(row + 8))
        t1 = t1.addingProduct(second, load(other + 8))
        s2 = s2.addingProduct(first, load(row + 16))
        t2 = t2.addingProduct(second, load(other + 16))
        s3 = s3.addingProduct(first, load(row + 24))
        t3 = t3.addingProduct(second, load(other + 24))
        row += ldb
      }
      let at = c + column
      put(s0, alpha, earlier, at)
      put(t0, alpha, .added, at)
      put(s1, alpha, earlier, at + 8)
      put(t1, alpha, .added, at + 8)
      put(s2, alpha, earlier, at + 16)
      put(t2, alpha, .added, at + 16)
      put(s3, alpha, earlier, at + 24)
      put(t3, alpha, .added, at + 24)
      column &+= 4 &* laneCount
    }
    if column < n {
      let (rest, target) = (rows + column, c + column)
      oneRow(n &- column, summedInRegisters, alpha, x, rest, ldb, earlier, target)
      oneRow(n &- column, summedInRegisters, alpha, y, rest + next, ldb, .added, target)
    }
    start &+= 2 &* summedInRegisters
  }
  return start
}

@inline(never)
private func fourRows(
  _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int,
  _ b: UnsafePointer<Float>, _ ldb: Int, _ earlier: Earlier, _ c: UnsafeMutablePointer<Float>,
  _ ldc: Int
) {
  let (a1, a2, a3) = (a + lda, a + 2 * lda, a + 3 * lda)
  let (c1, c2, c3) = (c + ldc, c + 2 * ldc, c + 3 * ldc)
  var column = 0
  while column &+ 2 &* laneCount <= n {
    var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (t0, t1, t2, t3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var row = b + column
    for p in 0..<k {
      let low = load(row)
      let high = load(row + 8)
      let x0 = Lanes(repeating: a[p])
      let x1 = Lanes(repeating: a1[p])
      let x2 = Lanes(repeating: a2[p])
      let x3 = Lanes(repeating: a3[p])
      s0 = s0.addingProduct(x0, low)
      t0 = t0.addingProduct(x0, high)
      s1 = s1.addingProduct(x1, low)
      t1 = t1.addingProduct(x1, high)
      s2 = s2.addingProduct(x2, low)
      t2 = t2.addingProduct(x2, high)
      s3 = s3.addingProduct(x3, low)
      t3 = t3.addingProduct(x3, high)
      row += ldb
    }
    put(s0, alpha, earlier, c + column)
    put(t0, alpha, earlier, c + (column &+ 8))
    put(s1, alpha, earlier, c1 + column)
    put(t1, alpha, earlier, c1 + (column &+ 8))
    put(s2, alpha, earlier, c2 + column)
    put(t2, alpha, earlier, c2 + (column &+ 8))
    put(s3, alpha, earlier, c3 + column)
    put(t3, alpha, earlier, c3 + (column &+ 8))
    column &+= 2 &* laneCount
  }
  for i in 0..<4 where column < n {
    oneRow(
      n - column, k, alpha, a + i * lda, b + column, ldb, earlier, c + (i * ldc + column))
  }
}
