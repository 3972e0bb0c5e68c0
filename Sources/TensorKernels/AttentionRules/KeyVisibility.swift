/// Which keys a row sees: all from a first one on to its own.
public protocol KeyVisibility: AttentionRulePart {
  /// How published configurations write it; nil where they have no name for it.
  static var published: PublishedVisibility? { get }
  /// The position of the first key that the row at `position` sees, from 0 to `position`.
  func firstKey(of position: Int) -> Int
  /// How many pairs of a row and a key it sees there are, counting keys from `start` on: the closed
  /// form of what kernels tally.
  ///
  /// - Parameters:
  ///   - rows: positions.
  ///   - start: at most the first row's position.
  func pairs(of rows: Range<Int>, from start: Int) -> Int
  /// The sum of `pairs` over spans of `count` rows that begin at 0, 1, … `starts − 1`.
  ///
  /// - Parameter own: whether only the keys of a span's own rows are counted.
  func spanPairs(_ count: Int, starts: Int, own: Bool) -> Int128
}

extension KeyVisibility {
  public static var published: PublishedVisibility? { nil }

  public func spanPairs(_ count: Int, starts: Int, own: Bool) -> Int128 {
    (0..<starts).reduce(0) { $0 + Int128(pairs(of: $1..<$1 + count, from: own ? $1 : 0)) }
  }
}

/// A row sees everything before it.
public struct CausalVisibility: KeyVisibility {
  public static let name = "causal"
  public init(_ values: [Double] = []) {}

  public func firstKey(of position: Int) -> Int { 0 }

  public func pairs(of rows: Range<Int>, from start: Int) -> Int {
    rows.count * (rows.lowerBound - start) + rows.count * (rows.count + 1) / 2
  }

  public func spanPairs(_ count: Int, starts: Int, own: Bool) -> Int128 {
    let (count, starts) = (Int128(count), Int128(starts))
    let before = own ? 0 : count * (starts * (starts - 1) / 2)
    return before + starts * (count * (count + 1) / 2)
  }
}

/// The names that published `config.json` files have for a visibility with one setting.
public struct PublishedVisibility: Sendable {
  /// Among `layer_types`.
  public let layerType: String
  /// Of the setting, of the member that switches it on, and of the number of layers before the first that
  /// has it.
  public let sizeKey: String
  public let switchKey: String
  public let firstLayerKey: String
}
