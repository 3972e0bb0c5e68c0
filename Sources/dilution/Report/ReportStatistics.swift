import DataFiles
import Experiments
import Foundation
import Report
import TensorKernels

/// Means or paired differences of a sweep, to be shown with the measures side by side.
struct ReportStatistics {
  var means: [StatisticsRow]
  var differences: [StatisticsRow]

  /// Those that `dilution stats` wrote, or of all records where it did not; nil where there are
  /// neither.
  ///
  /// - Throws: `CSVError`, `FileSystemError`, `JSONError`.
  init?(_ source: ReportSource, seed: UInt64) throws {
    if let means = source.file("stats.csv") {
      self.means = try Self.rows(SweepStatistics.schema.read(means))
      differences =
        try source.file("differences.csv").map {
          try Self.rows(SweepStatistics.differencesSchema.read($0))
        } ?? []
    } else if source.file("results.jsonl") != nil {
      let made = try SweepStatistics(
        SweepStatistics.records(SweepFolder(source.folder)), seed: seed)
      means = made.cells.map { StatisticsRow($0) }
      differences = made.differences.map { StatisticsRow($0) }
    } else {
      return nil
    }
  }

  private static func rows(_ table: CSVTable) throws -> [StatisticsRow] {
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
    return tasks.indices.map { row in
      StatisticsRow(
        task: tasks[row], length: lengths[row], rotary: rotary[row] != 0, method: methods[row],
        reference: references?[row], measure: measures[row], count: counts[row],
        diverged: diverged?[row], mean: means[row], lower: lowers[row], upper: uppers[row])
    }
  }

  /// The tables of both.
  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if !means.isEmpty {
      blocks += [
        .heading("Means"),
        .table(
          Self.table(means, caption: "Means over instances, bootstrap 95 % intervals")),
      ]
    }
    if !differences.isEmpty {
      blocks += [
        .heading("Paired differences"),
        .table(
          Self.table(
            differences,
            caption: "Method minus reference, instance by instance, bootstrap 95 % intervals; bold "
              + "where the interval excludes 0")),
      ]
    }
    return blocks
  }

  private struct Key: Hashable {
    var task: String
    var length: Int
    var rotary: Bool
    var method: String
    var reference: String?
  }

  private static func table(_ rows: [StatisticsRow], caption: String) -> ReportTable {
    var measures: [String] = []
    var keys: [Key] = []
    var cells: [Key: [String: StatisticsRow]] = [:]
    for row in rows {
      if !measures.contains(row.measure) { measures.append(row.measure) }
      let key = Key(
        task: row.task, length: row.length, rotary: row.rotary, method: row.method,
        reference: row.reference)
      if cells[key] == nil { keys.append(key) }
      cells[key, default: [:]][row.measure] = row
    }
    let isPaired = rows.contains { $0.reference != nil }
    let hasRotary = Set(rows.map(\.rotary)).count > 1
    let hasDiverged = rows.contains { ($0.diverged ?? 0) > 0 }
    var columns = [
      ReportTable.Column("task", isFilter: true),
      ReportTable.Column("T", isNumeric: true, isFilter: true),
    ]
    if hasRotary { columns.append(ReportTable.Column("rotary", isFilter: true)) }
    columns.append(ReportTable.Column("method", isFilter: true))
    if isPaired { columns.append(ReportTable.Column("minus", isFilter: true)) }
    columns.append(ReportTable.Column("n", isNumeric: true))
    if hasDiverged { columns.append(ReportTable.Column("diverged", isNumeric: true)) }
    columns += measures.map { ReportTable.Column(Self.name($0), isNumeric: true) }
    let lines = keys.map { key -> [ReportTable.Cell] in
      let own = cells[key] ?? [:]
      let any = own.values.map(\.count).max() ?? 0
      var line: [ReportTable.Cell] = [.init(key.task), .count(key.length)]
      if hasRotary { line.append(.init(key.rotary ? "on" : "off")) }
      line.append(.init(key.method))
      if isPaired { line.append(.init(key.reference ?? "")) }
      line.append(.count(any))
      if hasDiverged { line.append(.count(own.values.compactMap(\.diverged).max() ?? 0)) }
      line += measures.map { measure in
        guard let row = own[measure], let mean = row.mean, let lower = row.lower,
          let upper = row.upper
        else { return .missing }
        return .estimate(mean, lower, upper, count: row.count, isDifference: isPaired)
      }
      return line
    }
    return ReportTable(caption: caption, columns: columns, rows: lines)
  }

  private static func name(_ measure: String) -> String {
    switch measure {
    case "answer_probability": "p(answer)"
    case "mass_best": "mass, best head"
    case "mass_mean": "mass, mean"
    case "margin_best": "margin (nats)"
    case "majority_accuracy": "accuracy of the majority"
    default: measure.replacing("_", with: " ")
    }
  }
}

extension ReportTable.Cell {
  /// A mean with its interval; a difference is emphasised where that excludes 0.
  static func estimate(
    _ mean: Double, _ lower: Double, _ upper: Double, count: Int, isDifference: Bool
  ) -> ReportTable.Cell {
    let format = isDifference ? "%+.3f" : "%.3f"
    func text(_ value: Double) -> String { String(format: format, value) }
    return ReportTable.Cell(
      text(mean), value: mean,
      detail: count > 1 ? "[\(text(lower)), \(text(upper))]" : nil,
      isEmphasized: isDifference && count > 1 && (lower > 0 || upper < 0))
  }
}
