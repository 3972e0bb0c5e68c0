import DataFiles
import Foundation

/// Scores in percent, one row a method.
struct ScoreTable {
  struct Row: Encodable {
    var method: String
    var count: Int
    var unanswered: Int
    /// By name, in the order of the table; nil where there is no item of that kind.
    var scores: [(name: String, value: Double?)] = []

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(method, forKey: Key(stringValue: "method"))
      try container.encode(count, forKey: Key(stringValue: "count"))
      try container.encode(unanswered, forKey: Key(stringValue: "unanswered"))
      for (name, value) in scores {
        try container.encode(value, forKey: Key(stringValue: name))
      }
    }
  }

  var rows: [Row] = []

  /// A subset or task, with what each method made of it.
  struct Part {
    var name: String
    var count: Int
    var scores: [Double] = []
    var unanswered: [Int] = []
  }

  init() {}

  /// A column a part and, behind several, their plain mean.
  ///
  /// - Parameter average: what that column is called.
  init(_ parts: [Part], methods: [String], average: String) {
    for (place, method) in methods.enumerated() {
      var row = Row(
        method: method, count: parts.reduce(0) { $0 + $1.count },
        unanswered: parts.reduce(0) { $0 + $1.unanswered[place] })
      row.scores = parts.map { ($0.name, $0.scores[place]) }
      if parts.count > 1 {
        let sum = parts.reduce(0) { $0 + $1.scores[place] }
        row.scores.append((average, sum / Double(parts.count)))
      }
      rows.append(row)
    }
  }

  private var names: [String] { rows.first?.scores.map(\.name) ?? [] }

  /// As Markdown, with one place behind the point, as the benchmarks print their tables.
  var markdown: String {
    let head = ["method", "n", "unanswered"] + names
    var lines = [line(head), line(["---"] + head.dropFirst().map { _ in "---:" })]
    for row in rows {
      let scores = row.scores.map { score in
        score.value.map { String(format: "%.1f", $0) } ?? ""
      }
      lines.append(
        line(
          [row.method.isEmpty ? "answers" : row.method, "\(row.count)", "\(row.unanswered)"]
            + scores))
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ cells: [String]) -> String { markdownRow(cells) }

  /// The numbers in full.
  var file: ChosenTable {
    ChosenTable(
      format: "scores", columns: ["method", "n", "unanswered"] + names,
      rows: rows.map { row in
        [.text(row.method), .integer(row.count), .integer(row.unanswered)]
          + row.scores.map { $0.value.map { .number($0) } ?? .missing }
      })
  }
}
