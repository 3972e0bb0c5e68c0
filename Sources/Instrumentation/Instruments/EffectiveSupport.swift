import Foundation

/// How many keys the row attends to in effect: `exp(H(α))` with the entropy `H(α) = −Σ_j α_j log α_j`.
///
/// n for weights that are equal over n keys, 1 where all weight is on one. It looks at the whole row,
/// whatever the fact.
public enum EffectiveSupport: Instrument {
  public static let name = "effective_support"
  public static let meaning = "exp(H(α)), the number of keys attended to in effect, 1 or more"
  public static let isShare = false
  public static let measures = InstrumentMeasure.bestAndMean(
    heading: "effective support", label: "Effective support $e^{H(\\alpha)}$ (keys)")

  public static func value(of seen: ObservedFact) -> Double {
    let entropy = seen.row.attention.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    return exp(entropy)
  }
}
