import DataFiles
import Foundation

/// Scores in percent, one row a method.
public struct ScoreTable {
  /// The scores of one method.
  public struct Row: Encodable {
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

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(method, forKey: Key(stringValue: "method"))
      try container.encode(count, forKey: Key(stringValue: "count"))
      try container.encode(unanswered, forKey: Key(stringValue: "unanswered"))
      for (name, value) in scores {
        try container.encode(value, forKey: Key(stringValue: name))
      }
    }
  }

  /// A row for each method.
  public internal(set) var rows: [Row] = []

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

  /// For people, with one place behind the point, as the benchmarks print their tables.
  public var text: TextTable {
    TextTable(
      names: columns,
      rows: rows.map { row in
        [row.method.isEmpty ? "answers" : row.method, "\(row.count)", "\(row.unanswered)"]
          + row.scores.map { $0.value.map { String(format: "%.1f", $0) } ?? "" }
      })
  }

  /// The columns of a file.
  public var columns: [String] { ["method", "n", "unanswered"] + names }

  /// The rows of a file, with the numbers in full.
  public var cells: [[CSVCell]] {
    rows.map { row in
      [.text(row.method), .integer(row.count), .integer(row.unanswered)]
        + row.scores.map { $0.value.map { .number($0) } ?? .missing }
    }
  }
}
