import DataFiles
import Foundation
import Prompts
import Runs
import TextBenchmarks

/// How far a benchmark's run is.
public struct BenchmarkStatus: Encodable, Sendable {
  struct Row: Encodable, Sendable {
    /// The category, subset or task.
    var row: String
    /// Answers, and how many there are to be; null where an earlier version of the program began the run.
    var done: Int
    var total: Int?
    /// Questions that were left out because they are too long.
    var skipped: Int
    /// From 0 to 100, one for each method: of the answers so far, and in the end those of the table. Null
    /// where none counts yet, and where the metric is no mean of answers and not all are there.
    var scores: [Double?]
  }

  var folder: String
  var benchmark: String
  var methods: [String]
  var state: RunState
  var done: Int
  var total: Int?
  var skipped: Int
  var rows: [Row]
  /// Who is at work.
  var process: Int?
  var host: String?
  /// Answers a second since the process at work began; null where nobody is.
  var answersPerSecond: Double?
  var secondsLeft: Double?
  /// When the last answer came.
  var lastAnswer: String?
  /// The command that goes on.
  var command: String?
  private let pace: RunPace

  private enum CodingKeys: String, CodingKey {
    case folder, benchmark, methods, state, done, total, skipped, rows, process, host
    case answersPerSecond, secondsLeft, lastAnswer, command
  }

  /// Reads what stands in a folder.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, `CSVError`, `UnknownVersion`.
  public init(_ folder: String) throws {
    let run = RunFolder(folder, .benchmark)
    let provenance = try BenchmarkProvenance(run.provenance)
    self.folder = folder
    benchmark = provenance.benchmark.rawValue
    let names = provenance.methods
    methods = names
    var records: [BenchmarkRecord] = []
    var seen: Set<BenchmarkRecord.Identity> = []
    // An answer that stands there again is none more.
    try RunLog<BenchmarkRecord>.look(run.records) { _, record in
      if seen.insert(record.identity).inserted { records.append(record) }
    }
    let met = records.map(\.row).distinct().map { BenchmarkProvenance.Row($0) }
    rows = (provenance.rows ?? met).map { row in
      let own = records.filter { $0.row == row.name }
      return Row(
        row: row.name, done: own.count,
        total: provenance.rows == nil ? nil : row.asked * names.count, skipped: row.skipped,
        scores: names.map { method in
          Self.score(own.filter { $0.identity.method == method && !$0.hasDiverged })
        })
    }
    done = rows.reduce(0) { $0 + $1.done }
    total = provenance.rows == nil ? nil : rows.reduce(0) { $0 + ($1.total ?? 0) }
    skipped = rows.reduce(0) { $0 + $1.skipped }
    // The table is what a run writes last.
    pace = RunPace(
      run.holder, done: done, total: total,
      isFinished: FileSystem.exists(run.file("table.md")) && done >= total ?? 0)
    (state, process, host) = (pace.state, pace.process, pace.host)
    (answersPerSecond, secondsLeft) = (pace.rate, pace.secondsLeft)
    lastAnswer = done > 0 ? FileSystem.lastWritten(run.records).map(RunPace.text) : nil
    if state == .finished { try takeScores(run.file("table.csv")) }
    if state == .stopped, !provenance.command.isEmpty {
      command = ShellWords.line(provenance.command)
    }
  }

  /// The mean of a row's answers; nil where there is none, and where the metric is no mean.
  private static func score(_ records: [BenchmarkRecord]) -> Double? {
    guard let row = records.first?.row, ZeroScrollsSubset(rawValue: row)?.metric != .rouge else {
      return nil
    }
    return Statistics.mean(records.map(\.score))
  }

  /// Takes the scores of the finished table.
  private mutating func takeScores(_ path: String) throws {
    let table = try BenchmarkTable.schema.read(path)
    let names = try table.strings("row")
    let columns = try methods.map { try table.optionalDoubles($0) }
    for place in rows.indices {
      guard let line = names.firstIndex(of: rows[place].row) else { continue }
      rows[place].scores = columns.map { $0[line] }
    }
  }

  /// The status for people.
  public var lines: [String] {
    let head =
      "Benchmark \(folder): \(done)\(total.map { " of \($0)" } ?? "") answers to \(benchmark)"
      + (skipped > 0 ? ", \(skipped) \(skipped == 1 ? "question" : "questions") left out" : "")
    let stop =
      (lastAnswer.map { " at \($0)" } ?? " before the first answer")
      + (done == total ? "\n  all answers are there; the tables are not" : "")
    let header = [state == .finished ? "score" : "score so far", "answers"] + methods
    let table = rows.map { row in
      [row.row, "\(row.done)" + (row.total.map { "/\($0)" } ?? "")]
        + row.scores.map { $0.map { String(format: "%.1f", $0) } ?? "-" }
    }
    return [head] + pace.lines(unit: "answers", stop: stop, command: command)
      + TextTable(names: header, rows: table).lines(indent: "  ")
  }
}
