import COpenBLAS
import Dispatch

/// The matrix library beneath the kernels: which code it chose, and how fast that is here.
public enum BLASInformation {
  /// The name of the processor family whose kernels OpenBLAS runs, such as `SkylakeX`.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The version and build settings, as OpenBLAS words them.
  public static var configuration: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.joined(separator: " ")
  }

  /// How many threads OpenBLAS would use for one product by itself.
  public static var threads: Int { Int(openblas_get_num_threads()) }

  /// `c = a · b` by OpenBLAS itself, which the lab's own products are held against; rows side by side.
  public static func product(_ a: MatrixView, _ b: MatrixView, into c: MatrixView) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns, "shapes do not fit")
    openblas_set_num_threads(1)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(c.rows), blasint(c.columns),
      blasint(a.columns), 1, a.base, blasint(a.stride), b.base, blasint(b.stride), 0, c.base,
      blasint(c.stride))
  }

  /// The best measured rate of square float32 products, in floating-point operations a second, a
  /// multiply-add counting as two.
  ///
  /// Leaves OpenBLAS at one thread a product, as every kernel wants it.
  ///
  /// - Parameters:
  ///   - workers: how many threads multiply at the same time, each its own matrices.
  ///   - order: rows and columns of the matrices.
  ///   - rounds: how many products each worker makes; the fastest round counts.
  public static func peakRate(workers: Int, order: Int = 1024, rounds: Int = 5) -> Double {
    precondition(workers > 0 && order > 0 && rounds > 0, "nothing to measure")
    openblas_set_num_threads(1)
    // One allocation for all operands and results, so that workers share nothing but read nothing
    // of each other's.
    let size = order * order
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * size * workers)
    defer { memory.deallocate() }
    for index in memory.indices { memory[index] = Float(index % 251) / 251 - 0.5 }
    nonisolated(unsafe) let base = memory.baseAddress!
    var best = Duration.seconds(Int64.max)
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        let a = base + 3 * size * worker
        let n = blasint(order)
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, a + size, n, 0, a + 2 * size,
          n)
      }
      best = min(best, ContinuousClock.now - start)
    }
    return 2 * Double(size) * Double(order) * Double(workers) / (best / .seconds(1))
  }
}
