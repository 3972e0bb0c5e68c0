import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel, .slow)) struct MatrixProductTests {
  /// Rows of the result, columns of the result, length of the inner product.
  static let shapes = [
    (1, 1, 1), (1, 7, 5), (1, 64, 33), (5, 1, 9), (2, 3, 1), (17, 13, 11), (64, 65, 63),
    (33, 128, 257), (3, 5, 1000),
    // A few rows have kernels of their own, which take rows, columns and sums in blocks.
    (1, 33, 64), (2, 7, 16), (3, 10, 24), (4, 20, 8), (5, 17, 40), (6, 12, 33), (8, 513, 32),
    (8, 32, 513), (15, 64, 1030), (16, 31, 600), (16, 45, 72),
  ]

  /// Runs one of the three products on matrices with gaps between their rows.
  private func check(
    _ m: Int, _ n: Int, _ k: Int, aShape: (Int, Int), bShape: (Int, Int), gap: Int, scale: Float,
    accumulate: Bool, product: (MatrixView, MatrixView, MatrixView, Tally) -> Void,
    left: (DoubleMatrix) -> DoubleMatrix, right: (DoubleMatrix) -> DoubleMatrix
  ) {
    var stream = RandomStream(seed: 1, label: "product").child(m).child(n).child(k)
    let aValues = stream.normals(m * k)
    let bValues = stream.normals(n * k)
    let cValues = stream.normals(m * n)
    let a = OwnedMatrix(rows: aShape.0, columns: aShape.1, gap: gap, aValues)
    let b = OwnedMatrix(rows: bShape.0, columns: bShape.1, gap: gap, bValues)
    // Without accumulation the result holds NaN beforehand, which must not survive.
    let c = OwnedMatrix(rows: m, columns: n, gap: gap, accumulate ? cValues : nil)
    let tally = Tally()
    product(a.view, b.view, c.view, tally)

    let leftRows = left(DoubleMatrix(rows: aShape.0, columns: aShape.1, aValues))
    let rightRows = right(DoubleMatrix(rows: bShape.0, columns: bShape.1, bValues))
    var expected = leftRows.times(transposed: rightRows).values.map { Double(scale) * $0 }
    // Each element is a sum of k products: its error is bounded by those products' magnitudes.
    let magnitudes = DoubleMatrix(rows: m, columns: k, leftRows.values.map(abs))
      .times(transposed: DoubleMatrix(rows: n, columns: k, rightRows.values.map(abs))).values
    if accumulate { expected = zip(expected, cValues).map { $0 + Double($1) } }
    let result = c.view.array
    for i in 0..<m * n {
      let bound =
        Double(k + 2) * Double(Float.ulpOfOne)
        * (Double(abs(scale)) * magnitudes[i] + (accumulate ? Double(abs(cValues[i])) : 0))
      #expect(abs(Double(result[i]) - expected[i]) <= bound, "\(m)×\(n)×\(k), element \(i)")
    }
    #expect(a.gapsAreUntouched && b.gapsAreUntouched && c.gapsAreUntouched)
    #expect(tally.multiplyAdds == m * n * k)
    #expect(tally.flops == 2 * m * n * k)
  }

  @Test(arguments: shapes, [0, 6])
  func productWithTransposed(_ shape: (m: Int, n: Int, k: Int), gap: Int) {
    let (m, n, k) = shape
    for (scale, accumulate) in [(Float(1), false), (0.37, true)] {
      check(
        m, n, k, aShape: (m, k), bShape: (n, k), gap: gap, scale: scale, accumulate: accumulate,
        product: {
          MatrixProduct.timesTransposed(
            $0, $1, into: $2, scale: scale, accumulate: accumulate, tally: $3)
        }, left: { $0 }, right: { $0 })
    }
  }

  @Test(arguments: shapes, [0, 6])
  func plainProduct(_ shape: (m: Int, n: Int, k: Int), gap: Int) {
    let (m, n, k) = shape
    for (scale, accumulate) in [(Float(1), false), (-1.5, true)] {
      check(
        m, n, k, aShape: (m, k), bShape: (k, n), gap: gap, scale: scale, accumulate: accumulate,
        product: {
          MatrixProduct.times($0, $1, into: $2, scale: scale, accumulate: accumulate, tally: $3)
        }, left: { $0 }, right: \.transposed)
    }
  }

  @Test(arguments: shapes, [0, 6])
  func transposedProduct(_ shape: (m: Int, n: Int, k: Int), gap: Int) {
    let (m, n, k) = shape
    for (scale, accumulate) in [(Float(1), false), (2.25, true)] {
      check(
        m, n, k, aShape: (k, m), bShape: (k, n), gap: gap, scale: scale, accumulate: accumulate,
        product: {
          MatrixProduct.transposedTimes(
            $0, $1, into: $2, scale: scale, accumulate: accumulate, tally: $3)
        }, left: \.transposed, right: \.transposed)
    }
  }

  /// Query-only training swaps weights and cuts matrices into blocks of rows: a row's product must
  /// not depend on the contents of its neighbours.
  @Test func rowsDoNotSeeEachOther() {
    var stream = RandomStream(seed: 2, label: "rows")
    let a = OwnedMatrix(rows: 70, columns: 48, stream.normals(70 * 48))
    let b = OwnedMatrix(rows: 96, columns: 48, stream.normals(96 * 48))
    let before = OwnedMatrix(rows: 70, columns: 96)
    let after = OwnedMatrix(rows: 70, columns: 96)
    MatrixProduct.timesTransposed(a.view, b.view, into: before.view, tally: nil)
    for column in 0..<48 { a.view[40, column] = Float(stream.normal()) }
    MatrixProduct.timesTransposed(a.view, b.view, into: after.view, tally: nil)
    for range in [0..<40, 41..<70] {
      #expect(sameBits(before.view.rows(range).array, after.view.rows(range).array))
    }
    #expect(!sameBits(before.view.rows(40..<41).array, after.view.rows(40..<41).array))
  }

  /// Decoding several branches together must not change any of them.
  @Test(arguments: [(64, 40), (27, 32), (32, 700), (50, 13), (75, 300)])
  func aFewRowsAreTheSameAloneAndTogether(_ shape: (n: Int, k: Int)) {
    let (n, k) = shape
    var stream = RandomStream(seed: 3, label: "few rows").child(n)
    let a = OwnedMatrix(rows: 32, columns: k, gap: 2, stream.normals(32 * k))
    let rows = OwnedMatrix(rows: n, columns: k, gap: 4, stream.normals(n * k))
    let columns = OwnedMatrix(rows: k, columns: n, gap: 4, stream.normals(n * k))
    for m in 1...32 {
      let together = OwnedMatrix(rows: 2 * m, columns: n)
      let alone = OwnedMatrix(rows: 2 * m, columns: n)
      let first = a.view.rows(0..<m)
      MatrixProduct.timesTransposed(
        first, rows.view, into: together.view.rows(0..<m), scale: 0.3, tally: nil)
      MatrixProduct.times(first, columns.view, into: together.view.rows(m..<2 * m), tally: nil)
      for i in 0..<m {
        let row = a.view.rows(i..<i + 1)
        MatrixProduct.timesTransposed(
          row, rows.view, into: alone.view.rows(i..<i + 1), scale: 0.3, tally: nil)
        MatrixProduct.times(
          row, columns.view, into: alone.view.rows(m + i..<m + i + 1), tally: nil)
      }
      #expect(sameBits(together.view.array, alone.view.array), "\(m) rows")
    }
  }

  @Test func productOfNothingLeavesTheResultAlone() {
    let a = OwnedMatrix(rows: 0, columns: 4)
    let b = OwnedMatrix(rows: 3, columns: 4, [Float](repeating: 1, count: 12))
    let c = OwnedMatrix(rows: 0, columns: 3)
    let tally = Tally()
    MatrixProduct.timesTransposed(a.view, b.view, into: c.view, tally: tally)
    #expect(tally.multiplyAdds == 0)
  }

  /// A sum of no products is zero, whatever lay in the result's place before.
  @Test(arguments: [1, 3])
  func emptyInnerProductIsZero(rows: Int) {
    let a = OwnedMatrix(rows: rows, columns: 0)
    let b = OwnedMatrix(rows: 5, columns: 0)
    let c = OwnedMatrix(rows: rows, columns: 5)
    MatrixProduct.timesTransposed(a.view, b.view, into: c.view, tally: nil)
    #expect(c.view.array == [Float](repeating: 0, count: 5 * rows))
  }
}
