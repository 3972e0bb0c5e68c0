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
  /// How keys and values are stored. Whatever the precision, a token attends to keys and values as
  /// they are stored, its own included, so that nothing depends on how a context was cut to be read.
  public let precision: StoragePrecision
  private let keys: [KeyValueStorage]
  private let values: [KeyValueStorage]

  /// Room for `capacity` tokens.
  public init(
    _ configuration: ModelConfiguration, capacity: Int, precision: StoragePrecision = .float32
  ) {
    self.configuration = configuration
    self.capacity = capacity
    self.precision = precision
    let count = configuration.keyValueWidth * capacity
    func make() -> [KeyValueStorage] {
      (0..<configuration.layers).map { _ in KeyValueStorage(count: count, precision: precision) }
    }
    keys = make()
    values = make()
  }

  /// Bytes that a cache of `capacity` tokens takes.
  public static func bytes(
    _ configuration: ModelConfiguration, capacity: Int, precision: StoragePrecision = .float32
  ) -> Int {
    2 * configuration.layers * configuration.keyValueWidth * capacity * precision.bytes
  }

  /// Keys and values of `layer`.
  func view(layer: Int) -> KeyValueView {
    let w = configuration.headWidth
    return keys[layer].view(values: values[layer], rowStride: w, headStride: capacity * w)
  }

  /// Where keys and values of `layer` from token `start` on are written; nil where they have to be
  /// rounded on their way, by `store`.
  func destination(layer: Int, from start: Int) -> (keys: FloatView, values: FloatView)? {
    let offset = start * configuration.headWidth
    guard case .floats(let k) = keys[layer], case .floats(let v) = values[layer] else { return nil }
    return (k.view.slice(offset, k.count - offset), v.view.slice(offset, v.count - offset))
  }

  /// Stores keys and values of `layer` from token `start` on, rows of `[n, G·w]` each.
  func store(layer: Int, from start: Int, keys rows: MatrixView, values valueRows: MatrixView) {
    let w = configuration.headWidth
    for row in 0..<rows.rows {
      for head in 0..<configuration.keyValueHeads {
        let place = (head * capacity + start + row) * w
        keys[layer].store(rows.rows(row..<row + 1).flattened.slice(head * w, w), at: place)
        values[layer].store(valueRows.rows(row..<row + 1).flattened.slice(head * w, w), at: place)
      }
    }
  }

  /// Stores consecutive keys and values of one head, `[n, w]` each.
  func store(
    layer: Int, head: Int, from start: Int, keys run: FloatView, values valueRun: FloatView
  ) {
    let place = (head * capacity + start) * configuration.headWidth
    keys[layer].store(run, at: place)
    values[layer].store(valueRun, at: place)
  }

  /// A copy of the keys that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func keys(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    let part = slice(queryHead, range)
    return keys[layer].floats(part)
  }

  /// A copy of the values that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func values(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    let part = slice(queryHead, range)
    return values[layer].floats(part)
  }

  private func slice(_ queryHead: Int, _ range: Range<Int>) -> Range<Int> {
    precondition(queryHead >= 0 && queryHead < configuration.queryHeads, "no such head")
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "range out of bounds")
    return place(queryHead / (configuration.queryHeads / configuration.keyValueHeads), range)
  }

  /// Where the tokens of `range` lie in a key-value head.
  private func place(_ head: Int, _ range: Range<Int>) -> Range<Int> {
    let w = configuration.headWidth
    return (head * capacity + range.lowerBound) * w..<(head * capacity + range.upperBound) * w
  }

  /// A copy of the keys and values of `range`, to be put back by `restore`.
  public func backup(_ range: Range<Int>) -> KeyValueBackup {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "range out of bounds")
    return KeyValueBackup(
      range: range,
      parts: slices(range).map { storage, part in storage.backup(part) })
  }

  /// Puts back what `backup` took.
  public func restore(_ backup: KeyValueBackup) {
    for ((storage, part), saved) in zip(slices(backup.range), backup.parts) {
      storage.restore(saved, to: part)
    }
  }

  private func slices(_ range: Range<Int>) -> [(KeyValueStorage, Range<Int>)] {
    (keys + values).flatMap { storage in
      (0..<configuration.keyValueHeads).map { head in (storage, place(head, range)) }
    }
  }
}

/// Keys and values of some tokens, set aside.
public struct KeyValueBackup: Equatable, Sendable {
  let range: Range<Int>
  let parts: [KeyValueBits]
}

/// Stored numbers, bit for bit.
enum KeyValueBits: Equatable, Sendable {
  case floats([Float])
  case halves([UInt16])
}
