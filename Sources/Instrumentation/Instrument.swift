/// A number that says what one row of one head gives to one fact.
///
/// An instrument looks at a row of attention and at the places of a fact, never at a task. It is written
/// once, in a file of its own, and named in `Instruments`; records, tables, statistics, figures and reports
/// take names, columns and wording from there.
public protocol Instrument: SendableMetatype {
  /// The key in records, in snake_case; columns are made of it: `mass_best`, `mass_mean`.
  static var name: String { get }
  /// What is measured, in one sentence, with its unit.
  static var meaning: String { get }
  /// Whether values lie between 0 and 1, which decides their interval and their axis.
  static var isShare: Bool { get }
  /// What statistics and figures make of the numbers.
  static var measures: [InstrumentMeasure] { get }

  /// The number; finite wherever the row's scores are, −∞ and +∞ where no position is left to compare with.
  static func value(of seen: ObservedFact) -> Double
}

/// One row of one head, and a fact that is looked for in it.
public struct ObservedFact: Sendable {
  /// The row.
  public let row: AttentionRow
  /// The tokens of the whole fact, or of all facts that hold the answer: J*.
  public let span: RangeSet<Int>
  /// The tokens of its value.
  public let value: RangeSet<Int>
  /// What the row gives to the whole fact.
  public let reading: TargetReading

  /// Reads a row.
  ///
  /// - Parameter slacks: the Δ of the dilution bound for which competitors are counted.
  public init(
    _ row: AttentionRow, span: RangeSet<Int>, value: RangeSet<Int>, slacks: [Double]
  ) {
    (self.row, self.span, self.value) = (row, span, value)
    reading = row.reading(of: span, slacks: slacks)
  }
}

/// Over which rows an instrument's numbers are averaged.
public enum AveragedRows: String, Sendable, Hashable, Codable {
  /// Those that predict the first token of each fact's value, where retrieval is measured.
  case opening
  /// Those that predict any of its tokens; behind the first, a model copies on from where it has read.
  case all

  /// Behind the names of columns.
  public var suffix: String { self == .all ? "_all" : "" }
}

/// A mean of an instrument's numbers, with all that tables and figures say of it.
public struct InstrumentMeasure: Sendable {
  /// Of which heads.
  public enum Heads: String, Sendable {
    /// The one head that is followed.
    case best
    /// All of them, averaged.
    case mean
  }

  public var heads: Heads
  public var rows: AveragedRows
  /// The name in tables for people.
  public var heading: String
  /// The label of an axis, in markup.
  public var label: String
  /// Whether `stats` averages it.
  public var isInStatistics: Bool
  /// Whether the tables that `stats` and `probe` print show it.
  public var isPrinted: Bool
  /// The name on the command line of `plot`, where it is not the column with dashes.
  public var option: String?

  public init(
    _ heads: Heads, over rows: AveragedRows = .opening, heading: String, label: String,
    isInStatistics: Bool = true, isPrinted: Bool = false, option: String? = nil
  ) {
    (self.heads, self.rows, self.heading, self.label) = (heads, rows, heading, label)
    (self.isInStatistics, self.isPrinted, self.option) = (isInStatistics, isPrinted, option)
  }

  /// The followed head and the mean of heads where retrieval is measured, as most instruments have them.
  ///
  /// - Parameters:
  ///   - heading: the quantity in tables for people, such as "effective support".
  ///   - label: the same at an axis, in markup.
  public static func bestAndMean(heading: String, label: String) -> [InstrumentMeasure] {
    [
      InstrumentMeasure(
        .best, heading: "\(heading), best head", label: "\(label), best head", isPrinted: true),
      InstrumentMeasure(
        .mean, heading: "\(heading), mean", label: "\(label), mean of heads", isPrinted: true),
    ]
  }
}
