import Instrumentation

/// What is measured of an instance: the one list that statistics, tables, figures and reports go by.
///
/// Those of answers stand here; those of attention are what the catalog of instruments declares.
public struct Measure: Sendable {
  /// The name in `stats.csv` and in JSON.
  public let rawValue: String
  /// The column of `results.csv` and of `probe.csv`.
  public let column: String
  /// The name in tables for people.
  public let heading: String
  /// The label of an axis, in markup.
  public let label: String
  public let scale: ValueScale
  /// The name on the command line.
  public let option: String
  let reading: Reading
  private let isInStatistics: Bool
  private let isPrinted: Bool

  /// How a measure is read from a record of a sweep and from a summary of a probe.
  enum Reading {
    case isCorrect
    case isMajorityCorrect
    case answerProbability
    case valueProbability
    case openingProbability
    /// A number of the heads.
    case site(SiteColumn, InstrumentMeasure.Heads)
  }

  private init(
    _ name: String, column: String? = nil, heading: String, label: String, scale: ValueScale,
    _ reading: Reading, isInStatistics: Bool = true, isPrinted: Bool = false, option: String? = nil
  ) {
    rawValue = name
    self.column = column ?? name
    (self.heading, self.label, self.scale, self.reading) = (heading, label, scale, reading)
    (self.isInStatistics, self.isPrinted) = (isInStatistics, isPrinted)
    self.option = option ?? name.replacing("_", with: "-")
  }

  /// What an instrument declares.
  private init(_ instrument: any Instrument.Type, _ measure: InstrumentMeasure) {
    self.init(
      "\(instrument.name)_\(measure.heads.rawValue)\(measure.rows.suffix)",
      heading: measure.heading, label: measure.label, scale: instrument.isShare ? .share : .real,
      .site(SiteColumn(instrument, over: measure.rows), measure.heads),
      isInStatistics: measure.isInStatistics, isPrinted: measure.isPrinted,
      option: measure.option)
  }

  public static let accuracy = Measure(
    "accuracy", column: "correct", heading: "accuracy", label: "Exact-match accuracy",
    scale: .binary, .isCorrect, isPrinted: true)
  public static let majorityAccuracy = Measure(
    "majority_accuracy", column: "majority_correct", heading: "accuracy of the majority",
    label: "Accuracy of the majority", scale: .binary, .isMajorityCorrect)
  public static let answerProbability = Measure(
    "answer_probability", heading: "p(answer)", label: "Probability of the answer", scale: .share,
    .answerProbability, isPrinted: true)
  public static let valueProbability = Measure(
    "value_probability", heading: "p(value)", label: "Probability of the value", scale: .share,
    .valueProbability, isInStatistics: false)
  public static let openingProbability = Measure(
    "opening_probability", heading: "p(first value token)",
    label: "Probability of the first value token", scale: .share, .openingProbability)

  /// All of them: of answers, of heads where retrieval is measured, of heads over all value tokens, and of
  /// the instruments that are read on request.
  public static let allCases: [Measure] =
    [accuracy, majorityAccuracy, answerProbability, valueProbability, openingProbability]
    + declared(by: Instruments.standard, over: .opening)
    + declared(by: Instruments.standard, over: .all)
    + declared(by: Instruments.optional, over: .opening)
    + declared(by: Instruments.optional, over: .all)

  private static func declared(
    by instruments: [any Instrument.Type], over rows: AveragedRows
  ) -> [Measure] {
    instruments.flatMap { instrument in
      instrument.measures.filter { $0.rows == rows }.map { Measure(instrument, $0) }
    }
  }

  /// The measure of a name in `stats.csv`.
  public init?(rawValue: String) {
    guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = known
  }

  public static let massBest = known("mass_best")
  public static let massMean = known("mass_mean")
  public static let marginBest = known("margin_best")
  public static let gapBest = known("gap_best")
  public static let boundBest = known("bound_best")

  /// A measure that the catalog is known to have.
  public static func known(_ name: String) -> Measure {
    guard let measure = Measure(rawValue: name) else {
      preconditionFailure("there is no measure '\(name)'")
    }
    return measure
  }

  /// Those that `stats` averages, in the order of its tables.
  public static let averaged = allCases.filter(\.isInStatistics)
  /// The instrument that must be asked for; nil for a measure that every record has.
  public var optionalInstrument: String? {
    guard case .site(let column, _) = reading, SiteColumn.optional.contains(column) else {
      return nil
    }
    return column.instrument
  }

  /// Those that tables for people show, where there are values.
  public static let printed = allCases.filter(\.isPrinted)
}

extension Measure: Hashable {
  public static func == (one: Measure, other: Measure) -> Bool { one.rawValue == other.rawValue }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
