import DataFiles
import Experiments
import Foundation
import TextBenchmarks

extension ReportSource {
  /// The section of a benchmark.
  func benchmarkBlocks(_ options: ReportOptions) throws -> [ReportBlock] {
    var blocks = try provenance("benchmark.json")
    guard let table = file(BenchmarkTable.schema.name),
      let results = file(BenchmarkTable.answersSchema.name)
    else {
      blocks.append(
        .text(
          "The benchmark is not finished: give its command again; 'dilution status \(folder)' says "
            + "how far it is."))
      return blocks
    }
    blocks += [
      .heading("Scores"), .table(try Self.scores(BenchmarkTable.schema.read(table))),
    ]
    let answers = try BenchmarkAnswerTable(BenchmarkTable.answersSchema.read(results))
    if let differences = answers.differences(seed: options.seed) {
      blocks += [.heading("Paired differences"), .table(differences)]
    }
    blocks += [.heading("Cost"), .table(answers.costs)]
    if let skipped = file(BenchmarkTable.skippedSchema.name) {
      let table = try BenchmarkTable.skippedSchema.read(skipped)
      if table.rowCount > 0 {
        blocks += [.heading("Left out"), .table(try Self.skipped(table))]
      }
    }
    return blocks
  }

  private static func scores(_ table: CSVTable) throws -> ReportTable {
    let texts = try ["kind", "row", "metric"].map { try table.strings($0) }
    // Tables of before questions could be left out have no such column.
    let counts = try ["n", "skipped", "diverged"].filter(table.contains).map {
      (name: $0 == "skipped" ? "left out" : $0, values: try table.ints($0))
    }
    // What is no column of every table is a method's.
    let others: Set = ["kind", "row", "metric", "n", "skipped", "diverged"]
    let methods = table.columns.filter { !others.contains($0) }
    let scores = try methods.map { try table.optionalDoubles($0) }
    return ReportTable(
      caption: "Scores from 0 to 100 by the benchmark's own metrics",
      columns: [.init("of", isFilter: true), .init("row"), .init("metric", isFilter: true)]
        + counts.map { .init($0.name, isNumeric: true) }
        + methods.map { .init($0, isNumeric: true) },
      rows: (0..<table.rowCount).map { row in
        texts.map { ReportTable.Cell($0[row]) } + counts.map { .count($0.values[row]) }
          + scores.map { .number($0[row], "%.1f") }
      })
  }

  private static func skipped(_ table: CSVTable) throws -> ReportTable {
    let texts = try ["file", "id", "row"].map { try table.strings($0) }
    let counts = try ["line", "tokens", "limit"].map { try table.ints($0) }
    return ReportTable(
      caption: "Questions that were too long, however they were cut",
      columns: [.init("file", isFilter: true), .init("id"), .init("row", isFilter: true)]
        + ["line", "tokens", "limit"].map { .init($0, isNumeric: true) },
      rows: (0..<table.rowCount).map { row in
        texts.map { ReportTable.Cell($0[row]) } + counts.map { .count($0[row]) }
      })
  }
}

/// The answers of a benchmark, as `results.csv` holds them.
private struct BenchmarkAnswerTable {
  private struct Question: Hashable {
    var file: String
    var id: String
  }

  private let questions: [Question]
  private let groups: [String]
  private let methods: [String]
  /// By the name of the column; nil where an answer has none.
  private let numbers: [String: [Double?]]

  private static let measures = [
    (column: "score", name: "score", scale: ValueScale.percent),
    (column: "answer_loss", name: "answer loss (nats a token)", scale: .real),
  ]

  /// The mean of a column for each method, under a title, times a factor.
  private static let means = [
    (column: "length", title: "T", factor: 1.0, format: "%.0f"),
    (column: "cut", title: "share cut", factor: 1.0, format: "%.3f"),
    (column: "flops", title: "GFLOP", factor: 1e-9, format: "%.4g"),
    (column: "budget_flops", title: "GFLOP allowed", factor: 1e-9, format: "%.4g"),
    (column: "prefill_flops", title: "GFLOP reading", factor: 1e-9, format: "%.4g"),
    (column: "generated_tokens", title: "tokens generated", factor: 1.0, format: "%.1f"),
    (column: "seconds_prefill", title: "s reading", factor: 1.0, format: "%.3g"),
    (column: "seconds_adapt", title: "s adapting", factor: 1.0, format: "%.3g"),
    (column: "seconds_think", title: "s thinking", factor: 1.0, format: "%.3g"),
    (column: "seconds_answer", title: "s answering", factor: 1.0, format: "%.3g"),
  ]

  init(_ table: CSVTable) throws {
    questions = zip(try table.strings("file"), try table.strings("id")).map {
      Question(file: $0, id: $1)
    }
    groups = try table.strings("row")
    methods = try table.strings("method")
    let columns = Self.measures.map(\.column) + Self.means.map(\.column)
    numbers = Dictionary(
      uniqueKeysWithValues: try columns.map { ($0, try table.optionalDoubles($0)) })
  }

  /// The methods in the order in which they first occur.
  private var names: [String] {
    var seen: Set<String> = []
    return methods.filter { seen.insert($0).inserted }
  }

  /// What each method changed against the answer in context; nil where there is nothing to compare.
  func differences(seed: UInt64) -> ReportTable? {
    let reference = "in-context"
    var before: [Question: Int] = [:]
    for row in methods.indices where methods[row] == reference { before[questions[row]] = row }
    let others = names.filter { $0 != reference }
    guard !before.isEmpty, !others.isEmpty else { return nil }
    let rows = Set(groups).sorted()
    let all = "all questions"
    var lines: [[ReportTable.Cell]] = []
    for group in rows + (rows.count > 1 ? [all] : []) {
      for method in others {
        let own = methods.indices.filter {
          methods[$0] == method && (group == all || groups[$0] == group)
        }
        var line: [ReportTable.Cell] = [.init(group), .init(method)]
        for measure in Self.measures {
          let values = numbers[measure.column] ?? []
          let pairs = own.compactMap { row -> (before: Double, after: Double)? in
            guard let base = before[questions[row]], let old = values[base], let new = values[row]
            else { return nil }
            return (old, new)
          }
          let change = Estimator(seed: seed).difference(
            before: pairs.map(\.before), after: pairs.map(\.after),
            of: Quantity(subject: group, length: nil, name: measure.column, scale: measure.scale))
          line.append(.count(pairs.count))
          line.append(change.map { .estimate($0, isDifference: true) } ?? .missing)
        }
        lines.append(line)
      }
    }
    return ReportTable(
      caption: "Method minus in-context, question by question, with 95 % intervals. "
        + EstimateNotes.plain(EstimateNotes.differences(isCorrected: false))
        + " Each answer's own score counts, of which ROUGE's scores above are no means; answers that "
        + "diverged are left out",
      columns: [.init("row", isFilter: true), .init("method", isFilter: true)]
        + Self.measures.flatMap {
          [ReportTable.Column("n", isNumeric: true), .init($0.name, isNumeric: true)]
        }, rows: lines)
  }

  /// What the methods cost on the average.
  var costs: ReportTable {
    ReportTable(
      caption: "Means over answers; operations behind the reading of the context, which all "
        + "methods of a question share",
      columns: [.init("method"), .init("n", isNumeric: true)]
        + Self.means.map { .init($0.title, isNumeric: true) },
      rows: names.map { method in
        let own = methods.indices.filter { methods[$0] == method }
        return [.init(method), .count(own.count)]
          + Self.means.map { mean in
            let values = own.compactMap { numbers[mean.column]?[$0] }
            guard !values.isEmpty else { return .missing }
            return .number(Statistics.mean(values) * mean.factor, mean.format)
          }
      })
  }
}

extension ReportTable.Cell {
  /// A number in a format; nothing where there is none.
  fileprivate static func number(_ value: Double?, _ format: String) -> ReportTable.Cell {
    value.map { ReportTable.Cell(String(format: format, $0), value: $0) } ?? .missing
  }
}
