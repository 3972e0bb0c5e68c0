import Foundation
import TextBenchmarks
import TextMethods

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

/// What `benchmark --dry-run` prints.
struct BenchmarkCostReport: Encodable {
  struct Row: Encodable {
    var row: String
    /// Those that are asked, and those that are left out because they are too long.
    var questions = 0
    var skipped = 0
    /// Tokens before an answer, on the average, and how many texts are cut.
    var length = 0.0
    var cut = 0
    /// Of all questions and methods at most, and of the greatest need of memory beside the weights.
    var flops = 0.0
    var bytes = 0
  }

  private(set) var rows: [Row] = []

  /// Encodes every question.
  init(_ asking: BenchmarkAsking) throws {
    let run = asking.run
    let left = try asking.prepareEach { prepared in
      let place = place(of: prepared.question.row)
      rows[place].questions += 1
      // A sum for now, a mean in the end.
      rows[place].length += Double(prepared.length)
      rows[place].cut += prepared.fullLength > prepared.length ? 1 : 0
      rows[place].flops += Double(run.flops(prepared))
      rows[place].bytes = max(rows[place].bytes, run.bytes(prepared))
    }
    for question in left { rows[place(of: question.row)].skipped += 1 }
    for place in rows.indices { rows[place].length /= Double(max(1, rows[place].questions)) }
  }

  private mutating func place(of row: String) -> Int {
    if let place = rows.firstIndex(where: { $0.row == row }) { return place }
    rows.append(Row(row: row))
    return rows.count - 1
  }

  func print(_ console: Console) throws {
    if console.wantsJSON { return try console.print(json: rows) }
    try console.print("| | questions | left out | T | cut | TFLOP | MiB beside the weights |")
    try console.print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows {
      try console.print(
        "| \(row.row) "
          + String(
            format: "| %d | %d | %.0f | %d | %.3f | %d |", row.questions, row.skipped, row.length,
            row.cut, row.flops * 1e-12, row.bytes >> 20))
    }
    let all = rows.reduce(0) { $0 + $1.flops }
    try console.print(
      String(
        format: "At most %.3f TFLOP; 'dilution flops --estimate' tells this machine's rates.",
        all * 1e-12))
  }
}
