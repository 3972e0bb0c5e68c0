import DataFiles
import Experiments

/// Means or paired differences of a sweep, to be shown with the measures side by side.
struct ReportStatistics {
  var means: [StatisticsRow]
  var differences: [StatisticsRow]
  /// Whether a version of the program made them whose intervals were percentile bootstraps, without tests.
  private var isFormer = false

  /// Those that `dilution stats` wrote, or of all records where it did not; nil where there are
  /// neither.
  ///
  /// - Throws: `CSVError`, `FileSystemError`, `JSONError`.
  init?(_ source: ReportSource, seed: UInt64) throws {
    let hasRecords = source.file("results.jsonl") != nil
    // Former versions of the program had other intervals and no tests: what can be made anew, is.
    if let path = source.file("stats.csv"),
      case let table = try SweepStatistics.schema.read(path),
      table.contains("method") || !hasRecords
    {
      isFormer = !table.contains("method")
      means = try StatisticsRow.rows(table)
      differences =
        try source.file("differences.csv").map {
          try StatisticsRow.rows(SweepStatistics.differencesSchema.read($0))
        } ?? []
    } else if hasRecords {
      let folder = SweepFolder(source.folder)
      let made = try SweepStatistics(
        SweepStatistics.records(folder), seed: seed, file: folder.results)
      means = made.cells.map { StatisticsRow($0) }
      differences = made.differences.map { StatisticsRow($0) }
    } else {
      return nil
    }
  }

  /// The tables of both.
  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if !means.isEmpty {
      blocks += [
        .heading("Means"),
        .table(
          Self.table(
            means,
            caption: "Means over instances. \(isFormer ? Self.former : EstimateNotes.intervals)")),
      ]
    }
    if !differences.isEmpty {
      blocks += [
        .heading("Paired differences"),
        .table(
          Self.table(
            differences,
            caption: "Method minus reference, instance by instance, with 95 % intervals. "
              + (isFormer
                ? Self.former : EstimateNotes.plain(EstimateNotes.differences(isCorrected: true))))),
      ]
    }
    if let note = EstimateNotes.smallCounts(means.map(\.count)) {
      blocks.append(.text(EstimateNotes.plain(note)))
    }
    return blocks
  }

  private static let former =
    "Intervals are percentile bootstraps of a former version, too narrow for few instances; none is "
    + "emphasised. Run 'dilution stats' anew."

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
        guard let row = own[measure], let mean = row.mean else { return .missing }
        return .estimate(
          mean, row.lower, row.upper, isDifference: isPaired, isEmphasized: row.isSignificant,
          isMarked: row.isSignificantAmongAll)
      }
      return line
    }
    return ReportTable(caption: caption, columns: columns, rows: lines)
  }

  private static func name(_ measure: String) -> String {
    Measure(rawValue: measure)?.heading ?? measure.replacing("_", with: " ")
  }
}

extension ReportTable.Cell {
  /// A mean with its interval, where it has one.
  static func estimate(
    _ mean: Double, _ lower: Double?, _ upper: Double?, isDifference: Bool, isEmphasized: Bool,
    isMarked: Bool = false
  ) -> ReportTable.Cell {
    func text(_ value: Double) -> String {
      DecimalText.fixed(value, 3, isSigned: isDifference)
    }
    var detail: String?
    if let lower, let upper { detail = "[\(text(lower)), \(text(upper))]" }
    return ReportTable.Cell(
      text(mean) + (isMarked ? Estimate.holmMark : ""), value: mean, detail: detail,
      isEmphasized: isEmphasized)
  }

  /// A mean, or a difference, which is emphasised where it differs from 0.
  static func estimate(_ estimate: Estimate, isDifference: Bool) -> ReportTable.Cell {
    .estimate(
      estimate.mean, estimate.lower, estimate.upper, isDifference: isDifference,
      isEmphasized: estimate.isSignificant)
  }
}
