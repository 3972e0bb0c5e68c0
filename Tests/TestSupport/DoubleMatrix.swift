/// A dense row-major matrix in double precision, for references that are plain rather than fast.
public struct DoubleMatrix: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  public init(rows: Int, columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public init(rows: Int, columns: Int, _ values: [Float]) {
    self.init(rows: rows, columns: columns, values.map(Double.init))
  }

  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, [Double](repeating: 0, count: rows * columns))
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  public func row(_ index: Int) -> [Double] {
    Array(values[index * columns..<(index + 1) * columns])
  }

  public mutating func setRow(_ index: Int, _ row: [Double]) {
    precondition(row.count == columns)
    values.replaceSubrange(index * columns..<(index + 1) * columns, with: row)
  }

  public func rows(_ range: Range<Int>) -> DoubleMatrix {
    DoubleMatrix(
      rows: range.count, columns: columns,
      Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  public func columns(_ range: Range<Int>) -> DoubleMatrix {
    DoubleMatrix(
      rows: rows, columns: range.count,
      (0..<rows).flatMap {
        values[$0 * columns + range.lowerBound..<$0 * columns + range.upperBound]
      })
  }

  public var transposed: DoubleMatrix {
    DoubleMatrix(
      rows: columns, columns: rows,
      (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } })
  }

  /// `self · otherᵀ`
  public func times(transposed other: DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.columns)
    var result = DoubleMatrix(rows: rows, columns: other.rows)
    values.withUnsafeBufferPointer { a in
      other.values.withUnsafeBufferPointer { b in
        for i in 0..<rows {
          for j in 0..<other.rows {
            var sum = 0.0
            for k in 0..<columns { sum += a[i * columns + k] * b[j * columns + k] }
            result.values[i * other.rows + j] = sum
          }
        }
      }
    }
    return result
  }

  public static func + (a: DoubleMatrix, b: DoubleMatrix) -> DoubleMatrix {
    precondition(a.rows == b.rows && a.columns == b.columns)
    return DoubleMatrix(
      rows: a.rows, columns: a.columns, zip(a.values, b.values).map { $0 + $1 })
  }

  /// `Σ aᵢⱼ bᵢⱼ`
  public func inner(_ other: DoubleMatrix) -> Double {
    precondition(rows == other.rows && columns == other.columns)
    return zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
