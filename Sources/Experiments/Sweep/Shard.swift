/// A part of a sweep: number `index` of `count`, counted from 1.
public struct Shard: Sendable, Equatable {
  public let index: Int
  public let count: Int

  /// All of it.
  public static let whole = Shard(index: 1, of: 1)

  /// Part `index` of `count`.
  public init(index: Int, of count: Int) {
    precondition(count >= 1 && 1...count ~= index, "a shard is one of its count")
    self.index = index
    self.count = count
  }

  /// Reads `2/3`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      1...10_000 ~= count, 1...count ~= index
    else { return nil }
    self.init(index: index, of: count)
  }

  public var isWhole: Bool { count == 1 }

  /// What stands behind the names of the shard's own files: `-2-of-3`, and nothing for the whole.
  var suffix: String { isWhole ? "" : "-\(index)-of-\(count)" }

  /// The one shard of a count that does what has this hash.
  static func taking(_ hash: [UInt8], of count: Int) -> Shard {
    let number = hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Shard(index: Int(number % UInt64(count)) + 1, of: count)
  }
}

extension Shard: CustomStringConvertible {
  public var description: String { "\(index)/\(count)" }
}
