/// The attention sink: the share of the row's attention that falls on the first token of the sequence;
/// 0 where the row does not see it.
///
/// Source: Xiao et al. 2024, arXiv 2309.17453.
public enum SinkShare: Instrument {
  public static let name = "sink_share"
  public static let meaning = "the share of attention on the first token of the sequence, 0 to 1"
  public static let isShare = true
  public static let measures = InstrumentMeasure.bestAndMean(
    heading: "share of the first token", label: "Attention to the first token")

  public static func value(of seen: ObservedFact) -> Double {
    seen.row.mass(on: RangeSet(0..<1))
  }
}
