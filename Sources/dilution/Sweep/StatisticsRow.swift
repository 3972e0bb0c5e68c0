import Experiments

/// A mean, or a paired difference, as `stats --json` prints and a report shows it.
struct StatisticsRow: Encodable {
  var task: String
  var length: Int
  var rotary: Bool
  var method: String
  /// What was subtracted; nil for a mean.
  var reference: String?
  var measure: String
  var count: Int
  /// Instances that diverged; nil for a difference.
  var diverged: Int?
  /// Nil where all diverged.
  var mean: Double?
  /// Nil without an interval.
  var lower: Double?
  var upper: Double?
  /// How the interval was made.
  var intervalMethod: String?
  /// Of a difference, of the test that is named beside it.
  var pValue: Double?
  var test: String?
  /// The p-value after Holm's correction over the differences of the task.
  var holm: Double?
  /// Whether a difference is told from 0, alone and among all.
  var isSignificant = false
  var isSignificantAmongAll = false
}

extension StatisticsRow {
  init(_ cell: SweepStatistics.CellRow) {
    self.init(
      cell.setting, cell.method, cell.measure, cell.estimate, count: cell.estimate?.count ?? 0)
    diverged = cell.diverged
  }

  init(_ pair: SweepStatistics.DifferenceRow) {
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
}
