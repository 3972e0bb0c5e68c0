import DataFiles
import Instrumentation
import SandboxTasks
import Synchronization

/// The tables of a probe, which appear together when it is complete.
///
/// `probe.jsonl` and `heads.csv` are written as results arrive; `probe.csv` waits for the choice of the
/// retrieval site, which needs all results, and so do `profile.csv` and `attention.jsonl`.
public final class ProbeFiles: Sendable {
  /// The folder.
  public let folder: String
  private let instruments: [String]
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var records: JSONLinesWriter
    var heads: CSVWriter
    var summaries: [ProbeSummary] = []
    var profiled: [ProbeResult] = []
  }

  /// The names of the files; the last two are there only when a profile was asked for.
  public static let names = [
    "probe.jsonl", "heads.csv", "probe.csv", profileName, attentionName,
  ]
  static let profileName = "profile.csv"
  /// The attention of all heads, in bins of positions.
  public static let attentionName = "attention.jsonl"

  /// The versions of the tables.
  public static let (schema, headSchema, profileSchema) = (
    TableSchema("probe.csv", version: 2, oldest: 2, toldBy: "probe.json"),
    TableSchema("heads.csv", toldBy: "probe.json"),
    TableSchema(profileName, toldBy: "probe.json")
  )
  /// The version of `attention.jsonl`.
  public static let attentionVersion = AttentionFile.formatVersion

  /// The columns of `heads.csv`: one row an instance, step, layer, head, answer step and hop.
  public static let headColumns = [
    "task", "length", "index", "step", "layer", "head", "answer_step", "is_value", "opens_value",
    "hop", "mass",
    "value_mass", "following_mass", "margin", "gap",
  ]

  /// The columns of `probe.csv`: one row an instance and step.
  public static let columns =
    [
      "task", "file", "length", "index", "step", "method", "correct", "answer_probability",
      "value_probability", "opening_probability",
    ] + SiteColumn.tableColumns(SiteColumn.standard) + [
      "best_layer", "best_head", "best_layer_all", "best_head_all",
      "span_start", "span_length", "span_loss", "gradient_norm",
    ]

  /// Starts the files of a folder.
  ///
  /// - Parameter instruments: those that were read beside the standard ones; their columns come last.
  /// - Throws: `FileSystemError`.
  public init(_ folder: String, instruments: [String] = []) throws {
    self.folder = folder
    self.instruments = instruments
    state = Mutex(
      State(
        records: try JSONLinesWriter(FileSystem.path(folder, "probe.jsonl")),
        heads: try CSVWriter(FileSystem.path(folder, "heads.csv"), columns: Self.headColumns)))
  }

  /// Writes all measurements of an instance.
  ///
  /// - Throws: `FileSystemError`.
  public func append(_ result: ProbeResult) throws {
    try state.withLock { state in
      for measurement in result.measurements {
        let record = ProbeRecord(item: result.item, measurement: measurement)
        try state.records.append { try record.write(to: &$0) }
        for row in Self.headRows(result.item.instance, measurement) {
          try state.heads.append(row)
        }
      }
      state.summaries += result.summaries
      if !result.profiles.isEmpty { state.profiled.append(result) }
    }
  }

  private static func headRows(
    _ instance: TaskInstance, _ measurement: ProbeMeasurement
  ) -> [[CSVCell]] {
    let opensValue = AnswerPass(instance).opensValue
    let valueMass = Instruments.standardPlace(of: ValueMass.self)
    return measurement.answer.records.map { record in
      [
        .text(instance.family.rawValue), .integer(instance.settings.length),
        .integer(instance.index), .integer(measurement.step), .integer(record.layer),
        .integer(record.head), .integer(record.answerStep),
        .integer(instance.answerIsValue[record.answerStep] ? 1 : 0),
        .integer(opensValue[record.answerStep] ? 1 : 0), .integer(record.hop),
        .float(Float(record.reading.mass)), .float(Float(record.numbers[valueMass])),
        .float(Float(record.followingMass)),
        .float(Float(record.reading.margin)), .float(Float(record.reading.gap)),
      ]
    }
  }

  /// Puts all files in place.
  ///
  /// - Returns: all measurements, and the site that was followed in each family.
  /// - Throws: `FileSystemError`.
  public func finish() throws -> (summaries: [ProbeSummary], heads: [TaskFamily: FollowedHeads]) {
    try state.withLock { state in
      let heads = FollowedHeads.choose(from: state.summaries)
      let optional = SiteColumn.optional.filter { instruments.contains($0.instrument) }
      var table = try CSVWriter(
        FileSystem.path(folder, "probe.csv"),
        columns: Self.columns + SiteColumn.tableColumns(optional))
      for summary in state.summaries {
        guard let followed = heads[summary.task] else { continue }
        try table.append(
          Self.row(summary, followed) + Self.cells(summary, optional, followed))
      }
      try state.records.commit()
      try state.heads.commit()
      try table.commit()
      try ProfileFile.write(
        state.profiled, sites: heads.mapValues(\.opening),
        to: FileSystem.path(folder, Self.profileName))
      try AttentionFile.write(state.profiled, to: FileSystem.path(folder, Self.attentionName))
      return (state.summaries, heads)
    }
  }

  private static func cells(
    _ summary: ProbeSummary, _ columns: [SiteColumn], _ followed: FollowedHeads
  ) -> [CSVCell] {
    columns.flatMap { column in
      column.tableColumns.map { _, heads in
        CSVCell(
          heads == .mean
            ? summary.mean(column) : summary.reading(of: followed[column.rows])?[column])
      }
    }
  }

  private static func row(_ summary: ProbeSummary, _ followed: FollowedHeads) -> [CSVCell] {
    let span = summary.span
    return [
      .text(summary.task.rawValue), .text(summary.file), .integer(summary.length),
      .integer(summary.index), .integer(summary.step), .text(summary.method),
      .integer(summary.isCorrect ? 1 : 0), .number(summary.answerProbability),
      .number(summary.valueProbability), .number(summary.openingProbability),
    ] + cells(summary, SiteColumn.standard, followed) + [
      .integer(followed.opening.layer), .integer(followed.opening.head),
      .integer(followed.all.layer), .integer(followed.all.head),
      span.map { .integer($0.start) } ?? .missing, span.map { .integer($0.length) } ?? .missing,
      span.map { .number($0.loss) } ?? .missing,
      span.map { .number($0.gradientNorm) } ?? .missing,
    ]
  }
}
