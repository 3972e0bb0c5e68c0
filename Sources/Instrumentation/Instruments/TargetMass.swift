/// Target mass: the share of the row's attention that falls on the fact, `Σ_{j∈J*} α_j`.
public enum TargetMass: Instrument {
  public static let name = "mass"
  public static let meaning = "the share of attention on the whole fact, 0 to 1"
  public static let isShare = true
  public static let measures = [
    InstrumentMeasure(
      .best, heading: "mass, best head", label: "Target mass, best head", isPrinted: true),
    InstrumentMeasure(
      .mean, heading: "mass, mean", label: "Target mass, mean of heads", isPrinted: true),
    InstrumentMeasure(
      .best, over: .all, heading: "mass, best head, all value tokens",
      label: "Target mass over all value tokens, best head"),
    InstrumentMeasure(
      .mean, over: .all, heading: "mass, mean, all value tokens",
      label: "Target mass over all value tokens, mean of heads"),
  ]

  public static func value(of seen: ObservedFact) -> Double { seen.reading.mass }
}
