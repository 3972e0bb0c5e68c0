import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// The picture that every needle-in-a-haystack user knows.
enum DepthHeatmapPlot: PlottedFigure {
  static let measure = RunOptions.measure(.accuracy)

  static let declaration = Command(
    name: "depth-heatmap",
    summary: "accuracy by needle depth and context length, a panel for each method",
    discussion: """
      Columns are context lengths, rows the relative depth of the needle, 0 at the top being the \
      start of the context. The sweep needs a task such as {task: "needle", depth: [0, 0.25, 0.5, \
      0.75, 1]}.
      """,
    examples: [
      Example(
        "dilution plot depth-heatmap runs/depth --method in-context,qTTT --out fig.png",
        "Before and after test-time training")
    ],
    positionals: [RunOptions.sweep],
    groups: [OptionGroup("Options", [measure] + RunOptions.selection)])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let remedy = "sweep a task with a list of depths, such as depth: [0, 0.25, 0.5, 0.75, 1]"
    let selection = try RunSelection(arguments, sweep: remedy)
    let variants = try TaskVariants(selection, column: "depth", remedy: remedy)
    let measure = arguments[measure]
    let column = try selection.column(measure)
    var grids: [HeatmapFigure.Grid] = []
    var data = FigureData(columns: ["depth"] + Curve.columns)
    var estimates: [Estimate] = []
    for method in selection.methods {
      let curves = try variants.variants.map { variant in
        try selection.curve(
          variant.rows.filter { $0.method == method }, method: method, column)
      }
      guard curves.contains(where: { !$0.points.isEmpty }) else { continue }
      for (value, curve) in zip(variants.values, curves) {
        data.rows += curve.rows.map { [.number(value)] + $0 }
        estimates += curve.points.map(\.estimate)
      }
      let rows = curves.map { curve in
        selection.lengths.map { length in
          curve.points.first { $0.length == length }?.estimate.mean ?? .nan
        }
      }
      grids.append(.init(title: selection.names[method], rows: rows))
    }
    guard !grids.isEmpty else {
      throw PlotError.noValues(column: column.column, file: selection.table.file)
    }
    var maker = HeatmapFigure(
      grids, rows: variants.values.map(plainNumber), columns: selection.lengths.map(String.init),
      rowLabel: "Depth of the needle", columnLabel: "Context length $T$ (tokens)",
      valueLabel: measure.label, range: measure.range)
    maker.allowsGaps = true
    maker.panelColumns = 3
    maker.title = arguments[PlotOptions.title]
    var caption = Caption(variants.subject, estimates, point: "cell", intervals: nil)
    try selection.addNotes(to: &caption)
    maker.caption = caption.text
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
