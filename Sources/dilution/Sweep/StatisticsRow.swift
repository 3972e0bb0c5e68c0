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
  var lower: Double?
  var upper: Double?
}

extension StatisticsRow {
  init(_ cell: SweepStatistics.CellRow) {
    self.init(
      cell.setting, cell.method, reference: nil, cell.measure, cell.estimate,
      diverged: cell.diverged)
  }

  init(_ pair: SweepStatistics.DifferenceRow) {
    self.init(
      pair.setting, pair.method, reference: pair.reference, pair.measure, pair.estimate,
      diverged: nil)
  }

  private init(
    _ setting: SweepStatistics.Setting, _ method: String, reference: String?,
    _ measure: SweepStatistics.Measure, _ estimate: Estimate?, diverged: Int?
  ) {
    self.init(
      task: setting.taskLabel, length: setting.length, rotary: setting.rotary, method: method,
      reference: reference, measure: measure.rawValue, count: estimate?.count ?? 0,
      diverged: diverged, mean: estimate?.mean, lower: estimate?.lower, upper: estimate?.upper)
  }
}
