/// The share of the row's attention that falls on the last keys, its own included: on the last
/// `RecencyShare.keys`, or on all where there are fewer.
public enum RecencyShare: Instrument {
  /// How many keys are recent: question and answer of a task in the sandbox's tokens, and a fact or two.
  public static let keys = 16

  public static let name = "recency_share"
  public static let meaning = "the share of attention on the last 16 keys, 0 to 1"
  public static let isShare = true
  public static let measures = InstrumentMeasure.bestAndMean(
    heading: "share of the last 16 keys", label: "Attention to the last 16 keys")

  public static func value(of seen: ObservedFact) -> Double {
    let count = seen.row.count
    return seen.row.mass(on: RangeSet(max(0, count - keys)..<count))
  }
}
