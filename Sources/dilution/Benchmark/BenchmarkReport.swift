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

  private let markdown: String

  private enum CodingKeys: String, CodingKey {
    case methods, rows, records, table, count, made
  }

  init(_ table: BenchmarkTable, records: String, table path: String, count: Int, made: Int) {
    methods = table.methods
    rows = table.rows
    markdown = table.markdown
    self.records = records
    self.table = path
    self.count = count
    self.made = made
  }

  func print(_ console: Console) throws {
    if console.wantsJSON { return try console.print(json: self) }
    try console.print(markdown)
    try console.print()
    try console.print("\(records): \(count) answers, \(made) of them made now")
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
    var questions: Int
    /// Tokens before an answer, on the average, and how many texts are cut.
    var length: Double
    var cut: Int
    /// Of all questions and methods at most, and of the greatest need of memory beside the weights.
    var flops: Double
    var bytes: Int
  }

  private(set) var rows: [Row] = []

  /// Encodes every question.
  init(_ run: BenchmarkRun, _ questions: BenchmarkFiles) throws {
    for source in questions.files {
      try questions.forEach(source) { index, question in
        try Interruption.check()
        let prepared = try run.prepare(question, file: source.path, index: index)
        let place = rows.firstIndex { $0.row == question.row } ?? rows.count
        if place == rows.count {
          rows.append(
            Row(row: question.row, questions: 0, length: 0, cut: 0, flops: 0, bytes: 0))
        }
        rows[place].questions += 1
        // A sum for now, a mean in the end.
        rows[place].length += Double(prepared.length)
        rows[place].cut += prepared.fullLength > prepared.length ? 1 : 0
        rows[place].flops += Double(run.flops(prepared))
        rows[place].bytes = max(rows[place].bytes, run.bytes(prepared))
      }
    }
    for place in rows.indices { rows[place].length /= Double(rows[place].questions) }
  }

  func print(_ console: Console) throws {
    if console.wantsJSON { return try console.print(json: rows) }
    try console.print("| | questions | T | cut | TFLOP | MiB beside the weights |")
    try console.print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for row in rows {
      try console.print(
        "| \(row.row) "
          + String(
            format: "| %d | %.0f | %d | %.3f | %d |", row.questions, row.length, row.cut,
            row.flops * 1e-12, row.bytes >> 20))
    }
    let all = rows.reduce(0) { $0 + $1.flops }
    try console.print(
      String(
        format: "At most %.3f TFLOP; 'dilution flops --estimate' tells this machine's rates.",
        all * 1e-12))
  }
}
