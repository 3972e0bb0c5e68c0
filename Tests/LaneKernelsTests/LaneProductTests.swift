import LaneKernels
import Randomness
import TestSupport
import TestTags
import Testing

/// The product, with vectors of two widths.
@Suite(.tags(.kernel, .slow)) struct LaneProductTests {
  /// Rows, columns, length of the inner product: whole tiles and panels, and what is left of them.
  static let shapes = [
    (1, 1, 1), (8, 32, 16), (6, 16, 5), (9, 33, 7), (21, 31, 40), (13, 64, 300), (130, 48, 12),
    (5, 530, 9), (40, 17, 513), (150, 70, 300),
  ]

  private enum Form: CaseIterable { case plain, rightTransposed, leftTransposed, packed }

  private func check<V: FloatLanes, let rows: Int>(
    _ lanes: V.Type, _ tile: TileRows<rows>, _ m: Int, _ n: Int, _ k: Int, _ form: Form,
    accumulate: Bool
  ) {
    var stream = RandomStream(seed: 40, label: "lanes").child(m).child(n).child(k)
    // a is `[m, k]`, b `[k, n]`.
    let a = DoubleMatrix(rows: m, columns: k, (0..<m * k).map { _ in Float(stream.normal()) })
    let b = DoubleMatrix(rows: k, columns: n, (0..<k * n).map { _ in Float(stream.normal()) })
    let before = (0..<m * n).map { _ in Float(stream.normal()) }
    let isLeft = form == .leftTransposed
    let isRight = form == .rightTransposed || form == .packed
    var left = (isLeft ? a.transposed : a).values.map { Float($0) }
    var right = (isRight ? b.transposed : b).values.map { Float($0) }
    var c = accumulate ? before : [Float](repeating: .nan, count: m * n)
    var scratch = [Float](repeating: .nan, count: ProductBlocks.scratchCount)
    let panel = 2 * V.scalarCount
    var packed = [Float](
      repeating: .nan, count: ProductBlocks.packedCount(k: k, n: n, panel: panel))
    left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeMutableBufferPointer { right in
        packed.withUnsafeMutableBufferPointer { packed in
          c.withUnsafeMutableBufferPointer { c in
            scratch.withUnsafeMutableBufferPointer { scratch in
              let (step, column) = isRight ? (1, k) : (n, 1)
              if form == .packed {
                packRight(
                  lanes, k: k, n: n, right.baseAddress!, step: step, column: column,
                  into: packed.baseAddress!)
              }
              multiply(
                lanes, tile,
                ProductOperands(
                  m: m, n: n, k: k, alpha: 0.7, a: left.baseAddress!, aRow: isLeft ? 1 : k,
                  aStep: isLeft ? m : 1,
                  b: form == .packed ? packed.baseAddress! : right.baseAddress!, bStep: step,
                  bColumn: column, isPacked: form == .packed, accumulate: accumulate,
                  c: c.baseAddress!, cRow: n, scratch: scratch.baseAddress!))
            }
          }
        }
      }
    }
    let exact = a.times(transposed: b.transposed).values
    for index in 0..<m * n {
      let expected = 0.7 * exact[index] + (accumulate ? Double(before[index]) : 0)
      // Of k normal products: the sum's size, and a few roundings for each of them.
      let bound = 1e-7 * Double(k + 4) * (1 + Double(k).squareRoot())
      #expect(
        abs(Double(c[index]) - expected) <= bound, "\(m)×\(n)×\(k), \(form), element \(index)")
    }
  }

  @Test(arguments: shapes, [false, true])
  func agreesWithTheReference(_ shape: (m: Int, n: Int, k: Int), accumulate: Bool) {
    for form in Form.allCases {
      let (m, n, k) = shape
      check(SIMD2<Float>.self, TileRows<6>(), m, n, k, form, accumulate: accumulate)
      check(SIMD4<Float>.self, TileRows<8>(), m, n, k, form, accumulate: accumulate)
    }
  }
}
