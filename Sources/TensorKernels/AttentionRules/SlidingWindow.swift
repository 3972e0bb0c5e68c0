/// A row sees its own key and the last ones before it, so many together: what published files call
/// sliding-window attention.
public struct SlidingWindow: KeyVisibility {
  public static let name = "window"
  public static let settings = [RuleSetting("keys", in: 1...1_073_741_824, isWhole: true)]
  public static let published: PublishedVisibility? = PublishedVisibility(
    layerType: "sliding_attention", sizeKey: "sliding_window", switchKey: "use_sliding_window",
    firstLayerKey: "max_window_layers")

  /// k, the number of keys, the row's own among them.
  public let keys: Int

  public init(keys: Int) {
    precondition(keys >= 1, "a row sees itself")
    self.keys = keys
  }

  public init(_ values: [Double]) { self.init(keys: Int(values[0])) }
  public var values: [Double] { [Double(keys)] }

  public func firstKey(of position: Int) -> Int { max(0, position + 1 - keys) }

  public func pairs(of rows: Range<Int>, from start: Int) -> Int {
    Int(pairs(rows.upperBound - start) - pairs(rows.lowerBound - start))
  }

  public func spanPairs(_ count: Int, starts: Int, own: Bool) -> Int128 {
    if own { return Int128(starts) * pairs(count) }
    return sum(starts + count) - sum(count) - sum(starts)
  }

  /// `S(n) = Σ min(k, x)` over x = 1 … n: the pairs of the first n rows.
  private func pairs(_ count: Int) -> Int128 {
    let (n, k) = (Int128(count), Int128(keys))
    return n <= k ? n * (n + 1) / 2 : k * (k + 1) / 2 + (n - k) * k
  }

  /// `Σ S(i)` over i = 0 … n − 1.
  private func sum(_ count: Int) -> Int128 {
    let (n, k) = (Int128(count), Int128(keys))
    if n <= k + 1 { return (n - 1) * n * (n + 1) / 6 }
    let m = n - k - 1
    return k * (k + 1) * (k + 2) / 6 + m * (k * (k + 1) / 2) + k * (m * (m + 1) / 2)
  }
}
