import COpenBLAS
import LaneKernels

/// One BLAS thread, always: on matrices as small as the lab's, OpenBLAS loses more to its own
/// threads than it wins, and the order of summation stays fixed. Workers run above it.
private let singleThreadedBLAS: Void = openblas_set_num_threads(1)

/// Matrix products over OpenBLAS, row-major.
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
      CblasNoTrans, CblasTrans, c.rows, c.columns, a.columns, scale, a.base, a.stride, b.base,
      b.stride, accumulate ? 1 : 0, c.base, c.stride)
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
      CblasNoTrans, CblasNoTrans, c.rows, c.columns, a.columns, scale, a.base, a.stride, b.base,
      b.stride, accumulate ? 1 : 0, c.base, c.stride)
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
      CblasTrans, CblasNoTrans, c.rows, c.columns, a.rows, scale, a.base, a.stride, b.base,
      b.stride, accumulate ? 1 : 0, c.base, c.stride)
  }
}

/// The product on raw pointers, for kernels that tile; a few rows are multiplied in place. `beta` is
/// 0 or 1.
///
/// On x86-64 the lab's own kernel does the rest: on matrices of this size it is faster than OpenBLAS
/// with either width of vector. Elsewhere OpenBLAS does.
@inline(__always)
func gemm(
  _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int, _ n: Int, _ k: Int,
  _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int,
  _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
) {
  if m == 0 || n == 0 { return }
  if m <= FewRowsProduct.most && transposeA == CblasNoTrans {
    if transposeB == CblasTrans {
      fewRowsTimesTransposed(m, n, k, alpha, a, lda, b, ldb, accumulate: beta != 0, c, ldc)
    } else {
      fewRowsTimes(m, n, k, alpha, a, lda, b, ldb, accumulate: beta != 0, c, ldc)
    }
    return
  }
  #if arch(x86_64)
    ProductScratch.shared.lend { scratch in
      VectorWidth.best.multiply(
        ProductOperands(
          m: m, n: n, k: k, alpha: alpha, a: a, aRow: transposeA == CblasTrans ? 1 : lda,
          aStep: transposeA == CblasTrans ? lda : 1, b: b,
          bStep: transposeB == CblasTrans ? 1 : ldb, bColumn: transposeB == CblasTrans ? ldb : 1,
          isPacked: false, accumulate: beta != 0, c: c, cRow: ldc, scratch: scratch))
    }
  #else
    _ = singleThreadedBLAS
    cblas_sgemm(
      CblasRowMajor, transposeA, transposeB, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  #endif
}
