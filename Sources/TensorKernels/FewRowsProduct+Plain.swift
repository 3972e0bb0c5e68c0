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
