import TensorKernels

/// A matrix with memory of its own, or one whose rows lie further apart than they are long, with a
/// sentinel in the gaps so that a test can see whether a kernel wrote there.
struct OwnedMatrix {
  static let sentinel: Float = -12345.5

  let storage: FloatStorage
  let view: MatrixView

  init(rows: Int, columns: Int, gap: Int = 0, _ values: [Float]? = nil) {
    storage = FloatStorage(count: rows * (columns + gap))
    storage.view.fill(Self.sentinel)
    view = storage.view.matrix(rows: rows, columns: columns + gap).columns(
      gap / 2..<gap / 2 + columns)
    for row in 0..<rows {
      for column in 0..<columns {
        view[row, column] = values.map { $0[row * columns + column] } ?? .nan
      }
    }
  }

  /// Whether every float between the rows still is the sentinel.
  var gapsAreUntouched: Bool {
    let all = storage.view
    let stride = view.stride
    let first = (stride - view.columns) / 2
    return (0..<all.count).allSatisfy { index in
      let column = index % stride
      return column >= first && column < first + view.columns || all[index] == Self.sentinel
    }
  }
}
