import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

/// Products with weights in half precision, against the product with the floats that the halves are.
@Suite(.tags(.kernel, .slow)) struct WeightProductTests {
  /// Rows of the left side, runs of rows of the weights, columns of the weights: few rows and many, odd
  /// ends, blocks and more than one block in both directions.
  static let shapes: [(m: Int, runs: [Int], k: Int)] = [
    (1, [1], 1), (1, [9], 16), (1, [33, 5], 47), (2, [7], 32), (3, [12, 4, 1], 50), (5, [520], 24),
    (32, [40], 100), (33, [3, 140], 17), (130, [150, 150], 70), (40, [131], 1100), (2, [600], 1040),
  ]

  /// Halves in runs of whole rows, and the floats that they are.
  private func weights(
    _ runs: [Int], _ columns: Int, _ precision: StoragePrecision
  ) -> (view: WeightView, floats: [Float]) {
    var view: WeightView?
    var floats: [Float] = []
    for (index, rows) in runs.enumerated() {
      var stream = RandomStream(seed: 3, label: "weights").child(index).child(rows).child(columns)
      let storage = FloatStorage(stream.normals(rows * columns))
      let halves = HalfStorage(count: rows * columns, precision: precision)
      halves.view.store(storage.view)
      floats += halves.view.floats
      let run = WeightView(halves.view)
      view = view.map { $0.joined(with: run) ?? $0 } ?? run
    }
    return (view ?? WeightView(FloatStorage(count: 0).view), floats)
  }

  private func check(
    _ result: MatrixView, _ a: [Float], _ b: DoubleMatrix, k: Int, before: [Float]?
  ) {
    let left = DoubleMatrix(rows: result.rows, columns: k, a)
    let expected = left.times(transposed: b).values
    let size = DoubleMatrix(rows: result.rows, columns: k, a.map(abs))
      .times(transposed: DoubleMatrix(rows: b.rows, columns: k, b.values.map { Float(abs($0)) }))
      .values
    for (i, value) in result.array.enumerated() {
      let start = Double(before?[i] ?? 0)
      let bound = Double(k + 2) * Double(Float.ulpOfOne) * (size[i] + abs(start))
      #expect(abs(Double(value) - start - expected[i]) <= bound, "element \(i)")
    }
  }

  @Test(arguments: shapes, [StoragePrecision.bfloat16, .float16])
  func productWithTransposed(
    _ shape: (m: Int, runs: [Int], k: Int), _ precision: StoragePrecision
  ) {
    let n = shape.runs.reduce(0, +)
    var stream = RandomStream(seed: 4, label: "left").child(n)
    let a = stream.normals(shape.m * shape.k)
    let before = stream.normals(shape.m * n)
    let (view, floats) = weights(shape.runs, shape.k, precision)
    #expect(view.count == floats.count && view.precision == precision && view.array == floats)
    for accumulate in [false, true] {
      let left = OwnedMatrix(rows: shape.m, columns: shape.k, gap: 6, a)
      let result = OwnedMatrix(rows: shape.m, columns: n, gap: 4, accumulate ? before : nil)
      let tally = Tally()
      MatrixProduct.timesTransposed(
        left.view, view.matrix(rows: n, columns: shape.k), into: result.view,
        accumulate: accumulate, tally: tally)
      check(
        result.view, a, DoubleMatrix(rows: n, columns: shape.k, floats), k: shape.k,
        before: accumulate ? before : nil)
      #expect(tally.multiplyAdds == shape.m * n * shape.k && result.gapsAreUntouched)
    }
  }

  @Test(arguments: shapes, [StoragePrecision.bfloat16, .float16])
  func plainProduct(_ shape: (m: Int, runs: [Int], k: Int), _ precision: StoragePrecision) {
    let n = shape.runs.reduce(0, +)
    var stream = RandomStream(seed: 5, label: "left").child(n)
    let a = stream.normals(shape.m * n)
    let before = stream.normals(shape.m * shape.k)
    let (view, floats) = weights(shape.runs, shape.k, precision)
    for accumulate in [false, true] {
      let left = OwnedMatrix(rows: shape.m, columns: n, gap: 2, a)
      let result = OwnedMatrix(rows: shape.m, columns: shape.k, gap: 6, accumulate ? before : nil)
      let tally = Tally()
      MatrixProduct.times(
        left.view, view.matrix(rows: n, columns: shape.k), into: result.view,
        accumulate: accumulate, tally: tally)
      check(
        result.view, a, DoubleMatrix(rows: n, columns: shape.k, floats).transposed, k: n,
        before: accumulate ? before : nil)
      #expect(tally.multiplyAdds == shape.m * n * shape.k && result.gapsAreUntouched)
    }
  }

  /// Neither the number of workers nor, for few rows, the rows beside it change a bit of a row's result.
  @Test func nothingDependsOnCompany() {
    let (n, k) = (1100, 512)
    var stream = RandomStream(seed: 6, label: "company")
    let a = stream.normals(40 * k)
    for precision in [StoragePrecision.bfloat16, .float16, .float32] {
      let (halves, floats) = weights([600, 500], k, precision == .float32 ? .bfloat16 : precision)
      let view = precision == .float32 ? WeightView(FloatStorage(floats).view) : halves
      func product(_ rows: Int, _ workers: Int) -> [Float] {
        let left = OwnedMatrix(rows: rows, columns: k, Array(a[..<(rows * k)]))
        let result = OwnedMatrix(rows: rows, columns: n)
        MatrixProduct.timesTransposed(
          left.view, view.matrix(rows: n, columns: k), into: result.view,
          workers: Workers(count: workers), tally: nil)
        return result.view.array
      }
      let one = product(1, 1)
      for rows in [2, 3, 17, 32] { #expect(sameBits(Array(product(rows, 1)[..<n]), one)) }
      for rows in [1, 5, 40] { #expect(sameBits(product(rows, 3), product(rows, 1))) }
    }
  }

  @Test func gatheringWidens() {
    let (view, floats) = weights([11], 5, .bfloat16)
    let target = OwnedMatrix(rows: 3, columns: 5, gap: 2)
    Embedding.gather([10, 0, 4], table: view.matrix(rows: 11, columns: 5), into: target.view)
    #expect(target.view.array == Array(floats[50..<55] + floats[0..<5] + floats[20..<25]))
    #expect(target.gapsAreUntouched)
    let copy = FloatStorage(count: 55)
    copy.view.copy(from: view)
    #expect(copy.view.array == floats)
  }

  /// Memory of another owner is read in place, or copied where it lies at an odd address.
  @Test(arguments: [0, 1]) func borrowedMemory(offset: Int) {
    let lender = Lender([0x00, 0x80, 0x3F, 0x00, 0xC0, 0x80, 0x7F, 0x00])
    let bytes = UnsafeRawBufferPointer(rebasing: lender.bytes[(1 - offset)...].prefix(6))
    let storage = HalfStorage(reading: bytes, precision: .bfloat16, of: lender)
    // An even start reads 1.0, −2.0 and infinity; an odd one other numbers.
    #expect(storage.count == 3)
    let shifted = storage.view.bits
    #expect(
      shifted == (offset == 0 ? [0x3F80, 0xC000, 0x7F80] : [0x8000, 0x003F, 0x80C0]))
    #expect(storage.view.firstNotFinite == (offset == 0 ? 2 : nil))
  }

  @Test func whatIsNotFiniteIsFound() {
    for precision in [StoragePrecision.bfloat16, .float16] {
      let storage = FloatStorage(count: 10_000)
      storage.view.fill(3)
      let halves = HalfStorage(count: 10_000, precision: precision)
      halves.view.store(storage.view)
      #expect(halves.view.firstNotFinite == nil)
      for (index, value) in [(9_999, Float.nan), (5_000, .infinity), (0, -.infinity)] {
        storage.view[index] = value
        halves.view.store(storage.view)
        #expect(halves.view.firstNotFinite == index)
      }
    }
  }
}

/// Memory with a life of its own.
private final class Lender: Sendable {
  nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

  init(_ values: [UInt8]) {
    bytes = .allocate(byteCount: values.count, alignment: 16)
    bytes.copyBytes(from: values)
  }

  deinit { bytes.deallocate() }
}
