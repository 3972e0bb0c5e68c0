/// What is measured of an instance: the one list that statistics, tables, figures and reports go by.
///
/// The raw value is the name in `stats.csv` and in JSON. A new measure is a case here, a line in `traits`
/// and, where `reading` has none that fits, a way to read it in `Measure+Reading.swift`.
public enum Measure: String, Sendable, CaseIterable {
  case accuracy
  case majorityAccuracy = "majority_accuracy"
  case answerProbability = "answer_probability"
  case valueProbability = "value_probability"
  case openingProbability = "opening_probability"
  case massBest = "mass_best"
  case massMean = "mass_mean"
  case marginBest = "margin_best"
  case gapBest = "gap_best"
  case boundBest = "bound_best"
  case massBestAll = "mass_best_all"
  case massMeanAll = "mass_mean_all"
  case marginBestAll = "margin_best_all"

  /// What there is to say of a measure.
  struct Traits {
    /// The column of `results.csv` and of `probe.csv`.
    var column: String
    /// The name in tables for people.
    var heading: String
    /// The label of an axis, in markup.
    var label: String
    var scale: ValueScale
    var reading: Reading
    /// Whether `stats` averages it.
    var isInStatistics = true
    /// Whether the tables that `stats` and `probe` print show it.
    var isPrinted = false
    /// The name on the command line of `plot`, where it is not the raw value with dashes.
    var option: String?
  }

  /// How a measure is read from a record of a sweep and from a summary of a probe.
  enum Reading {
    case isCorrect
    case isMajorityCorrect
    case answerProbability
    case valueProbability
    case openingProbability
    /// The mean over all heads, at the first value token or over all of them.
    case meanMass(all: Bool)
    /// A number of the followed head: of the one that `FollowedHeads` names.
    case site(
      KeyPath<FollowedHeads, RetrievalSite>, KeyPath<SiteTable, [Float]>,
      KeyPath<SiteReading, Double>)
  }

  var traits: Traits {
    switch self {
    case .accuracy:
      Traits(
        column: "correct", heading: "accuracy", label: "Exact-match accuracy", scale: .binary,
        reading: .isCorrect, isPrinted: true)
    case .majorityAccuracy:
      Traits(
        column: "majority_correct", heading: "accuracy of the majority",
        label: "Accuracy of the majority", scale: .binary, reading: .isMajorityCorrect)
    case .answerProbability:
      Traits(
        column: rawValue, heading: "p(answer)", label: "Probability of the answer", scale: .share,
        reading: .answerProbability, isPrinted: true)
    case .valueProbability:
      Traits(
        column: rawValue, heading: "p(value)", label: "Probability of the value", scale: .share,
        reading: .valueProbability, isInStatistics: false)
    case .openingProbability:
      Traits(
        column: rawValue, heading: "p(first value token)",
        label: "Probability of the first value token", scale: .share,
        reading: .openingProbability)
    case .massBest:
      Traits(
        column: rawValue, heading: "mass, best head", label: "Target mass, best head",
        scale: .share, reading: .site(\.opening, \.mass, \.mass), isPrinted: true)
    case .massMean:
      Traits(
        column: rawValue, heading: "mass, mean", label: "Target mass, mean of heads",
        scale: .share, reading: .meanMass(all: false), isPrinted: true)
    case .marginBest:
      Traits(
        column: rawValue, heading: "margin (nats)", label: "Margin $\\gamma$ (nats)",
        scale: .real, reading: .site(\.opening, \.margin, \.margin), option: "margin")
    case .gapBest:
      Traits(
        column: rawValue, heading: "worst-case gap (nats)", label: "Worst-case gap (nats)",
        scale: .real, reading: .site(\.opening, \.gap, \.gap), isInStatistics: false, option: "gap")
    case .boundBest:
      Traits(
        column: rawValue, heading: "bound on the mass, best head",
        label: "Bound on the target mass, best head", scale: .share,
        reading: .site(\.opening, \.bound, \.bound), isInStatistics: false, option: "bound")
    case .massBestAll:
      Traits(
        column: rawValue, heading: "mass, best head, all value tokens",
        label: "Target mass over all value tokens, best head", scale: .share,
        reading: .site(\.all, \.all.mass, \.massAll))
    case .massMeanAll:
      Traits(
        column: rawValue, heading: "mass, mean, all value tokens",
        label: "Target mass over all value tokens, mean of heads", scale: .share,
        reading: .meanMass(all: true))
    case .marginBestAll:
      Traits(
        column: rawValue, heading: "margin over all value tokens (nats)",
        label: "Margin $\\gamma$ over all value tokens (nats)", scale: .real,
        reading: .site(\.all, \.all.margin, \.marginAll), option: "margin-all")
    }
  }

  /// The column of `results.csv` and of `probe.csv`.
  public var column: String { traits.column }
  /// The name in tables for people.
  public var heading: String { traits.heading }
  /// The label of an axis, in markup.
  public var label: String { traits.label }
  public var scale: ValueScale { traits.scale }
  /// The name on the command line.
  public var option: String { traits.option ?? rawValue.replacing("_", with: "-") }

  /// Those that `stats` averages, in the order of its tables.
  public static let averaged = allCases.filter { $0.traits.isInStatistics }
  /// Those that tables for people show.
  public static let printed = allCases.filter { $0.traits.isPrinted }
}
