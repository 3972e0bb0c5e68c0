import TensorKernels

/// A key or value of a cache that is not finite.
public struct KeyValueOverflow: Equatable, Sendable {
  /// The layer, from 0.
  public var layer: Int
  /// The token, from 0.
  public var token: Int
  /// How the cache stores.
  public var precision: StoragePrecision
}

extension KeyValueOverflow: CustomStringConvertible {
  public var description: String {
    "the keys or values of layer \(layer) at token \(token)"
      + (precision == .float16 ? " (float16 ends at 65504)" : "")
  }
}

extension KeyValueCache {
  /// The first of `tokens` with a key or value that is not finite, in the first layer that has one.
  ///
  /// - Complexity: reads the cache: for the rare case that an answer is not finite.
  public func firstOverflow(in tokens: Range<Int>) -> KeyValueOverflow? {
    let group = configuration.queryHeads / configuration.keyValueHeads
    let width = configuration.headWidth
    for layer in 0..<configuration.layers {
      var first: Int?
      for head in 0..<configuration.keyValueHeads {
        for start in stride(from: tokens.lowerBound, to: tokens.upperBound, by: 4096) {
          let part = start..<min(start + 4096, tokens.upperBound)
          let found = [
            keys(layer: layer, queryHead: head * group, part),
            values(layer: layer, queryHead: head * group, part),
          ].compactMap { $0.firstIndex { !$0.isFinite } }.min()
          guard let found else { continue }
          first = min(first ?? .max, start + found / width)
          break
        }
      }
      if let first { return KeyValueOverflow(layer: layer, token: first, precision: precision) }
    }
    return nil
  }
}
