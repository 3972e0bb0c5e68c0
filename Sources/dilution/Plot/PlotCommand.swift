import ArgumentParsing
import DataFiles
import Foundation
import Plotting

/// Draws the figures of the lab: one subcommand each.
enum PlotCommand: Subcommand {
  /// The figures by what they show, in the order in which help lists them.
  ///
  /// To add one, write a file with an `enum` that conforms to `PlottedFigure`, name it here, and run
  /// `make goldens` to record its help screen.
  private static let sections: [(title: String, figures: [any PlottedFigure.Type])] = [
    (
      "Dilution, of a sweep or a probe",
      [
        DilutionCurvePlot.self, AccuracyCurvePlot.self, MarginPlot.self, ControlsPlot.self,
        HeadHeatmapsPlot.self,
      ]
    ),
    (
      "Budgets and settings, of a sweep",
      [
        FrontierPlot.self, StepsHeatmapPlot.self, LearningRatePlot.self, WallClockPlot.self,
      ]
    ),
    (
      "Tasks and models, of a sweep",
      [
        RotaryPlot.self, SimilarityPlot.self, RehearsalPlot.self, HopsPlot.self,
        DepthHeatmapPlot.self,
      ]
    ),
    ("Position by position, of a probe with --profile", [AttentionProfilePlot.self]),
    (
      "The paper's statements, of a theory run",
      [
        RequirementPlot.self, SignalPlot.self, QueryGainPlot.self,
      ]
    ),
    ("Time and memory, of a scaling run", [ScalingPlot.self]),
  ]

  static let figures = sections.flatMap(\.figures)

  static let declaration = Command(
    name: "plot",
    summary: "draw a figure of results as SVG, PNG or PDF",
    discussion: """
      Each figure is a subcommand and reads one run: the folder of a finished sweep, of one of its \
      parts, of a probe, of a theory or of a scaling run. Lines and points are means over instances, \
      bands and bars their 95 % intervals, which are those of 'dilution stats'; runs that diverged are \
      in none, and rows of different settings are never averaged under one label. The data behind a figure is written where --out ends in .csv, and beside it, with .json \
      behind the name, the version of its columns.
      """,
    examples: [
      Example(
        "dilution plot dilution-curve runs/quick --out fig.svg --out fig.png --out fig.csv",
        "A figure as vector graphic and as image, and its data"),
      Example("dilution plot frontier --help", "What a figure shows, and its own options"),
    ],
    groups: [PlotOptions.group],
    sections: sections.map { section in
      CommandSection(section.title, section.figures.map { $0.declaration })
    }, otherNames: OtherNames.ofFigures)

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let outputs = try PlotOptions.checkedOutputs(arguments)
    let name = arguments.path[2].name
    guard let figure = figures.first(where: { $0.declaration.name == name }) else {
      preconditionFailure("the parser selected the undeclared figure '\(name)'")
    }
    let drawn = try figure.draw(arguments)
    for path in outputs {
      try FileSystem.createDirectory(
        URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path)
      if PlotOptions.isTable(path) {
        try drawn.data.file.write(to: path)
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
}
