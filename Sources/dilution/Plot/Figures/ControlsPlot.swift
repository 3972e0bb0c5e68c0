import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// Paired differences of span policies and controls over context length.
enum ControlsPlot: PlottedFigure {
  static let measure = RunOptions.measure(.answerProbability)

  static let against = Option.optional(
    "against", .text("LABEL"),
    help: "The method that the others are held against, by its label; the one in context when not "
      + "given.")

  static let declaration = Command(
    name: "controls",
    summary: "paired difference to in-context of every span policy and control over context length",
    discussion: """
      For each instance the method's value less the one in context, averaged: what the instances \
      differ in by themselves drops out. A band above the zero line is a gain; a gain that a control \
      shares (spans of another context, shuffled spans, a random direction) is not one. All qTTT \
      methods are shown unless --method names others. Of a probe, qTTT less in-context.
      """,
    examples: [
      Example(
        "dilution plot controls runs/quick --measure mass-best --out fig.svg --out fig.csv",
        "What qTTT and its controls do to the target mass")
    ],
    positionals: [RunOptions.run],
    groups: [
      OptionGroup(
        "Options",
        [measure, against, RunOptions.step, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let selection = try RunSelection(arguments, step: arguments[RunOptions.step])
    let file = selection.table.file
    let task = try selection.oneTask()
    let reference = try reference(selection, arguments[against])
    let isChosen = arguments.isGiven(RunOptions.method)
    let methods = selection.methods.filter { method in
      method != reference
        && (isChosen || (selection.settings[method]?.method ?? "qttt") == "qttt")
    }
    guard !methods.isEmpty else {
      throw PlotError.notEnough(
        "holds no qTTT method", file: file, remedy: "name what to compare with --method")
    }
    let measure = arguments[measure]
    let column = try selection.column(measure)
    let base = Dictionary(grouping: selection.rows(of: reference), by: \.length)
    let curves = try methods.compactMap { method -> Curve? in
      let points = try selection.lengths.compactMap { length -> Curve.Point? in
        try selection.difference(
          selection.rows(method, at: length), to: base[length] ?? [], column
        ).map { Curve.Point(length: length, estimate: $0) }
      }
      guard !points.isEmpty else { return nil }
      return Curve(
        name: selection.names[method], method: method, column: column.column, points: points)
    }
    guard !curves.isEmpty else { throw PlotError.noValues(column: column.column, file: file) }
    var y = Axis.linear(measure.differenceLabel(to: selection.names[reference]))
    y.including = [0]
    let maker = LengthPanels(
      [
        .init(
          series: curves.map(\.series), y: y, references: [.horizontal(at: 0, dash: .solid)])
      ], trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title],
      caption: try selection.caption(
        "\(task); paired by instance", curves.flatMap(\.points).map(\.estimate),
        of: curves.map(\.method)))
    var data = FigureData(columns: ["reference"] + Curve.columns)
    data.rows = curves.flatMap(\.rows).map { [.text(reference)] + $0 }
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private static func reference(_ selection: RunSelection, _ wanted: String?) throws -> String {
    let known = Set(selection.table.rows.map(\.method))
    if let wanted {
      guard known.contains(wanted) else {
        throw PlotError.noSuchMethod(wanted, known.sorted(), file: selection.table.file)
      }
      return wanted
    }
    guard let inContext = selection.inContext else {
      throw PlotError.notEnough(
        "holds no method in-context", file: selection.table.file,
        remedy: "name what to compare with by --against, or sweep {method: \"in-context\"} too")
    }
    return inContext
  }
}
