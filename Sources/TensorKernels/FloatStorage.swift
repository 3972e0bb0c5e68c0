import Foundation

/// A zero-filled, 64-byte aligned block of floats: the one owner of raw memory in the lab.
///
/// Everything outside this module reaches the memory through `FloatView` and `MatrixView`, which
/// check their bounds once when they are cut and never again inside a kernel. Large blocks are
/// mapped lazily by the system, so unused capacity costs no memory.
public final class FloatStorage: @unchecked Sendable {
  /// The number of floats.
  public let count: Int
  let base: UnsafeMutablePointer<Float>
  private let memory: ZeroedMemory

  /// Allocates `count` floats, all zero.
  public init(count: Int) {
    precondition(count >= 0 && count < Int.max / 8, "impossible number of floats")
    self.count = count
    memory = ZeroedMemory(bytes: count * MemoryLayout<Float>.stride)
    base = memory.aligned.bindMemory(to: Float.self, capacity: count)
  }

  /// A copy of `values`.
  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    view.copy(from: values)
  }

  deinit { memory.free() }

  /// All of it.
  public var view: FloatView { FloatView(owner: self, base: base, count: count) }
}

/// A window onto consecutive floats of a `FloatStorage`, which it keeps alive.
///
/// Two views may overlap, and nothing guards against writing through both: a kernel's caller
/// passes disjoint outputs.
public struct FloatView: @unchecked Sendable {
  let owner: FloatStorage
  let base: UnsafeMutablePointer<Float>
  /// The number of floats.
  public let count: Int

  /// `count` floats from `offset` on.
  public func slice(_ offset: Int, _ count: Int) -> FloatView {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count, "slice out of bounds")
    return FloatView(owner: owner, base: base + offset, count: count)
  }

  /// The same floats as rows of `columns`.
  public func matrix(rows: Int, columns: Int) -> MatrixView {
    precondition(rows >= 0 && columns >= 0 && rows * columns <= count, "matrix out of bounds")
    return MatrixView(
      owner: owner, base: base, rows: rows, columns: columns, stride: columns)
  }

  /// The float at `index`.
  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index out of bounds")
      return base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index out of bounds")
      base[index] = newValue
    }
  }

  /// Sets every float to `value`.
  public func fill(_ value: Float) { base.update(repeating: value, count: count) }

  /// Copies `values`, which must be as long as the view.
  public func copy(from values: [Float]) {
    precondition(values.count == count, "copy of another length")
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: count) }
    }
  }

  /// Copies another view of the same length.
  public func copy(from other: FloatView) {
    precondition(other.count == count, "copy of another length")
    memmove(base, other.base, count * MemoryLayout<Float>.stride)
  }

  /// The floats as an array.
  public var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// The floats for a reader that fills them from outside, such as a checkpoint.
  public func withUnsafeMutableBuffer<R>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
  ) rethrows -> R {
    try body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// Both views as one where `other` starts at the float after this view's last, else nil.
  public func joined(with other: FloatView) -> FloatView? {
    base + count == other.base
      ? FloatView(owner: owner, base: base, count: count + other.count) : nil
  }
}

/// A window onto rows of floats that lie `stride` apart: `[rows, columns]`, row-major.
public struct MatrixView: @unchecked Sendable {
  let owner: FloatStorage
  let base: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance between the starts of two rows, in floats.
  public let stride: Int

  /// The rows of `range`.
  public func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of bounds")
    return MatrixView(
      owner: owner, base: base + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }

  /// The columns of `range`.
  public func columns(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of bounds")
    return MatrixView(
      owner: owner, base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The element at `row`, `column`.
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "out of bounds")
      return base[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "out of bounds")
      base[row * stride + column] = newValue
    }
  }

  /// Sets every element to `value`.
  public func fill(_ value: Float) {
    for row in 0..<rows { (base + row * stride).update(repeating: value, count: columns) }
  }

  /// Copies a matrix of the same shape.
  public func copy(from other: MatrixView) {
    precondition(other.rows == rows && other.columns == columns, "copy of another shape")
    for row in 0..<rows {
      (base + row * stride).update(from: other.base + row * other.stride, count: columns)
    }
  }

  /// Adds a matrix of the same shape.
  public func add(_ other: MatrixView) {
    precondition(other.rows == rows && other.columns == columns, "sum of another shape")
    for row in 0..<rows {
      addVector(other.base + row * other.stride, to: base + row * stride, count: columns)
    }
  }

  /// The floats of a matrix whose rows lie side by side.
  public var flattened: FloatView {
    precondition(stride == columns || rows <= 1, "the rows do not lie side by side")
    return FloatView(owner: owner, base: base, count: rows * columns)
  }

  /// Everything from the first element to the last, gaps between rows included.
  var spanned: FloatView {
    FloatView(
      owner: owner, base: base, count: rows == 0 ? 0 : (rows - 1) * stride + columns)
  }

  /// The elements, row by row.
  public var array: [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows * columns)
    for row in 0..<rows {
      result.append(contentsOf: UnsafeBufferPointer(start: base + row * stride, count: columns))
    }
    return result
  }
}
