/// The least upper bound on the target mass that the competitors m(Δ) give, over the slacks that were
/// counted.
///
/// Source: Bansal et al. 2026, Lemma 2.2.
public enum DilutionBound: Instrument {
  public static let name = "bound"
  public static let meaning = "the dilution bound on the mass, 0 to 1"
  public static let isShare = true
  public static let measures = [
    InstrumentMeasure(
      .best, heading: "bound on the mass, best head", label: "Bound on the target mass, best head",
      isInStatistics: false, option: "bound")
  ]

  public static func value(of seen: ObservedFact) -> Double { seen.reading.leastBound }
}
