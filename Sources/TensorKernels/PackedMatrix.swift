import LaneKernels
import Synchronization

/// The right-hand matrix of a product, laid out once in the order in which the kernel reads it, for
/// many products with it: weights, which every block of rows meets.
public struct PackedMatrix: Sendable {
  private let source: MatrixView
  private let isTransposed: Bool
  private let packed: FloatView

  /// Floats that a matrix of the given shape takes when packed.
  public static func count(rows: Int, columns: Int) -> Int {
    // In either orientation, panels of columns are filled up.
    (rows + VectorWidth.best.panel) * (columns + VectorWidth.best.panel)
  }

  /// b `[n, k]` for products `a · bᵀ`, or b `[k, n]` for products `a · b`; `pack` lays it out in
  /// `memory`. Both must stay as they are while the packed matrix is used.
  public init(_ b: MatrixView, transposed: Bool, in memory: FloatView) {
    precondition(memory.count >= Self.count(rows: b.rows, columns: b.columns), "too little memory")
    source = b
    isTransposed = transposed
    packed = memory
  }

  /// Lays the matrix out; to be done once before the first product.
  public func pack() {
    #if arch(x86_64)
      let (b, isTransposed) = (source, self.isTransposed)
      VectorWidth.best.packRight(
        k: isTransposed ? b.columns : b.rows, n: isTransposed ? b.rows : b.columns, b.base,
        step: isTransposed ? 1 : b.stride, column: isTransposed ? b.stride : 1, into: packed.base)
    #endif
  }

  /// `c = scale · a · bᵀ (+ c)` or `scale · a · b (+ c)`, whichever b was packed for.
  public func product(
    _ a: MatrixView, into c: MatrixView, scale: Float = 1, accumulate: Bool = false, tally: Tally?
  ) {
    let (n, k) =
      isTransposed ? (source.rows, source.columns) : (source.columns, source.rows)
    precondition(a.columns == k && c.rows == a.rows && c.columns == n, "shapes do not fit")
    #if arch(x86_64)
      if a.rows > 0 && n > 0 {
        tally?.add(a.rows * k * n)
        ProductScratch.shared.lend { scratch in
          VectorWidth.best.multiply(
            ProductOperands(
              m: a.rows, n: n, k: k, alpha: scale, a: a.base, aRow: a.stride, aStep: 1,
              b: packed.base, bStep: 0, bColumn: 0, isPacked: true, accumulate: accumulate,
              c: c.base, cRow: c.stride, scratch: scratch))
        }
        return
      }
    #endif
    if isTransposed {
      MatrixProduct.timesTransposed(
        a, source, into: c, scale: scale, accumulate: accumulate, tally: tally)
    } else {
      MatrixProduct.times(a, source, into: c, scale: scale, accumulate: accumulate, tally: tally)
    }
  }
}

/// Memory in which products pack their operands: taken and given back, so that none is allocated in
/// a step.
final class ProductScratch: Sendable {
  static let shared = ProductScratch()
  private let free = Mutex<[FloatStorage]>([])

  @inline(__always)
  func lend(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    let storage = take()
    body(storage.base)
    give(storage)
  }

  private func take() -> FloatStorage {
    free.withLock { $0.popLast() } ?? FloatStorage(count: ProductBlocks.scratchCount)
  }

  private func give(_ storage: FloatStorage) {
    free.withLock { $0.append(storage) }
  }
}
