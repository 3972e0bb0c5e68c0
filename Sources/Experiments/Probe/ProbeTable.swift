import Randomness
import SandboxTasks

/// The summary of a probe: for each tasks file and length the means over instances, in context and
/// after the last step of adaptation, and their paired difference.
public struct ProbeTable: Sendable {
  /// What is averaged.
  public enum Measure: String, Sendable, CaseIterable {
    case accuracy
    case answerProbability
    case massBest
    case massMean
  }

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
  ///   - sites: the site whose mass is `massBest`, by family.
  ///   - seed: decides the resamples.
  public init(
    _ summaries: [ProbeSummary], sites: [TaskFamily: RetrievalSite], seed: UInt64,
    resamples: Int = Statistics.resamples
  ) {
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
        // A stream for each measure of each length, so that no row depends on which others there are.
        let stream = RandomStream(seed: seed, label: "bootstrap").child(cell.length)
        for measure in Measure.allCases {
          let stream = stream.child(measure.rawValue)
          func values(_ summaries: [ProbeSummary]) -> [Double] {
            summaries.map { measure.value(of: $0, site: sites[cell.task]) }
          }
          func estimate(_ summaries: [ProbeSummary]) -> Estimate {
            Statistics.bootstrap(values(summaries), resamples: resamples, stream: stream)
          }
          rows.append(
            Row(
              file: cell.file, task: cell.task, length: cell.length, measure: measure,
              before: estimate(before), after: last > 0 ? estimate(after) : nil,
              difference: last > 0
                ? Statistics.pairedBootstrap(
                  before: values(before), after: values(after), resamples: resamples,
                  stream: stream) : nil))
        }
      }
    }
    self.rows = rows
  }
}

extension ProbeTable.Measure {
  func value(of summary: ProbeSummary, site: RetrievalSite?) -> Double {
    switch self {
    case .accuracy: summary.isCorrect ? 1 : 0
    case .answerProbability: summary.answerProbability
    case .massBest: site.flatMap { summary.reading(of: $0)?.mass } ?? 0
    case .massMean: summary.massMean
    }
  }
}
