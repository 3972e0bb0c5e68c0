import DataFiles
import Experiments
import Foundation
import Prompts
import Runs
import TextBenchmarks

/// How far a benchmark's run is.
struct BenchmarkStatus: Encodable {
  struct Row: Encodable {
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

  /// Reads what stands in a folder; nil where no benchmark was begun.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, `CSVError`, `UnknownVersion`.
  init?(_ folder: String) throws {
    func file(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
    guard FileSystem.exists(file("benchmark.json")) else { return nil }
    let provenance = try BenchmarkProvenance(file("benchmark.json"))
    self.folder = folder
    benchmark = provenance.benchmark.rawValue
    let names = provenance.methods.map(\.rawValue)
    methods = names
    let log = file("records.jsonl")
    let counts = try BenchmarkMeans(log)
    rows = (provenance.rows ?? counts.rows.map { .init($0) }).map { row in
      Row(
        row: row.name, done: counts.done(row.name),
        total: provenance.rows == nil ? nil : row.asked * names.count, skipped: row.skipped,
        scores: provenance.methods.map { counts.score(row.name, $0) })
    }
    done = rows.reduce(0) { $0 + $1.done }
    total = provenance.rows == nil ? nil : rows.reduce(0) { $0 + ($1.total ?? 0) }
    skipped = rows.reduce(0) { $0 + $1.skipped }
    let holder = LockHolder.read(folder)
    // The table is what a run writes last.
    let isFinished = FileSystem.exists(file("table.md")) && done >= total ?? 0
    state = holder != nil ? .running : isFinished ? .finished : .stopped
    lastAnswer = done > 0 ? FileSystem.lastWritten(log).map(StatusWords.text) : nil
    if let holder {
      process = Int(holder.process)
      host = holder.host
      answersPerSecond = holder.recordsPerSecond(done: done)
      if let answersPerSecond, let total {
        secondsLeft = Double(max(total - done, 0)) / answersPerSecond
      }
    } else if isFinished {
      try takeScores(file("table.csv"))
    } else if !provenance.command.isEmpty {
      command = ShellWords.line(provenance.command)
    }
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
  var lines: [String] {
    var lines = [
      "Benchmark \(folder): \(done)\(total.map { " of \($0)" } ?? "") answers to \(benchmark)"
        + (skipped > 0 ? ", \(skipped) \(skipped == 1 ? "question" : "questions") left out" : "")
    ]
    switch state {
    case .finished: lines.append("  finished")
    case .running:
      lines.append(
        StatusWords.running(
          process, host, rate: answersPerSecond, unit: "answers", secondsLeft: secondsLeft))
    case .stopped:
      lines.append("  stopped" + (lastAnswer.map { " at \($0)" } ?? " before the first answer"))
      if done == total { lines.append("  all answers are there; the tables are not") }
      if let command { lines.append("  start again with: \(command)") }
    }
    let header = [state == .finished ? "score" : "score so far", "answers"] + methods
    let table = rows.map { row in
      [row.row, "\(row.done)" + (row.total.map { "/\($0)" } ?? "")]
        + row.scores.map { $0.map { String(format: "%.1f", $0) } ?? "-" }
    }
    return lines + alignedLines([header] + table, left: [0]).map { "  " + $0 }
  }
}

/// How many answers stand in a log, and what they score on the average, by row and method. An answer that
/// stands there again is none more.
private struct BenchmarkMeans {
  private struct Place: Hashable {
    var row: String
    var method: TextMethod
  }

  /// In the order in which they first occur.
  private(set) var rows: [String] = []
  private var counts: [String: Int] = [:]
  private var sums: [Place: (score: Double, count: Int)] = [:]

  /// Reads a log; a half-written last line is none, and no file no answer.
  init(_ path: String) throws {
    var seen: Set<BenchmarkRecord.Identity> = []
    try RunLog<BenchmarkRecord>.look(path) { _, record in
      guard seen.insert(record.identity).inserted else { return }
      if counts[record.row] == nil { rows.append(record.row) }
      counts[record.row, default: 0] += 1
      if record.hasDiverged { return }
      let place = Place(row: record.row, method: record.identity.method)
      let sum = sums[place] ?? (0, 0)
      sums[place] = (sum.score + record.score, sum.count + 1)
    }
  }

  func done(_ row: String) -> Int { counts[row] ?? 0 }

  /// The mean of the answers that count; nil where there is none, and where the metric is no mean.
  func score(_ row: String, _ method: TextMethod) -> Double? {
    if ZeroScrollsSubset(rawValue: row)?.metric == .rouge { return nil }
    return sums[Place(row: row, method: method)].map { $0.score / Double($0.count) }
  }
}
