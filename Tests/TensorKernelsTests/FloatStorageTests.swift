import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct FloatStorageTests {
  @Test func memoryIsZeroAndOutlivesItsOwnerInViews() {
    let view = FloatStorage(count: 1000).view
    #expect(view.count == 1000 && view.array.allSatisfy { $0 == 0 })
    let matrix = FloatStorage([1, 2, 3, 4, 5, 6]).view.matrix(rows: 2, columns: 3)
    // Memory that had been freed would be handed out and filled again here.
    let others = (0..<50).map { _ in FloatStorage([Float](repeating: 9, count: 6)) }
    #expect(matrix.array == [1, 2, 3, 4, 5, 6])
    #expect(others.allSatisfy { $0.view[0] == 9 })
  }

  /// Blocks of some megabytes are mapped by themselves: they are zero from end to end as well, and
  /// give their memory back.
  @Test func largeBlocks() {
    for count in [1 << 19, 1_000_003, 3 << 19] {
      for _ in 0..<3 {
        let storage = FloatStorage(count: count)
        #expect(storage.view.array.allSatisfy { $0 == 0 })
        storage.view[0] = 1
        storage.view[count - 1] = 2
        #expect(storage.view[0] == 1 && storage.view[count - 1] == 2)
      }
    }
    let halves = HalfStorage(count: 2_500_001, precision: .float16).view
    #expect(halves.floats.allSatisfy { $0 == 0 })
  }

  @Test func emptyViews() {
    let storage = FloatStorage(count: 0)
    #expect(storage.view.array.isEmpty)
    #expect(storage.view.matrix(rows: 0, columns: 5).array.isEmpty)
    #expect(FloatStorage([Float]()).count == 0)
  }

  @Test func slicesRowsAndColumns() {
    let storage = FloatStorage((0..<24).map { Float($0) })
    #expect(storage.view.slice(3, 2).array == [3, 4])
    let matrix = storage.view.matrix(rows: 4, columns: 6)
    let part = matrix.rows(1..<3).columns(2..<5)
    #expect(part.array == [8, 9, 10, 14, 15, 16])
    #expect(part[1, 2] == 16 && part.stride == 6)
    part[0, 0] = -1
    #expect(storage.view[8] == -1)
    #expect(matrix.rows(2..<4).flattened.array == (12..<24).map { Float($0) })
    #expect(part.rows(1..<2).flattened.array == [14, 15, 16])
  }

  @Test func fillCopyAndAdd() {
    let target = OwnedMatrix(rows: 3, columns: 11, gap: 4, (0..<33).map { Float($0) })
    let other = OwnedMatrix(rows: 3, columns: 11, gap: 2, (0..<33).map { Float(100 * $0) })
    target.view.add(other.view)
    #expect(target.view.array == (0..<33).map { Float(101 * $0) })
    target.view.copy(from: other.view)
    #expect(target.view.array == other.view.array)
    target.view.columns(3..<5).fill(-2)
    #expect(target.view[1, 4] == -2 && target.view[1, 5] == 1600)
    #expect(target.gapsAreUntouched && other.gapsAreUntouched)
  }

  @Test func neighboursJoin() {
    let view = FloatStorage((0..<10).map { Float($0) }).view
    let joined = view.slice(2, 3).joined(with: view.slice(5, 4))
    #expect(joined?.array == [2, 3, 4, 5, 6, 7, 8])
    #expect(view.slice(2, 3).joined(with: view.slice(6, 2)) == nil)
    #expect(view.slice(5, 3).joined(with: view.slice(2, 3)) == nil)
  }
}
