/// Keys and values that rows of queries attend to.
///
/// Key `j` of key-value head `h` starts at `j·keyRowStride + h·keyHeadStride`, values likewise, so
/// that one kernel serves the cache (heads apart) and packed activations (rows apart). Where they are
/// stored in half precision, kernels widen them a tile at a time.
public struct KeyValueView: Sendable {
  let keys: StoredNumbers
  let keyRowStride: Int
  let keyHeadStride: Int
  let values: StoredNumbers
  let valueRowStride: Int
  let valueHeadStride: Int

  /// A view of keys and values with their strides, in floats.
  public init(
    keys: FloatView, keyRowStride: Int, keyHeadStride: Int, values: FloatView, valueRowStride: Int,
    valueHeadStride: Int
  ) {
    self.keys = .floats(keys)
    self.keyRowStride = keyRowStride
    self.keyHeadStride = keyHeadStride
    self.values = .floats(values)
    self.valueRowStride = valueRowStride
    self.valueHeadStride = valueHeadStride
  }

  /// A view of keys and values in half precision with their strides, in numbers.
  public init(
    keys: HalfView, keyRowStride: Int, keyHeadStride: Int, values: HalfView, valueRowStride: Int,
    valueHeadStride: Int
  ) {
    precondition(keys.precision == values.precision, "keys of another precision than values")
    self.keys = .halves(keys)
    self.keyRowStride = keyRowStride
    self.keyHeadStride = keyHeadStride
    self.values = .halves(values)
    self.valueRowStride = valueRowStride
    self.valueHeadStride = valueHeadStride
  }

  /// Packed rows `[n, G·headWidth]` of keys and of values, heads side by side.
  public init(keys: MatrixView, values: MatrixView, headWidth: Int) {
    self.init(
      keys: keys.spanned, keyRowStride: keys.stride, keyHeadStride: headWidth,
      values: values.spanned, valueRowStride: values.stride, valueHeadStride: headWidth)
  }

  /// How keys and values are stored.
  public var precision: StoragePrecision { keys.precision }

  /// Key `j` where keys are stored as floats.
  func key(_ j: Int, head: Int) -> UnsafeMutablePointer<Float> {
    keys.floats + (j * keyRowStride + head * keyHeadStride)
  }

  /// Value `j` where values are stored as floats.
  func value(_ j: Int, head: Int) -> UnsafeMutablePointer<Float> {
    values.floats + (j * valueRowStride + head * valueHeadStride)
  }

  /// `count` keys from `j` on as rows of floats: where they lie if that is what they are, otherwise
  /// widened into `buffer`, `[count, width]`.
  func keys(
    _ j: Int, _ count: Int, head: Int, width: Int, _ buffer: UnsafeMutablePointer<Float>
  ) -> FloatRows {
    keys.rows(
      j * keyRowStride + head * keyHeadStride, count, stride: keyRowStride, width: width, buffer)
  }

  /// `count` values from `j` on as rows of floats; see `keys`.
  func values(
    _ j: Int, _ count: Int, head: Int, width: Int, _ buffer: UnsafeMutablePointer<Float>
  ) -> FloatRows {
    values.rows(
      j * valueRowStride + head * valueHeadStride, count, stride: valueRowStride, width: width,
      buffer)
  }

  /// One of the two kinds of rows.
  enum Kind { case keys, values }

  /// Calls `body` with the keys or the values of `range` of a head, in order: keys that are stored as
  /// floats all at once, everything else as many at a time as a tile has, so that sums over values are
  /// formed alike however they are stored.
  func forEachRun(
    of kind: Kind, _ range: Range<Int>, head: Int, width: Int,
    _ body: (_ run: Range<Int>, FloatRows) -> Void
  ) {
    let isFloats = precision == .float32
    let most = isFloats && kind == .keys ? max(1, range.count) : Attention.keyBlock
    let buffer = FloatStorage(count: isFloats ? 0 : min(most, range.count) * width)
    defer { withExtendedLifetime(buffer) {} }
    var start = range.lowerBound
    while start < range.upperBound {
      let run = start..<min(start + most, range.upperBound)
      switch kind {
      case .keys: body(run, keys(start, run.count, head: head, width: width, buffer.base))
      case .values: body(run, values(start, run.count, head: head, width: width, buffer.base))
      }
      start = run.upperBound
    }
  }

  /// Whether there is anything at `offset` from the start, or just before it.
  func holds(_ offset: Int) -> Bool { keys.count >= offset && values.count >= offset }

  /// The view of what lies `offset` further on.
  func moved(by offset: Int) -> KeyValueView {
    switch (keys, values) {
    case (.floats(let keys), .floats(let values)):
      KeyValueView(
        keys: keys.slice(offset, keys.count - offset), keyRowStride: keyRowStride,
        keyHeadStride: keyHeadStride, values: values.slice(offset, values.count - offset),
        valueRowStride: valueRowStride, valueHeadStride: valueHeadStride)
    case (.halves(let keys), .halves(let values)):
      KeyValueView(
        keys: keys.slice(offset, keys.count - offset), keyRowStride: keyRowStride,
        keyHeadStride: keyHeadStride, values: values.slice(offset, values.count - offset),
        valueRowStride: valueRowStride, valueHeadStride: valueHeadStride)
    default: preconditionFailure("keys of another precision than values")
    }
  }

  func checkHolds(_ count: Int, heads: Int, width: Int) {
    guard count > 0 else { return }
    precondition(
      keys.count >= (count - 1) * keyRowStride + (heads - 1) * keyHeadStride + width
        && values.count >= (count - 1) * valueRowStride + (heads - 1) * valueHeadStride + width,
      "too few keys or values")
  }
}

/// Rows of floats that lie `stride` apart.
struct FloatRows {
  let base: UnsafePointer<Float>
  let stride: Int
}

/// Numbers in memory, of one precision or another.
enum StoredNumbers: Sendable {
  case floats(FloatView)
  case halves(HalfView)

  var count: Int {
    switch self {
    case .floats(let view): view.count
    case .halves(let view): view.count
    }
  }

  var precision: StoragePrecision {
    switch self {
    case .floats: .float32
    case .halves(let view): view.precision
    }
  }

  /// The memory of floats.
  var floats: UnsafeMutablePointer<Float> {
    guard case .floats(let view) = self else {
      preconditionFailure("numbers in half precision are read through a buffer")
    }
    return view.base
  }

  /// `count` rows from `offset` on, widened into `buffer` where they are halves.
  func rows(
    _ offset: Int, _ count: Int, stride: Int, width: Int, _ buffer: UnsafeMutablePointer<Float>
  ) -> FloatRows {
    switch self {
    case .floats(let view): return FloatRows(base: view.base + offset, stride: stride)
    case .halves(let view):
      let source = view.base + offset
      if stride == width {
        view.precision.widen(source, buffer, count * width)
      } else {
        for row in 0..<count {
          view.precision.widen(source + row * stride, buffer + row * width, width)
        }
      }
      return FloatRows(base: buffer, stride: width)
    }
  }
}
