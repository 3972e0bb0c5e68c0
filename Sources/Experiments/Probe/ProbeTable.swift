import SandboxTasks

/// The summary of a probe: for each tasks file and length the means over instances, in context and
/// after the last step of adaptation, and their paired difference.
public struct ProbeTable: Sendable {
  /// One measure of one cell.
  public struct Row: Sendable, Equatable {
    /// The path of the tasks file.
    public let file: String
    /// The family.
    public let task: TaskFamily
    /// T: tokens of the context.
    public let length: Int
    /// What is averaged.
    public let measure: Measure
    /// In context.
    public let before: Estimate
    /// After the last step; nil without adaptation.
    public let after: Estimate?
    /// After minus before, instance by instance; nil without adaptation.
    public let difference: Estimate?
  }

  /// By file in the order given, then by length, then by measure.
  public let rows: [Row]

  /// Summarises measurements.
  ///
  /// - Parameters:
  ///   - heads: those that are followed, by family.
  ///   - seed: decides the resamples.
  /// - Throws: `PooledRecords`.
  public init(
    _ summaries: [ProbeSummary], heads: [TaskFamily: FollowedHeads], seed: UInt64,
    resamples: Int = Statistics.resamples
  ) throws {
    let estimator = Estimator(seed: seed, resamples: resamples)
    struct Cell: Hashable {
      var file: String
      var task: TaskFamily
      var length: Int
    }
    let cells = Dictionary(grouping: summaries) {
      Cell(file: $0.file, task: $0.task, length: $0.length)
    }
    var files: [String] = []
    for summary in summaries where files.last != summary.file {
      if !files.contains(summary.file) { files.append(summary.file) }
    }
    var rows: [Row] = []
    for file in files {
      let ownCells = cells.keys.filter { $0.file == file }
      for cell in ownCells.sorted(by: {
        ($0.length, $0.task.rawValue) < ($1.length, $1.task.rawValue)
      }) {
        let summaries = cells[cell, default: []]
        let last = summaries.map(\.step).max() ?? 0
        let before = summaries.filter { $0.step == 0 }
        let after = summaries.filter { $0.step == last }
        for (step, own) in [(0, before), (last, after)] {
          try RecordCell.check(
            own.lazy.map { RecordCell.Member(index: $0.index, settings: []) },
            label: "step \(step)",
            place: "\(cell.task.rawValue) at T = \(cell.length)", file: cell.file)
        }
        let known = Dictionary(uniqueKeysWithValues: before.map { ($0.index, $0) })
        for measure in Measure.printed {
          let quantity = Quantity(measure, task: cell.task.rawValue, length: cell.length)
          func value(_ summary: ProbeSummary) -> Double? {
            measure.value(of: summary, heads: heads[cell.task])
          }
          func mean(_ summaries: [ProbeSummary]) -> Estimate? {
            estimator.mean(summaries.compactMap(value), of: quantity)
          }
          guard let inContext = mean(before) else { continue }
          let pairs = after.compactMap { summary -> (before: Double, after: Double)? in
            guard let after = value(summary), let before = known[summary.index].flatMap(value)
            else { return nil }
            return (before, after)
          }
          rows.append(
            Row(
              file: cell.file, task: cell.task, length: cell.length, measure: measure,
              before: inContext, after: last > 0 ? mean(after) : nil,
              difference: last > 0
                ? estimator.difference(
                  before: pairs.map(\.before), after: pairs.map(\.after), of: quantity) : nil))
        }
      }
    }
    self.rows = rows
  }
}
