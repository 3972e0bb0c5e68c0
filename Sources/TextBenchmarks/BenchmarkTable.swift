import DataFiles
import Foundation

/// The scores of a benchmark in the layout of papers: a row a category, subset or task, and a column a
/// method.
public struct BenchmarkTable: Sendable, Equatable {
  /// A question that a method answered.
  public struct Entry: Sendable {
    public var question: Key
    public var method: String
    public var answer: String
    /// From 0 to 100.
    public var score: Double
    /// Whether training ran away; such an answer is in no mean.
    public var hasDiverged: Bool

    public init(
      question: Key, method: String, answer: String, score: Double, hasDiverged: Bool
    ) {
      self.question = question
      self.method = method
      self.answer = answer
      self.score = score
      self.hasDiverged = hasDiverged
    }
  }

  /// All of a question that a table needs.
  public struct Key: Sendable {
    public var row: String
    public var slices: [String]
    public var right: [String]
    public var metric: BenchmarkQuestion.Metric

    public init(
      row: String, slices: [String] = [], right: [String], metric: BenchmarkQuestion.Metric
    ) {
      (self.row, self.slices, self.right, self.metric) = (row, slices, right, metric)
    }

    public init(_ question: BenchmarkQuestion) {
      self.init(
        row: question.row, slices: question.slices, right: question.right, metric: question.metric)
    }
  }

  /// A row.
  public struct Row: Sendable, Equatable, Encodable {
    /// What the row is one of: category, subset, task, difficulty, length, or all.
    public var kind: String
    public var name: String
    public var metric: String
    /// Questions that were asked, and those that were left out because they are too long.
    public var count: Int
    public var skipped: Int
    /// One for each method; nil where none of its answers counts.
    public var scores: [Double?]
    /// Answers of all methods that count for nothing.
    public var diverged: Int
  }

  public let methods: [String]
  public let rows: [Row]

  /// The table of entries, each method's in any order.
  ///
  /// - Parameters:
  ///   - methods: the columns.
  ///   - skipped: questions that were left out. A row of which nothing else is left has no score, and
  ///     neither has the mean over such rows.
  public init(
    _ benchmark: Benchmark, _ entries: [Entry], methods: [String], skipped: [Key] = []
  ) {
    self.methods = methods
    func row(_ kind: String, _ name: String, _ belongs: (Key) -> Bool) -> Row {
      let own = entries.filter { belongs($0.question) }
      let left = skipped.filter(belongs)
      let scores = methods.map { method in
        Self.score(own.filter { $0.method == method && !$0.hasDiverged })
      }
      return Row(
        kind: kind, name: name,
        metric: (own.first?.question ?? left.first)?.metric.name ?? "",
        count: methods.map { method in own.count { $0.method == method } }.max() ?? 0,
        skipped: left.count, scores: scores, diverged: own.count(where: \.hasDiverged))
    }
    var names: [String] = []
    for key in entries.map(\.question) + skipped where !names.contains(key.row) {
      names.append(key.row)
    }
    let kind =
      switch benchmark {
      case .longBench: "category"
      case .zeroScrolls: "subset"
      case .ruler: "task"
      }
    if benchmark == .zeroScrolls {
      names = ZeroScrollsSubset.allCases.map(\.rawValue).filter(names.contains)
    } else {
      names.sort()
    }
    var rows = names.map { name in row(kind, name) { $0.row == name } }
    if benchmark == .longBench {
      rows.append(row("all", "overall") { _ in true })
      let slices: [(String, [String])] = [
        ("difficulty", LongBenchItem.Difficulty.allCases.map(\.rawValue)),
        ("length", LongBenchItem.Extent.allCases.map(\.rawValue)),
      ]
      for (kind, names) in slices {
        for name in names {
          let slice = row(kind, name) { $0.slices.contains(name) }
          if slice.count + slice.skipped > 0 { rows.append(slice) }
        }
      }
    } else if rows.count > 1 {
      // The benchmarks' own headline: the mean of the rows, whatever the number of their questions.
      let means = methods.indices.map { method -> Double? in
        let scores = rows.compactMap { $0.scores[method] }
        return scores.count == rows.count ? scores.reduce(0, +) / Double(scores.count) : nil
      }
      rows.append(
        Row(
          kind: "all", name: "average", metric: "mean of rows",
          count: rows.reduce(0) { $0 + $1.count },
          skipped: rows.reduce(0) { $0 + $1.skipped }, scores: means,
          diverged: rows.reduce(0) { $0 + $1.diverged }))
    }
    self.rows = rows
  }

  /// The mean, or what a subset makes of all its answers together.
  private static func score(_ entries: [Entry]) -> Double? {
    guard let first = entries.first else { return nil }
    if case .zeroScrolls(let subset) = first.question.metric {
      return subset.score(entries.map { ($0.answer, $0.question.right) })
    }
    return entries.reduce(0) { $0 + $1.score } / Double(entries.count)
  }

  /// The table as Markdown, with one place behind the point; it has a column for questions that were left
  /// out where there are any.
  public var markdown: String {
    let tellsSkipped = rows.contains { $0.skipped > 0 }
    let head = ["", "metric", "n"] + (tellsSkipped ? ["left out"] : []) + methods
    let rule = ["---", "---"] + head.dropFirst(2).map { _ in "---:" }
    var lines = [markdownRow(head), markdownRow(rule)]
    for row in rows {
      let scores = row.scores.map { $0.map { String(format: "%.1f", $0) } ?? "" }
      let skipped = tellsSkipped ? ["\(row.skipped)"] : []
      lines.append(markdownRow([row.name, row.metric, "\(row.count)"] + skipped + scores))
    }
    return lines.joined(separator: "\n")
  }

  /// The version of the table's columns.
  public static let schema = TableSchema("table.csv", toldBy: "benchmark.json")
  /// The table beside it with a row for each answer.
  public static let answersSchema = TableSchema("results.csv", toldBy: "benchmark.json")
  /// The table beside it of questions that were left out.
  public static let skippedSchema = TableSchema("skipped.csv", toldBy: "benchmark.json")

  /// Writes the numbers in full as CSV.
  ///
  /// - Throws: `FileSystemError`.
  public func write(to path: String) throws {
    let columns = ["kind", "row", "metric", "n", "skipped", "diverged"]
    var writer = try CSVWriter(path, columns: columns + methods)
    for row in rows {
      try writer.append(
        [
          .text(row.kind), .text(row.name), .text(row.metric), .integer(row.count),
          .integer(row.skipped), .integer(row.diverged),
        ] + row.scores.map { CSVCell($0) })
    }
    try writer.commit()
  }
}
