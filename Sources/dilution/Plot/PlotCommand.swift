import ArgumentParsing
import DataFiles
import Figures
import Foundation
import Plotting
import SandboxTasks

/// Draws the figures of the catalog: one subcommand each.
enum PlotCommand: Subcommand {
  static let outputs = Option.repeated(
    "out", .file("svg", "png", "pdf", "csv"), isRequired: true,
    help: "A file to write, drawn as its extension says: .svg, .png or .pdf, or .csv for the data "
      + "behind the figure, in a folder that is created when missing; may be given several times.")

  static let title = Option.optional("title", .text(), help: "A heading above the figure.")

  static let declaration = Command(
    name: "plot",
    summary: "draw a figure of results as SVG, PNG or PDF",
    discussion: """
      Each figure is a subcommand and reads one run: the folder of a finished sweep, of one of its \
      parts, of a probe, of a theory or of a scaling run. Lines and points are means over instances, \
      bands and bars their 95 % intervals, which are those of 'dilution stats'; runs that diverged are \
      in none, and rows of different settings are never averaged under one label. The data behind a \
      figure is written where --out ends in .csv, and beside it, with .json behind the name, the \
      version of its columns.
      """,
    examples: [
      Example(
        "dilution plot dilution-curve runs/quick --out fig.svg --out fig.png --out fig.csv",
        "A figure as vector graphic and as image, and its data"),
      Example("dilution plot frontier --help", "What a figure shows, and its own options"),
    ],
    groups: [OptionGroup("Options of every figure", [outputs, title])],
    sections: FigureSection.allCases.map { section in
      CommandSection(
        section.rawValue,
        FigureCatalog.all.filter { $0.about.section == section }.map { command($0) })
    }, otherNames: FigureCatalog.otherNames)

  /// The subcommand of a figure.
  private static func command(_ figure: some ResultFigure) -> Command {
    let about = figure.about
    let options = figure.settings.map { Option.setting($0, of: figure) }
    return Command(
      name: about.name, summary: about.summary, discussion: about.discussion,
      examples: about.examples.map { Example($0.commandLine, $0.explanation) },
      positionals: [path(about)], groups: options.isEmpty ? [] : [OptionGroup("Options", options)])
  }

  private static func path(_ about: FigureAbout) -> Positional<String> {
    .required(about.source.placeholder, .directory, help: about.source.help)
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let outputs = try checkedOutputs(arguments)
    guard let figure = FigureCatalog.named(arguments.path[2].name) else {
      preconditionFailure("the parser selected the undeclared figure '\(arguments.path[2].name)'")
    }
    let drawn: DrawnFigure
    do {
      drawn = try draw(figure, arguments)
    } catch FigureError.settings(let sentence) {
      throw ArgumentError.rule(sentence)
    }
    for path in outputs {
      try FileSystem.createDirectory(
        URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path)
      if isTable(path) {
        let data = drawn.data
        try ChosenTable(
          format: "figure", version: data.version, columns: data.columns, rows: data.rows
        ).write(to: path)
      } else {
        try drawn.figure.write(to: path)
      }
    }
    if console.wantsJSON {
      try console.print(json: outputs)
    } else {
      for path in outputs { console.note("Wrote \(path).") }
    }
  }

  /// Draws a figure with the settings of the command line.
  private static func draw<Drawn: ResultFigure>(
    _ figure: Drawn, _ arguments: Arguments
  ) throws -> DrawnFigure {
    var figure = figure
    for setting in figure.settings {
      let value = arguments[Option.setting(setting, of: figure)]
      // The table of a theory run names families; a sweep's tasks have labels of its own.
      if figure.about.section == .theory, setting.name == "task", let task = value.string,
        TaskFamily(rawValue: task) == nil
      {
        let known = TaskFamily.allCases.map(\.rawValue).joined(separator: ", ")
        throw ArgumentError.rule("--task must be one of \(known), not '\(task)'.")
      }
      setting.set(value, in: &figure)
    }
    return try figure.draw(
      FigureInput(
        arguments[path(figure.about)], title: arguments[title],
        seed: arguments[GlobalOptions.seed]))
  }

  /// The files to write: checked before the work rather than after it, and all before the first is
  /// written.
  ///
  /// - Throws: `ArgumentError.rule`.
  private static func checkedOutputs(_ arguments: Arguments) throws(ArgumentError) -> [String] {
    var files: Set<String> = []
    for path in arguments[outputs] {
      if !isTable(path), (try? FigureFormat(path: path)) == nil {
        throw .rule(
          "--out must end in .svg, .png or .pdf for a figure or in .csv for its data, not "
            + "'\(path)'.")
      }
      guard files.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted else {
        throw .rule("--out names \(path) twice: give each file once.")
      }
    }
    return arguments[outputs]
  }

  private static func isTable(_ path: String) -> Bool { path.lowercased().hasSuffix(".csv") }
}
