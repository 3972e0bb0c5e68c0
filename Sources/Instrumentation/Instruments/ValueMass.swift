/// The share of the row's attention that falls on the tokens of the fact's value.
public enum ValueMass: Instrument {
  public static let name = "value_mass"
  public static let meaning = "the share of attention on the fact's value tokens, 0 to 1"
  public static let isShare = true
  public static let measures: [InstrumentMeasure] = []

  public static func value(of seen: ObservedFact) -> Double {
    seen.row.mass(on: seen.value)
  }
}
