import TensorKernels

/// Keys (after normalisation and rotation) and values of the tokens read so far.
///
/// Per layer and key-value head, `[capacity, w]` rows lie side by side, so that a decoding step
/// streams through them. Memory beyond `length` is not touched.
public final class KeyValueCache: Sendable {
  /// The shape of the model.
  public let configuration: ModelConfiguration
  /// The number of tokens that fit.
  public let capacity: Int
  private let keys: [FloatStorage]
  private let values: [FloatStorage]

  /// Room for `capacity` tokens.
  public init(_ configuration: ModelConfiguration, capacity: Int) {
    self.configuration = configuration
    self.capacity = capacity
    let count = configuration.keyValueWidth * capacity
    keys = (0..<configuration.layers).map { _ in FloatStorage(count: count) }
    values = (0..<configuration.layers).map { _ in FloatStorage(count: count) }
  }

  /// Bytes that a cache of `capacity` tokens takes.
  public static func bytes(_ configuration: ModelConfiguration, capacity: Int) -> Int {
    2 * configuration.layers * configuration.keyValueWidth * capacity * 4
  }

  /// Keys and values of `layer` from token `start` on.
  func view(layer: Int, from start: Int = 0) -> KeyValueView {
    let w = configuration.headWidth
    let offset = start * w
    let k = keys[layer].view
    let v = values[layer].view
    return KeyValueView(
      keys: k.slice(offset, k.count - offset), keyRowStride: w, keyHeadStride: capacity * w,
      values: v.slice(offset, v.count - offset), valueRowStride: w, valueHeadStride: capacity * w)
  }

  /// Where keys of `layer` from token `start` on are written.
  func keyDestination(layer: Int, from start: Int) -> FloatView {
    let offset = start * configuration.headWidth
    return keys[layer].view.slice(offset, keys[layer].count - offset)
  }

  /// Where values of `layer` from token `start` on are written.
  func valueDestination(layer: Int, from start: Int) -> FloatView {
    let offset = start * configuration.headWidth
    return values[layer].view.slice(offset, values[layer].count - offset)
  }

  /// A copy of the keys that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func keys(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    slice(keys[layer], queryHead, range).array
  }

  /// A copy of the values that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func values(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    slice(values[layer], queryHead, range).array
  }

  private func slice(_ storage: FloatStorage, _ queryHead: Int, _ range: Range<Int>) -> FloatView {
    precondition(queryHead >= 0 && queryHead < configuration.queryHeads, "no such head")
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "range out of bounds")
    let w = configuration.headWidth
    let head = queryHead / (configuration.queryHeads / configuration.keyValueHeads)
    return storage.view.slice((head * capacity + range.lowerBound) * w, range.count * w)
  }

  /// A copy of the keys and values of `range`, to be put back by `restore`.
  public func backup(_ range: Range<Int>) -> KeyValueBackup {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "range out of bounds")
    return KeyValueBackup(range: range, floats: slices(range).map(\.array))
  }

  /// Puts back what `backup` took.
  public func restore(_ backup: KeyValueBackup) {
    for (slice, floats) in zip(slices(backup.range), backup.floats) { slice.copy(from: floats) }
  }

  private func slices(_ range: Range<Int>) -> [FloatView] {
    let w = configuration.headWidth
    return (keys + values).flatMap { storage in
      (0..<configuration.keyValueHeads).map { head in
        storage.view.slice((head * capacity + range.lowerBound) * w, range.count * w)
      }
    }
  }
}

/// Keys and values of some tokens, set aside.
public struct KeyValueBackup: Equatable, Sendable {
  let range: Range<Int>
  let floats: [[Float]]
}
