import Runs
import TextBenchmarks

/// What `benchmark` prints when it is done.
public struct BenchmarkReport: Encodable {
  var methods: [String]
  var rows: [BenchmarkTable.Row]
  var records: String
  var table: String
  var count: Int
  var made: Int
  /// Questions that were left out because they are too long, and the file that lists them; null where none
  /// was to be left out.
  var skipped: Int
  var skippedTable: String?

  private let markdown: String

  private enum CodingKeys: String, CodingKey {
    case methods, rows, records, table, count, made, skipped, skippedTable
  }

  init(
    _ table: BenchmarkTable, _ folder: RunFolder, count: Int, made: Int, skipped: Int,
    listsSkipped: Bool
  ) {
    methods = table.methods
    rows = table.rows
    markdown = table.markdown
    records = folder.records
    self.table = folder.file("table.csv")
    self.count = count
    self.made = made
    self.skipped = skipped
    skippedTable = listsSkipped ? folder.file(BenchmarkTable.skippedSchema.name) : nil
  }

  /// The report for people.
  public var lines: [String] {
    var lines = [markdown, "", "\(records): \(count) answers, \(made) of them made now"]
    if skipped > 0, let skippedTable {
      lines.append(
        "\(skippedTable): "
          + (skipped == 1
            ? "1 question was too long and was left out"
            : "\(skipped) questions were too long and were left out"))
    }
    // The rows of other kinds count the same answers again.
    let diverged = rows.filter { $0.kind == rows.first?.kind }.reduce(0) { $0 + $1.diverged }
    if diverged > 0 {
      lines.append("\(diverged) answers diverged, and are in no mean; lower --learning-rate.")
    }
    return lines
  }
}
