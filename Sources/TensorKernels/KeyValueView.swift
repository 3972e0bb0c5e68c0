/// Keys and values that rows of queries attend to.
///
/// One kernel serves the cache (heads apart) and packed activations (rows apart). Where they are stored
/// in half precision, kernels widen them a tile at a time.
public struct KeyValueView: Sendable {
  private(set) var keys: HeadRows
  private(set) var values: HeadRows

  /// A view of keys and values of one precision: row `j` of key-value head `h` starts at
  /// `j·rowStride + h·headStride`, in numbers.
  public init(keys: StoredNumbers, values: StoredNumbers, rowStride: Int, headStride: Int) {
    precondition(keys.precision == values.precision, "keys of another precision than values")
    self.keys = HeadRows(numbers: keys, rowStride: rowStride, headStride: headStride)
    self.values = HeadRows(numbers: values, rowStride: rowStride, headStride: headStride)
  }

  /// Packed rows `[n, G·headWidth]` of keys and of values, heads side by side.
  public init(keys: MatrixView, values: MatrixView, headWidth: Int) {
    self.keys = HeadRows(
      numbers: .floats(keys.spanned), rowStride: keys.stride, headStride: headWidth)
    self.values = HeadRows(
      numbers: .floats(values.spanned), rowStride: values.stride, headStride: headWidth)
  }

  /// How keys and values are stored.
  public var precision: StoragePrecision { keys.numbers.precision }

  /// Calls `body` with the keys of `range` of a head, in order: at once where they are stored as floats,
  /// otherwise as many at a time as a tile has.
  func forEachRunOfKeys(
    _ range: Range<Int>, head: Int, width: Int, _ body: (_ run: Range<Int>, FloatRows) -> Void
  ) {
    let most = precision == .float32 ? max(1, range.count) : Attention.keyBlock
    keys.forEachRun(range, atOnce: most, head: head, width: width, body)
  }

  /// Calls `body` with the values of `range` of a head, in order, as many at a time as a tile has, so that
  /// sums over them are formed alike however they are stored.
  func forEachRunOfValues(
    _ range: Range<Int>, head: Int, width: Int, _ body: (_ run: Range<Int>, FloatRows) -> Void
  ) {
    values.forEachRun(range, atOnce: Attention.keyBlock, head: head, width: width, body)
  }

  /// Whether there is anything at `offset` from the start, or just before it.
  func holds(_ offset: Int) -> Bool {
    keys.numbers.count >= offset && values.numbers.count >= offset
  }

  /// The view of what lies `offset` further on.
  public func moved(by offset: Int) -> KeyValueView {
    var moved = self
    moved.keys = keys.moved(by: offset)
    moved.values = values.moved(by: offset)
    return moved
  }

  func checkHolds(_ count: Int, heads: Int, width: Int) {
    precondition(
      keys.holds(count, heads: heads, width: width)
        && values.holds(count, heads: heads, width: width), "too few keys or values")
  }
}

/// Keys, or values, of all heads: row `j` of head `h` starts at `j·rowStride + h·headStride`.
struct HeadRows: Sendable {
  let numbers: StoredNumbers
  let rowStride: Int
  let headStride: Int

  /// The rows of a head from `j` on where they are stored as floats.
  func floats(from j: Int, head: Int) -> FloatRows {
    FloatRows(base: numbers.floats + (j * rowStride + head * headStride), stride: rowStride)
  }

  /// `count` rows of a head from `j` on: where they lie if they are floats, otherwise widened into
  /// `buffer`, `[count, width]`.
  func rows(
    from j: Int, count: Int, head: Int, width: Int, buffer: UnsafeMutablePointer<Float>
  ) -> FloatRows {
    switch numbers {
    case .floats: return floats(from: j, head: head)
    case .halves(let view):
      view.precision.widen(
        view.base + (j * rowStride + head * headStride), rows: count, columns: width,
        stride: rowStride, to: buffer)
      return FloatRows(base: buffer, stride: width)
    }
  }

  func forEachRun(
    _ range: Range<Int>, atOnce most: Int, head: Int, width: Int,
    _ body: (_ run: Range<Int>, FloatRows) -> Void
  ) {
    let isFloats = numbers.precision == .float32
    let buffer = FloatStorage(count: isFloats ? 0 : min(most, range.count) * width)
    defer { withExtendedLifetime(buffer) {} }
    var start = range.lowerBound
    while start < range.upperBound {
      let run = start..<min(start + most, range.upperBound)
      body(
        run, rows(from: start, count: run.count, head: head, width: width, buffer: buffer.base))
      start = run.upperBound
    }
  }

  func moved(by offset: Int) -> HeadRows {
    HeadRows(
      numbers: numbers.slice(offset..<numbers.count), rowStride: rowStride, headStride: headStride)
  }

  func holds(_ count: Int, heads: Int, width: Int) -> Bool {
    count <= 0 || numbers.count >= (count - 1) * rowStride + (heads - 1) * headStride + width
  }
}

/// Numbers in memory, of one precision or another.
public enum StoredNumbers: Sendable {
  case floats(FloatView)
  case halves(HalfView)

  /// Memory for `count` numbers, all zero.
  public init(count: Int, precision: StoragePrecision) {
    self =
      precision == .float32
      ? .floats(FloatStorage(count: count).view)
      : .halves(HalfStorage(count: count, precision: precision).view)
  }

  /// The number of numbers.
  public var count: Int {
    switch self {
    case .floats(let view): view.count
    case .halves(let view): view.count
    }
  }

  /// How they are stored.
  public var precision: StoragePrecision {
    switch self {
    case .floats: .float32
    case .halves(let view): view.precision
    }
  }

  /// Those of `range`.
  public func slice(_ range: Range<Int>) -> StoredNumbers {
    switch self {
    case .floats(let view): .floats(view.slice(range.lowerBound, range.count))
    case .halves(let view): .halves(view.slice(range.lowerBound, range.count))
    }
  }

  /// Stores as many floats, rounded to the precision.
  public func store(_ floats: FloatView) {
    switch self {
    case .floats(let view): view.copy(from: floats)
    case .halves(let view): view.store(floats)
    }
  }

  /// The numbers as floats.
  public var array: [Float] {
    switch self {
    case .floats(let view): view.array
    case .halves(let view): view.floats
    }
  }

  /// The memory of numbers that are floats.
  var floats: UnsafeMutablePointer<Float> {
    guard case .floats(let view) = self else {
      preconditionFailure("numbers in half precision are read through a buffer")
    }
    return view.base
  }
}
