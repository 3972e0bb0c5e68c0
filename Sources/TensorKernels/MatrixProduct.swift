import COpenBLAS
import LaneKernels

/// One BLAS thread, always: on matrices as small as the lab's, OpenBLAS loses more to its own
/// threads than it wins, and the order of summation stays fixed. Workers run above it.
private let singleThreadedBLAS: Void = openblas_set_num_threads(1)

/// Matrix products, row-major.
public enum MatrixProduct {
  /// `c = scale · a · bᵀ (+ c)`, with a `[m, k]`, b `[n, k]`, c `[m, n]`.
  public static func timesTransposed(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, scale: Float = 1,
    accumulate: Bool = false, tally: Tally?
  ) {
    precondition(
      a.columns == b.columns && c.rows == a.rows && c.columns == b.rows, "shapes do not fit")
    tally?.add(a.rows * a.columns * b.rows)
    gemm(
      .rightTransposed, m: c.rows, n: c.columns, k: a.columns, scale: scale, a: FloatRows(a),
      b: FloatRows(b), accumulate: accumulate, c: FloatRows(c))
  }

  /// `c = scale · a · b (+ c)`, with a `[m, k]`, b `[k, n]`, c `[m, n]`.
  public static func times(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, scale: Float = 1,
    accumulate: Bool = false, tally: Tally?
  ) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns, "shapes do not fit")
    tally?.add(a.rows * a.columns * b.columns)
    gemm(
      .plain, m: c.rows, n: c.columns, k: a.columns, scale: scale, a: FloatRows(a),
      b: FloatRows(b), accumulate: accumulate, c: FloatRows(c))
  }

  /// `c = scale · aᵀ · b (+ c)`, with a `[k, m]`, b `[k, n]`, c `[m, n]`.
  public static func transposedTimes(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, scale: Float = 1,
    accumulate: Bool = false, tally: Tally?
  ) {
    precondition(
      a.rows == b.rows && c.rows == a.columns && c.columns == b.columns, "shapes do not fit")
    tally?.add(a.rows * a.columns * b.columns)
    gemm(
      .leftTransposed, m: c.rows, n: c.columns, k: a.rows, scale: scale, a: FloatRows(a),
      b: FloatRows(b), accumulate: accumulate, c: FloatRows(c))
  }
}

/// Rows of floats in memory, `stride` apart.
struct FloatRows {
  let base: UnsafeMutablePointer<Float>
  let stride: Int

  /// What begins at a row and column.
  @inline(__always)
  func from(row: Int = 0, column: Int = 0) -> FloatRows {
    FloatRows(base: base + (row &* stride &+ column), stride: stride)
  }
}

extension FloatRows {
  @inline(__always)
  init(_ matrix: MatrixView) { self.init(base: matrix.base, stride: matrix.stride) }
}

/// Which operand of a product is read by columns: `a · b`, `a · bᵀ` or `aᵀ · b`.
enum ProductForm {
  case plain, rightTransposed, leftTransposed
}

/// `c = scale · a · b (+ c)` in one of its forms on raw pointers, c `[m, n]`, with `k` products an
/// element, for kernels that tile; a few rows are multiplied in place.
///
/// On x86-64 the lab's own kernel does the rest: on matrices of this size it is faster than OpenBLAS
/// with either width of vector. Elsewhere OpenBLAS does.
@inline(__always)
func gemm(
  _ form: ProductForm, m: Int, n: Int, k: Int, scale: Float = 1, a: FloatRows, b: FloatRows,
  accumulate: Bool, c: FloatRows
) {
  if m == 0 || n == 0 { return }
  if m <= FewRowsProduct.most && form != .leftTransposed {
    if form == .rightTransposed {
      fewRowsTimesTransposed(
        m: m, n: n, k: k, scale: scale, a: a, b: b, accumulate: accumulate, c: c)
    } else {
      fewRowsTimes(m: m, n: n, k: k, scale: scale, a: a, b: b, accumulate: accumulate, c: c)
    }
    return
  }
  let (isLeft, isRight) = (form == .leftTransposed, form == .rightTransposed)
  #if arch(x86_64)
    ProductScratch.shared.lend { scratch in
      VectorWidth.best.multiply(
        ProductOperands(
          m: m, n: n, k: k, alpha: scale, a: a.base, aRow: isLeft ? 1 : a.stride,
          aStep: isLeft ? a.stride : 1, b: b.base, bStep: isRight ? 1 : b.stride,
          bColumn: isRight ? b.stride : 1, isPacked: false, accumulate: accumulate, c: c.base,
          cRow: c.stride, scratch: scratch))
    }
  #else
    _ = singleThreadedBLAS
    cblas_sgemm(
      CblasRowMajor, isLeft ? CblasTrans : CblasNoTrans, isRight ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), scale, a.base, blasint(a.stride), b.base,
      blasint(b.stride), accumulate ? 1 : 0, c.base, blasint(c.stride))
  #endif
}
