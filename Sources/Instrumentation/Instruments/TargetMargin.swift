/// The margin γ between the fact and everything else, in nats.
///
/// Source: Bansal et al. 2026, Section 2; `TargetReading.margin` has the formula.
public enum TargetMargin: Instrument {
  public static let name = "margin"
  public static let meaning = "γ, the log of the fact's odds against all else, in nats"
  public static let isShare = false
  public static let measures = [
    InstrumentMeasure(
      .best, heading: "margin (nats)", label: "Margin $\\gamma$ (nats)", option: "margin"),
    InstrumentMeasure(
      .best, over: .all, heading: "margin over all value tokens (nats)",
      label: "Margin $\\gamma$ over all value tokens (nats)", option: "margin-all"),
  ]

  public static func value(of seen: ObservedFact) -> Double { seen.reading.margin }
}
