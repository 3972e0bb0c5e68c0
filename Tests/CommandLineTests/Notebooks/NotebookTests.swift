import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// Every command of every notebook, run at reduced size; the data of their figures are held against the
/// files in `Goldens/notebooks`, which `make goldens` writes anew.
@Suite(.tags(.golden, .process, .slow)) struct NotebookTests {
  static let goldens = HelpGoldenTests.folder.appendingPathComponent("notebooks")

  @Test func thereAreNotebooksWithCommands() throws {
    #expect(Notebook.all.count >= 9)
    for notebook in Notebook.all { #expect(try !notebook.commands.isEmpty, "\(notebook.name)") }
  }

  @Test(arguments: Notebook.all)
  func commandsRunAndFiguresHoldTheirNumbers(_ notebook: Notebook) throws {
    let folder = try Self.workspace()
    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
    for words in try notebook.commands {
      let command = ReducedSize.command(words) { FileSystem.exists(path($0)) }
      let outcome = try BuiltBinary.run(command + ["--quiet"], in: folder.url)
      let line = command.joined(separator: " ")
      #expect(outcome.exitCode == 0, "\(notebook.name): dilution \(line): \(outcome.errors)")
      guard command.first == "plot" else { continue }
      let outputs = zip(command, command.dropFirst()).filter { $0.0 == "--out" }.map(\.1)
      for output in outputs {
        #expect(FileSystem.exists(path(output)), "\(line) wrote no \(output)")
        if output.hasSuffix(".csv") {
          let name = "\(notebook.name.prefix(2))-\((output as NSString).lastPathComponent)"
          try compare(path(output), with: Self.goldens.appendingPathComponent(name))
        }
      }
    }
  }

  /// A folder with the shipped checkpoints and with the studies at reduced size.
  private static func workspace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    try files.createSymbolicLink(
      at: folder.url.appendingPathComponent("Models"),
      withDestinationURL: Notebook.root.appendingPathComponent("Models"))
    try files.createDirectory(
      at: folder.url.appendingPathComponent("Tasks"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: folder.url.appendingPathComponent("Tasks/own"),
      withDestinationURL: Notebook.root.appendingPathComponent("Tasks/own"))
    // In the place of a downloaded model, one that was made on the spot.
    try files.createSymbolicLink(
      at: folder.url.appendingPathComponent("Qwen3-0.6B"),
      withDestinationURL: Notebook.root.appendingPathComponent(
        "Tests/TextSupport/qwen3-text"))
    let studies = Notebook.root.appendingPathComponent("Tasks/Studies")
    let target = folder.url.appendingPathComponent("Tasks/Studies")
    try files.createDirectory(at: target, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: studies.path) where name.hasSuffix(".json5") {
      let text = try String(contentsOf: studies.appendingPathComponent(name), encoding: .utf8)
      try Data(ReducedSize.study(text).utf8).write(to: target.appendingPathComponent(name))
    }
    return folder
  }

  /// Columns that may differ by any amount: seconds, which are of one machine and one moment. No other
  /// number moved when `OPENBLAS_CORETYPE` was Haswell or SkylakeX: on x86-64 the products are the lab's own.
  static let measured: [String: Set<String>] = ["05-wall-clock.csv": ["mean"]]

  /// Texts must be equal, and every number that is not in `measured` within 10⁻³: of shares, probabilities
  /// and all else below 1 absolutely, of greater numbers in proportion.
  private func compare(_ path: String, with golden: URL) throws {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil {
      try FileManager.default.createDirectory(
        at: Self.goldens, withIntermediateDirectories: true)
      try Data(FileSystem.read(path)).write(to: golden)
    }
    guard FileSystem.exists(golden.path) else {
      Issue.record("\(golden.lastPathComponent) is missing: run 'make goldens' and read it")
      return
    }
    let made = try CSVTable.read(path)
    let recorded = try CSVTable.read(golden.path)
    #expect(made.columns == recorded.columns && made.rowCount == recorded.rowCount)
    guard made.rowCount == recorded.rowCount else { return }
    let exempt = Self.measured[golden.lastPathComponent] ?? []
    var differing: [String] = []
    for column in recorded.columns {
      for (a, b) in zip(try made.strings(column), try recorded.strings(column))
      where !Self.agree(a, b, toTolerance: !exempt.contains(column)) {
        differing.append("\(column): \(a), not \(b)")
      }
    }
    #expect(differing.isEmpty, "\(golden.lastPathComponent): \(differing)")
  }

  private static func agree(_ a: String, _ b: String, toTolerance: Bool) -> Bool {
    guard let x = Double(a), let y = Double(b) else { return a == b }
    return !toTolerance || abs(x - y) <= 1e-3 * max(1, abs(y))
  }
}
