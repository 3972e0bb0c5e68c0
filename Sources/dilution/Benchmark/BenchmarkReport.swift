import Experiments
import Foundation
import Prompts
import TextBenchmarks

/// What `benchmark` prints when it is done.
struct BenchmarkReport: Encodable {
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
    _ table: BenchmarkTable, records: String, table path: String, count: Int, made: Int,
    skipped: Int, skippedTable: String?
  ) {
    methods = table.methods
    rows = table.rows
    markdown = table.markdown
    self.records = records
    self.table = path
    self.count = count
    self.made = made
    self.skipped = skipped
    self.skippedTable = skippedTable
  }

  func print(_ console: Console) throws {
    if console.wantsJSON { return try console.print(json: self) }
    try console.print(markdown)
    try console.print()
    try console.print("\(records): \(count) answers, \(made) of them made now")
    if skipped > 0, let skippedTable {
      try console.print(
        skipped == 1
          ? "\(skippedTable): 1 question was too long and was left out"
          : "\(skippedTable): \(skipped) questions were too long and were left out")
    }
    // The rows of other kinds count the same answers again.
    let kind = rows.first?.kind
    let diverged = rows.filter { $0.kind == kind }.reduce(0) { $0 + $1.diverged }
    if diverged > 0 {
      try console.print("\(diverged) answers diverged, and are in no mean; lower --learning-rate.")
    }
  }
}
