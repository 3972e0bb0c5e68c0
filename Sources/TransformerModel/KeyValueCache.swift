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
  private let keys: [StoredNumbers]
  private let values: [StoredNumbers]

  /// Room for `capacity` tokens.
  public init(
    _ configuration: ModelConfiguration, capacity: Int, precision: StoragePrecision = .float32
  ) {
    self.configuration = configuration
    self.capacity = capacity
    self.precision = precision
    let count = configuration.keyValueWidth * capacity
    func make() -> [StoredNumbers] {
      (0..<configuration.layers).map { _ in StoredNumbers(count: count, precision: precision) }
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

  /// Numbers between the same token of two neighbouring heads.
  var headStride: Int { capacity * configuration.headWidth }

  /// Keys and values of `layer`.
  func view(layer: Int) -> KeyValueView {
    KeyValueView(
      keys: keys[layer], values: values[layer], rowStride: configuration.headWidth,
      headStride: headStride)
  }

  /// Where keys and values of `layer` from token `start` on are written; nil where they have to be
  /// rounded, by `store`.
  func destination(layer: Int, from start: Int) -> (keys: FloatView, values: FloatView)? {
    let offset = start * configuration.headWidth
    guard case .floats(let k) = keys[layer], case .floats(let v) = values[layer] else { return nil }
    return (k.slice(offset, k.count - offset), v.slice(offset, v.count - offset))
  }

  /// Stores keys and values of `layer` from token `start` on, rows of `[n, G·w]` each.
  func store(layer: Int, from start: Int, keys rows: MatrixView, values valueRows: MatrixView) {
    let w = configuration.headWidth
    for row in 0..<rows.rows {
      for head in 0..<configuration.keyValueHeads {
        let place = place(head, start + row..<start + row + 1)
        keys[layer].slice(place).store(rows.rows(row..<row + 1).flattened.slice(head * w, w))
        values[layer].slice(place)
          .store(valueRows.rows(row..<row + 1).flattened.slice(head * w, w))
      }
    }
  }

  /// Copies tokens of a cache of floats, rounded to this one's precision, from token `start` on.
  func copy(_ range: Range<Int>, of other: KeyValueCache, to start: Int) {
    let targets = slices(start..<start + range.count)
    for (target, source) in zip(targets, other.slices(range)) {
      guard case .floats(let floats) = source else {
        preconditionFailure("only floats are copied")
      }
      target.store(floats)
    }
  }

  /// Rounds what is stored of a token in `layer` to another precision, as a cache of that precision would.
  func round(layer: Int, token: Int, to precision: StoragePrecision) {
    for numbers in [keys[layer], values[layer]] {
      for head in 0..<configuration.keyValueHeads {
        guard case .floats(let floats) = numbers.slice(place(head, token..<token + 1)) else {
          preconditionFailure("only floats are rounded")
        }
        floats.round(to: precision)
      }
    }
  }

  /// A copy of the keys that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func keys(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    keys[layer].slice(place(keyHead(of: queryHead), range)).array
  }

  /// A copy of the values that a query head sees at `range` of a layer, row-major `[n, w]`.
  public func values(layer: Int, queryHead: Int, _ range: Range<Int>) -> [Float] {
    values[layer].slice(place(keyHead(of: queryHead), range)).array
  }

  private func keyHead(of queryHead: Int) -> Int {
    precondition(queryHead >= 0 && queryHead < configuration.queryHeads, "no such head")
    return queryHead / (configuration.queryHeads / configuration.keyValueHeads)
  }

  /// Where the tokens of `range` lie in a key-value head.
  private func place(_ head: Int, _ range: Range<Int>) -> Range<Int> {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "range out of bounds")
    let w = configuration.headWidth
    return (head * capacity + range.lowerBound) * w..<(head * capacity + range.upperBound) * w
  }

  /// A copy of the keys and values of `range`, to be put back by `restore`.
  public func backup(_ range: Range<Int>) -> KeyValueBackup {
    let parts = slices(range).map { part -> KeyValueBits in
      switch part {
      case .floats(let view): .floats(view.array)
      case .halves(let view): .halves(view.bits)
      }
    }
    return KeyValueBackup(range: range, parts: parts)
  }

  /// Puts back what `backup` took.
  public func restore(_ backup: KeyValueBackup) {
    for (part, saved) in zip(slices(backup.range), backup.parts) {
      switch (part, saved) {
      case (.floats(let view), .floats(let floats)): view.copy(from: floats)
      case (.halves(let view), .halves(let bits)): view.copy(from: bits)
      default: preconditionFailure("a backup of another cache")
      }
    }
  }

  /// The keys and values of `range`, those of one layer and head at a time.
  private func slices(_ range: Range<Int>) -> [StoredNumbers] {
    (keys + values).flatMap { numbers in
      (0..<configuration.keyValueHeads).map { numbers.slice(place($0, range)) }
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
