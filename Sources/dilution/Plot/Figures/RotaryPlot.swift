import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// Curves with rotary positions and without them.
enum RotaryPlot: PlottedFigure {
  static let measure = Option.gathered(
    "measure", Measure.kind,
    help: "What is drawn, in a panel each; mass-best and accuracy when not given.")

  static let declaration = Command(
    name: "rotary",
    summary: "target mass and accuracy over context length with rotary positions on and off",
    discussion: """
      Each method twice: with rotary positions as trained, and hollow and dotted with the rotation \
      switched off at inference, without any retraining. The sweep needs rotary: [true, false].
      """,
    examples: [
      Example(
        "dilution plot rotary runs/rotary --method in-context --out fig.svg",
        "How much faster attention dilutes without positions")
    ],
    positionals: [RunOptions.sweep],
    groups: [
      OptionGroup("Options", [measure, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let remedy = "sweep a spec with rotary: [true, false]"
    let selection = try RunSelection(arguments, sweep: remedy, positions: .all)
    let task = try selection.oneTask()
    guard Set(selection.rows.map(\.rotary)).count == 2 else {
      throw PlotError.notEnough(
        "holds results with rotary positions \(selection.rows[0].rotary ? "on" : "off") alone",
        file: selection.table.file, remedy: remedy)
    }
    let given = RunSelection.distinct(arguments[measure])
    let measures = given.isEmpty ? [.massBest, .accuracy] : given
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: ["rotary"] + Curve.columns)
    var estimates: [Estimate] = []
    for measure in measures {
      let column = try selection.column(measure)
      var series: [LengthSeries] = []
      for (place, method) in selection.methods.enumerated() {
        let name = selection.names[method]
        let style = SeriesStyle.method(name) ?? .other(place)
        for isRotated in [true, false] {
          let rows = selection.rows.filter { $0.method == method && $0.rotary == isRotated }
          let curve = try selection.curve(rows, method: method, column)
          guard !curve.points.isEmpty else { continue }
          var line = curve.series
          line.name += isRotated ? "" : ", rotary off"
          line.style = isRotated ? style : style.counterpart
          series.append(line)
          data.rows += curve.rows.map { [.integer(isRotated ? 1 : 0)] + $0 }
          estimates += curve.points.map(\.estimate)
        }
      }
      guard !series.isEmpty else {
        throw PlotError.noValues(column: measure.column, file: selection.table.file)
      }
      parts.append(.init(series: series, y: measure.axis))
    }
    let maker = LengthPanels(
      parts, trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title], caption: try selection.caption(task, estimates))
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
