import DataFiles
import Experiments
import Foundation
import Plotting
import Runs

/// Which rows of a theory run's table a figure shows.
struct TheoryChoice: Sendable {
  /// The family; nil for the only one.
  var task: String?
  /// The token of a value that rows predict; nil for all.
  var valueToken: Int?

  static let task = Setting(
    "task", \TheoryChoice.task, help: "The family, where the results hold several."
  ).shown(as: "TASK")

  static let valueToken = Setting(
    "value_token", \TheoryChoice.valueToken, in: 0...1 << 20,
    help: "Show the rows that predict this token of a value, counted from 0; heads may differ in "
      + "which they look up. All when not given.")
}

/// A figure of a table of a theory run.
protocol TheoryFigure: ResultFigure {
  var choice: TheoryChoice { get set }
  static var schema: TableSchema { get }
}

extension TheoryFigure {
  static var taskSetting: Setting<Self> { TheoryChoice.task.of(\Self.choice) }
  static var valueTokenSetting: Setting<Self> { TheoryChoice.valueToken.of(\Self.choice) }

  /// The rows of the chosen family.
  func rows(_ input: FigureInput) throws -> TheoryTable {
    try TheoryTable(
      about.table(input.path, Self.schema), task: choice.task, valueToken: choice.valueToken,
      seed: input.seed ?? 0)
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard run.kind == .theory, let table = try run.table(Self.schema) else { return [] }
    let tasks = Set(try table.strings("task")).sorted()
    guard tasks.count > 1 else { return [FigureView(self)] }
    return tasks.map { task in FigureView(with { $0.choice.task = task }, task) }
  }
}

extension FigureSource {
  static let theory = FigureSource.table(
    of: .theory, "dilution theory", "the table in it that the figure shows")
}

/// One family of a table that `dilution theory` wrote.
struct TheoryTable {
  let table: CSVTable
  let task: String
  /// Which token of a value the rows predict; nil for all.
  let valueToken: Int?
  /// T, ascending.
  let lengths: [Int]
  private let rowsOfLength: [Int: [Int]]
  private let instances: [String]
  private let estimator: Estimator

  /// Takes the rows of a family out of a table.
  ///
  /// - Parameters:
  ///   - task: the family; nil takes the only one there is.
  ///   - valueToken: which token of a value rows predict; nil takes all rows.
  ///   - seed: decides the bootstrap's resamples.
  /// - Throws: `CSVError`, `RowChoiceError`.
  init(_ table: CSVTable, task: String?, valueToken: Int? = nil, seed: UInt64) throws {
    self.table = table
    estimator = Estimator(seed: seed)
    var chosen = try ChosenRows(table)
    try chosen.choose("task", task, flag: "--task")
    if let valueToken {
      try chosen.choose("value_token", "\(valueToken)", flag: "--value-token")
    }
    self.valueToken = valueToken
    self.task = try chosen.values("task").first ?? ""
    instances = try table.strings("index")
    let allLengths = try table.ints("length")
    let files = try table.strings("file")
    rowsOfLength = Dictionary(grouping: chosen.rows, by: { allLengths[$0] })
    lengths = rowsOfLength.keys.sorted()
    // Two tasks files of one length differ in something that an average would hide.
    for length in lengths {
      let names = Set((rowsOfLength[length] ?? []).map { files[$0] }).sorted()
      if names.count > 1 {
        throw RowChoiceError.several("file", names, flag: nil, file: table.file)
      }
    }
  }

  /// The numbers of the rows at a length.
  func rows(at length: Int) -> [Int] { rowsOfLength[length] ?? [] }

  /// The head that was followed; nil where there are several.
  func head() throws -> String? {
    let (layers, heads) = (try table.ints("layer"), try table.ints("head"))
    let rows = lengths.flatMap(rows)
    guard let first = rows.first,
      rows.allSatisfy({ (layers[$0], heads[$0]) == (layers[first], heads[first]) })
    else { return nil }
    return "head \(heads[first]) of layer \(layers[first])"
  }

  /// At each length the mean over instances with its interval.
  ///
  /// - Parameters:
  ///   - name: separates the resamples of one curve from those of others.
  ///   - scale: what the values are.
  ///   - value: the value of one instance, of its rows.
  func estimates(
    _ name: String, _ scale: ValueScale, _ value: ([Int]) -> Double
  ) -> [Estimate] {
    lengths.compactMap { length in
      let byInstance = Dictionary(grouping: rows(at: length), by: { instances[$0] })
      let values = byInstance.sorted { ($0.value.first ?? 0) < ($1.value.first ?? 0) }
        .map { value($0.value) }
      return estimator.mean(
        values, of: Quantity(subject: task, length: length, name: name, scale: scale))
    }
  }

  /// What a reader needs to know.
  func caption(_ parts: String...) throws -> String {
    let counts = lengths.map { Set(rows(at: $0).map { instances[$0] }).count }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let n = least == most ? "\(most)" : "\(least) to \(most)"
    let head = try head().map { "; \($0)" } ?? ""
    let token = valueToken.map { "; rows that predict token \($0) of a value" } ?? ""
    return
      (["\(task)\(head)\(token); n = \(n) \(most == 1 ? "instance" : "instances") a length"] + parts)
      .joined(separator: "; ")
  }
}
