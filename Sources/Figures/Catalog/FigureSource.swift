import DataFiles
import Experiments
import Foundation
import Runs

/// What a figure is drawn from, for help and for what is said where something else is named.
public struct FigureSource: Sendable {
  let kinds: [RunKind]
  /// How to make what the figure needs; nil where every run of these kinds has it.
  let remedy: String?
  /// What stands for the argument on help screens.
  public let placeholder: String
  public let help: String

  /// The results of a sweep or of a probe.
  static let runs = FigureSource(
    kinds: [.sweep, .probe], remedy: nil, placeholder: "RUN",
    help:
      "The folder of a finished sweep, of one of its parts, or of a probe; or the results.csv or "
      + "probe.csv in it.")

  /// The results of a sweep alone.
  ///
  /// - Parameter remedy: the sweep that the figure needs, as advice to those who name something else.
  static func sweep(_ remedy: String) -> FigureSource {
    FigureSource(
      kinds: [.sweep], remedy: remedy, placeholder: "RUN",
      help: "The folder of a finished sweep or of one of its parts, or the results.csv in it; the "
        + "folder of a probe will not do.")
  }

  /// A table of another kind of run.
  ///
  /// - Parameters:
  ///   - maker: the command that writes the folder.
  ///   - table: what the table in it is called.
  static func table(
    of kind: RunKind, _ maker: String, _ table: String, remedy: String? = nil
  ) -> FigureSource {
    FigureSource(
      kinds: [kind], remedy: remedy, placeholder: "RESULTS",
      help: "The folder that '\(maker)' wrote, or \(table).")
  }

  /// What to do for the figure, where results of some kind were named.
  var advice: String { remedy ?? choice }

  /// What to name for the figure.
  var choice: String { "name a folder that \(commands) made" }

  /// "a sweep or a probe".
  var runs: String { kinds.map(\.run).joined(separator: " or ") }

  private var commands: String {
    kinds.map { "'dilution \($0.subcommand)'" }.joined(separator: " or ")
  }
}

extension FigureAbout {
  /// Refuses what another kind of run made.
  ///
  /// - Parameters:
  ///   - kind: the kind that was met; nil where nothing says it.
  ///   - path: the folder or table as it was named.
  /// - Throws: `FigureError.wrongKind`.
  func check(_ kind: RunKind?, _ path: String) throws(FigureError) {
    if let kind, !source.kinds.contains(kind) {
      throw .wrongKind(kind, path: path, figure: name, source)
    }
  }

  /// The table at a path, or of the schema's name in the folder at the path.
  ///
  /// - Throws: `CSVError`, `UnknownVersion`, `JSONError`, `FileSystemError`, `FigureError`.
  func table(_ path: String, _ schema: TableSchema) throws -> CSVTable {
    guard FileSystem.isFolder(path) else {
      let table = try schema.read(path)
      try check(RunKind(table: table), path)
      return table
    }
    let file = (path as NSString).appendingPathComponent(schema.name)
    guard FileSystem.exists(file) else {
      let isStudy = !RunTable.parts(path).isEmpty
      let kind = RunKind(folder: path) ?? (isStudy ? .sweep : nil)
      try check(kind, path)
      throw FigureError.noTable(schema.name, folder: path, isOfKind: kind != nil, source)
    }
    return try schema.read(file)
  }
}
