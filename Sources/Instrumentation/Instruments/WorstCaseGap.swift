/// The gap between the best-scoring target and the best-scoring distractor, in nats.
public enum WorstCaseGap: Instrument {
  public static let name = "gap"
  public static let meaning = "the worst-case gap min_j (z* − z_j), in nats"
  public static let isShare = false
  public static let measures = [
    InstrumentMeasure(
      .best, heading: "worst-case gap (nats)", label: "Worst-case gap (nats)",
      isInStatistics: false, option: "gap")
  ]

  public static func value(of seen: ObservedFact) -> Double { seen.reading.gap }
}
