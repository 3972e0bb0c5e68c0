import DataFiles
import Experiments
import Runs

/// What of a run decides the figures worth drawing.
public struct RunOverview: Sendable {
  public let kind: RunKind
  let folder: String
  /// Labels of the tasks, in the order of the results.
  let tasks: [String]
  private let results: CSVTable?

  /// Looks at a run's folder.
  ///
  /// - Throws: `CSVError`, `UnknownVersion`, `JSONError`, `FileSystemError`.
  public init(_ folder: String, _ kind: RunKind) throws {
    (self.folder, self.kind) = (folder, kind)
    switch kind {
    case .sweep: results = try Self.table(SweepResults.schema, in: folder)
    case .probe: results = try Self.table(ProbeFiles.schema, in: folder)
    default: results = nil
    }
    tasks = RunSelection.distinct(
      try results?.strings(kind == .sweep ? "task_label" : "task") ?? [])
  }

  /// Whether a column of the results has several values.
  ///
  /// - Throws: `CSVError`.
  func varies(_ column: String) throws -> Bool {
    guard let results, results.contains(column) else { return false }
    return Set(try results.strings(column)).subtracting([""]).count > 1
  }

  /// Another table of the folder; nil where there is none.
  ///
  /// - Throws: `CSVError`, `UnknownVersion`, `JSONError`, `FileSystemError`.
  func table(_ schema: TableSchema) throws -> CSVTable? {
    try Self.table(schema, in: folder)
  }

  private static func table(_ schema: TableSchema, in folder: String) throws -> CSVTable? {
    let path = FileSystem.path(folder, schema.name)
    return FileSystem.exists(path) ? try schema.read(path) : nil
  }

  /// A view for each task, or one alone where there is one.
  func eachTask<Shown: RunFigure>(_ figure: Shown, _ detail: String = "") -> [FigureView] {
    guard tasks.count > 1 else { return [FigureView(figure, detail)] }
    return tasks.map { task in
      FigureView(figure.with { $0.choice.tasks = [task] }, detail, task: task)
    }
  }
}
