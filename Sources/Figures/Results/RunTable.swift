import DataFiles
import Experiments
import Foundation
import Runs

/// The records of a run as figures see them: the rows of a sweep's `results.csv`, or of a `probe.csv`
/// with the two moments of each instance as methods.
struct RunTable {
  /// Who made the results.
  enum Source: Equatable {
    case sweep
    /// With the step that is shown beside in-context; nil without adaptation.
    case probe(step: Int?)
  }

  /// What identifies a record; its settings and measures are columns.
  struct Row {
    /// The number of the row in the file's table, counted from 0.
    let number: Int
    /// The label of the task.
    let task: String
    let family: String
    /// T.
    let length: Int
    /// Whether positions were rotated.
    let rotary: Bool
    /// The label of the method.
    let method: String
    /// The number of the instance.
    let index: Int
  }

  let source: Source
  /// What errors call the file.
  let file: String
  /// In the order of the file, without runs that diverged.
  let rows: [Row]
  /// The numbers of rows that diverged, which are in no figure.
  let diverged: [Row]
  private let table: CSVTable
  /// Columns that are the same in all rows of a cell, and their texts.
  private let settings: [(name: String, texts: [String])]

  /// The columns of a sweep's table that make a task and a method, and that of a probe's its file; in both,
  /// the head that is followed.
  private static let settingColumns =
    ["task", "method"] + SettingColumns.declared + ["file", "best_layer", "best_head"]

  /// Reads a run's folder, or a table of results itself.
  ///
  /// - Parameters:
  ///   - step: of a probe, the step to show beside in-context; nil takes the last.
  ///   - figure: what it is read for.
  /// - Throws: `FileSystemError`, `CSVError`, `FigureError`.
  init(_ path: String, step: Int?, for figure: FigureAbout) throws {
    file = try Self.file(of: path, figure)
    // A table may bear any name: its columns say what it is.
    let read = try CSVTable.read(file)
    try figure.check(RunKind(table: read), path)
    try (read.contains("label") ? SweepResults.schema : ProbeFiles.schema).check(file)
    table = read
    settings = try Self.settings(read)
    if table.contains("label") {
      source = .sweep
      guard step == nil else {
        throw FigureError.settings(
          "--step belongs to the results of a probe: choose among a sweep's methods with --method.")
      }
      (rows, diverged) = try Self.sweepRows(table)
    } else {
      let (rows, shown) = try Self.probeRows(table, step: step)
      (self.rows, diverged, source) = (rows, [], .probe(step: shown))
    }
    guard !rows.isEmpty else { throw FigureError.empty(file: file) }
  }

  private static func settings(_ table: CSVTable) throws -> [(name: String, texts: [String])] {
    var settings = try settingColumns.filter(table.contains).map {
      (name: $0, texts: try table.strings($0))
    }
    // Where a budget decides them, steps may differ from instance to instance.
    if table.contains("steps"), table.contains("budget_flops") {
      let budgets = try table.strings("budget_flops")
      settings.append(
        (
          name: "steps",
          texts: zip(try table.strings("steps"), budgets).map { $1.isEmpty ? $0 : "" }
        ))
    }
    return settings
  }

  /// The settings of a row.
  func settings(_ row: Row) -> [RecordCell.Setting] {
    settings.map { RecordCell.Setting($0.name, $0.texts[row.number]) }
  }

  /// A measure, one for each row of the file and equal to what the records hold; nil where the field is
  /// empty.
  ///
  /// - Throws: `CSVError`, `FigureError` for a measure that is read where it is asked for, and was not.
  func values(_ measure: Measure) throws -> [Double?] {
    if let instrument = measure.optionalInstrument, !table.contains(measure.column) {
      throw FigureError.notEnough(
        "was measured without the instrument \(instrument)", file: file,
        remedy: "ask for it by 'dilution probe --instruments \(instrument)', or by instruments: "
          + "[\"\(instrument)\"] in a sweep's spec")
    }
    let values = try numbers(measure.column)
    guard source == .sweep, measure.isSingleInSweeps else { return values }
    return values.map { $0.map { Double(Float($0)) } }
  }

  /// The table of a folder.
  private static func file(of path: String, _ figure: FigureAbout) throws -> String {
    guard FileSystem.isFolder(path) else { return path }
    let kind = RunKind(folder: path)
    try figure.check(kind, path)
    let tables = [(RunKind.sweep, "results.csv"), (.probe, "probe.csv")].filter {
      figure.source.kinds.contains($0.0)
    }.map(\.1)
    if let name = tables.first(where: { FileSystem.exists(inside(path, $0)) }) {
      return inside(path, name)
    }
    let parts = parts(path)
    if let first = parts.first {
      throw FigureError.severalParts(parts, folder: path, example: inside(path, first))
    }
    if kind == .sweep { throw FigureError.unfinished(folder: path) }
    throw FigureError.noTable(
      tables.joined(separator: " and no "), folder: path, isOfKind: false, figure.source)
  }

  /// The folders with results of sweeps in a folder, by name.
  static func parts(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { FileSystem.exists(inside(inside(folder, $0), "results.csv")) }.sorted()
  }

  private static func inside(_ folder: String, _ name: String) -> String {
    (folder as NSString).appendingPathComponent(name)
  }

  private static func sweepRows(_ table: CSVTable) throws -> (rows: [Row], diverged: [Row]) {
    let tasks = try table.strings("task_label")
    let families = try table.strings("task")
    let lengths = try lengths(table)
    let rotary = try table.ints("rotary")
    let methods = try table.strings("label")
    let indices = try table.ints("index")
    let diverged = try table.ints("diverged")
    let all = tasks.indices.map { row in
      Row(
        number: row, task: tasks[row], family: families[row], length: lengths[row],
        rotary: rotary[row] != 0, method: methods[row], index: indices[row])
    }
    return (all.filter { diverged[$0.number] == 0 }, all.filter { diverged[$0.number] != 0 })
  }

  private static func probeRows(
    _ table: CSVTable, step: Int?
  ) throws -> (rows: [Row], step: Int?) {
    let tasks = try table.strings("task")
    let lengths = try lengths(table)
    let steps = try table.ints("step")
    let indices = try table.ints("index")
    try checkFiles(table, tasks, lengths)
    if let step, !steps.contains(step) {
      throw FigureError.noSuchStep(step, file: table.file, steps: Set(steps).sorted())
    }
    let shown = step ?? steps.max() ?? 0
    let rows = tasks.indices.compactMap { row -> Row? in
      guard steps[row] == 0 || steps[row] == shown else { return nil }
      return Row(
        number: row, task: tasks[row], family: tasks[row], length: lengths[row], rotary: true,
        method: steps[row] == 0 ? "in-context" : "qTTT", index: indices[row])
    }
    return (rows, shown > 0 ? shown : nil)
  }

  private static func lengths(_ table: CSVTable) throws -> [Int] {
    let lengths = try table.ints("length")
    if let row = lengths.firstIndex(where: { $0 < 1 }) {
      throw CSVError(
        file: table.file, line: table.line(ofRow: row),
        problem: .mismatch(
          column: "length", found: "\(lengths[row])", wanted: "a whole number of at least 1"))
    }
    return lengths
  }

  /// Two tasks files of one length differ in something that an average would hide.
  private static func checkFiles(
    _ table: CSVTable, _ tasks: [String], _ lengths: [Int]
  ) throws {
    struct Place: Hashable {
      var task: String
      var length: Int
    }
    let files = try table.strings("file")
    var fileOfPlace: [Place: String] = [:]
    for row in files.indices {
      let place = Place(task: tasks[row], length: lengths[row])
      let first = fileOfPlace[place] ?? files[row]
      guard first == files[row] else {
        throw FigureError.severalFiles(first, files[row], length: lengths[row], file: table.file)
      }
      fileOfPlace[place] = first
    }
  }

  /// The path of another file in the table's folder.
  func sibling(_ name: String) -> String {
    Self.inside((file as NSString).deletingLastPathComponent, name)
  }

  func contains(_ column: String) -> Bool { table.contains(column) }

  /// A column of numbers, one for each row of the file; nil where the field is empty.
  ///
  /// - Throws: `CSVError`.
  func numbers(_ column: String) throws -> [Double?] { try table.optionalDoubles(column) }

  /// A column of texts, one for each row of the file.
  ///
  /// - Throws: `CSVError`.
  func texts(_ column: String) throws -> [String] { try table.strings(column) }
}
