import TensorKernels

/// The keys, or the values, of one layer of a cache.
enum KeyValueStorage: Sendable {
  case floats(FloatStorage)
  case halves(HalfStorage)

  init(count: Int, precision: StoragePrecision) {
    self =
      precision == .float32
      ? .floats(FloatStorage(count: count))
      : .halves(HalfStorage(count: count, precision: precision))
  }

  /// These keys with the values of the same layer.
  func view(values: KeyValueStorage, rowStride: Int, headStride: Int) -> KeyValueView {
    switch (self, values) {
    case (.floats(let keys), .floats(let values)):
      KeyValueView(
        keys: keys.view, keyRowStride: rowStride, keyHeadStride: headStride, values: values.view,
        valueRowStride: rowStride, valueHeadStride: headStride)
    case (.halves(let keys), .halves(let values)):
      KeyValueView(
        keys: keys.view, keyRowStride: rowStride, keyHeadStride: headStride, values: values.view,
        valueRowStride: rowStride, valueHeadStride: headStride)
    default: preconditionFailure("keys of another precision than values")
    }
  }

  /// Stores `floats` from `offset` on, rounded to the precision.
  func store(_ floats: FloatView, at offset: Int) {
    switch self {
    case .floats(let storage): storage.view.slice(offset, floats.count).copy(from: floats)
    case .halves(let storage): storage.view.slice(offset, floats.count).store(floats)
    }
  }

  func floats(_ range: Range<Int>) -> [Float] {
    switch self {
    case .floats(let storage): storage.view.slice(range.lowerBound, range.count).array
    case .halves(let storage): storage.view.slice(range.lowerBound, range.count).floats
    }
  }

  func backup(_ range: Range<Int>) -> KeyValueBits {
    switch self {
    case .floats(let storage): .floats(storage.view.slice(range.lowerBound, range.count).array)
    case .halves(let storage): .halves(storage.view.slice(range.lowerBound, range.count).bits)
    }
  }

  func restore(_ saved: KeyValueBits, to range: Range<Int>) {
    switch (self, saved) {
    case (.floats(let storage), .floats(let floats)):
      storage.view.slice(range.lowerBound, range.count).copy(from: floats)
    case (.halves(let storage), .halves(let bits)):
      storage.view.slice(range.lowerBound, range.count).copy(from: bits)
    default: preconditionFailure("a backup of another cache")
    }
  }
}
