import DataFiles

/// A mean, or a paired difference, as `stats --json` prints and a report shows it.
public struct StatisticsRow: Encodable, Sendable {
  public var task: String
  public var length: Int
  public var rotary: Bool
  public var method: String
  /// What was subtracted; nil for a mean.
  public var reference: String?
  public var measure: String
  public var count: Int
  /// Instances that diverged; nil for a difference.
  public var diverged: Int?
  /// Nil where all diverged.
  public var mean: Double?
  /// Nil without an interval.
  public var lower: Double?
  public var upper: Double?
  /// How the interval was made.
  public var intervalMethod: String?
  /// Of a difference, of the test that is named beside it.
  public var pValue: Double?
  public var test: String?
  /// The p-value after Holm's correction over the differences of the task.
  public var holm: Double?
  /// Whether a difference differs from 0, alone and among all.
  public var isSignificant = false
  public var isSignificantAmongAll = false
}

extension StatisticsRow {
  public init(_ cell: SweepStatistics.CellRow) {
    self.init(
      cell.setting, cell.method, cell.measure, cell.estimate, count: cell.estimate?.count ?? 0)
    diverged = cell.diverged
  }

  public init(_ pair: SweepStatistics.DifferenceRow) {
    self.init(pair.setting, pair.method, pair.measure, pair.estimate, count: pair.estimate.count)
    reference = pair.reference
    pValue = pair.estimate.test?.pValue
    test = pair.estimate.test?.name.rawValue
    holm = pair.holm
    isSignificant = pair.estimate.isSignificant
    isSignificantAmongAll = pair.isSignificantAmongAll
  }

  private init(
    _ setting: SweepStatistics.Setting, _ method: String, _ measure: Measure,
    _ estimate: Estimate?, count: Int
  ) {
    self.init(
      task: setting.taskLabel, length: setting.length, rotary: setting.rotary, method: method,
      measure: measure.rawValue, count: count, mean: estimate?.mean, lower: estimate?.lower,
      upper: estimate?.upper, intervalMethod: estimate?.method?.rawValue)
  }

  /// The rows of `stats.csv`, or of `differences.csv`, of this version or of former ones.
  ///
  /// - Throws: `CSVError`.
  public static func rows(_ table: CSVTable) throws -> [StatisticsRow] {
    let tasks = try table.strings("task_label")
    let lengths = try table.ints("length")
    let rotary = try table.ints("rotary")
    let methods = try table.strings("label")
    let measures = try table.strings("measure")
    let counts = try table.ints("n")
    let references = table.contains("reference") ? try table.strings("reference") : nil
    let diverged = table.contains("diverged") ? try table.ints("diverged") : nil
    let means = try table.optionalDoubles("mean")
    let lowers = try table.optionalDoubles("lower")
    let uppers = try table.optionalDoubles("upper")
    let pValues = try table.contains("p_value") ? table.optionalDoubles("p_value") : nil
    let holm = try table.contains("holm") ? table.optionalDoubles("holm") : nil
    return tasks.indices.map { row in
      let isSignificant = Self.isSignificant(
        pValues?[row] ?? nil, lower: lowers[row], upper: uppers[row])
      let corrected = holm?[row] ?? nil
      return StatisticsRow(
        task: tasks[row], length: lengths[row], rotary: rotary[row] != 0, method: methods[row],
        reference: references?[row], measure: measures[row], count: counts[row],
        diverged: diverged?[row], mean: means[row], lower: lowers[row], upper: uppers[row],
        isSignificant: isSignificant,
        isSignificantAmongAll: isSignificant
          && corrected.map { $0 <= Statistics.significance } ?? false)
    }
  }

  /// The rule of `Estimate.isSignificant`, for what a table holds.
  private static func isSignificant(_ pValue: Double?, lower: Double?, upper: Double?) -> Bool {
    guard let pValue, pValue <= Statistics.significance else { return false }
    guard let lower, let upper else { return true }
    return lower > 0 || upper < 0
  }
}
