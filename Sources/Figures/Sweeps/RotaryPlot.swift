import DataFiles
import Experiments
import Plotting
import Runs

/// Curves with rotary positions and without them.
struct RotaryPlot: RunFigure {
  let about = FigureAbout(
    name: "rotary", section: .tasks,
    summary: "target mass and accuracy over context length with rotary positions on and off",
    discussion: """
      Each method twice: with rotary positions as trained, and hollow and dotted with the rotation \
      switched off at inference, without any retraining. The sweep needs rotary: [true, false].
      """,
    examples: [
      (
        "dilution plot rotary runs/rotary --method in-context --out fig.svg",
        "How much faster attention dilutes without positions"
      )
    ],
    source: .sweep(Self.remedy), otherNames: ["positions", "rope"], compares: "rotary")

  private static let remedy = "sweep a spec with rotary: [true, false]"

  /// A panel each; empty for target mass and accuracy.
  var measures: [Measure] = []
  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [
      Setting(
        "measure", \.measures, .list(of: .choice(Measure.plotted.map(\.option))),
        "What is drawn, in a panel each; mass-best and accuracy when not given.",
        write: { JSONValue(.array($0.map { JSONValue(.string($0.option)) })) },
        read: { $0.elements?.compactMap { $0.string.flatMap(Measure.init(option:)) } }),
      .trainingLength(\.trainingLength),
    ] + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    run.eachTask(self)
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input, positions: .all)
    let task = try selection.oneTask()
    guard Set(selection.rows.map(\.rotary)).count == 2 else {
      throw FigureError.notEnough(
        "holds results with rotary positions \(selection.rows[0].rotary ? "on" : "off") alone",
        file: selection.table.file, remedy: Self.remedy)
    }
    let measures =
      measures.isEmpty ? [.massBest, .accuracy] : RunSelection.distinct(measures)
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: ["rotary"] + Curve.columns)
    var estimates: [Estimate] = []
    for measure in measures {
      let column = try selection.column(measure)
      var series: [LengthSeries] = []
      for (place, method) in selection.methods.enumerated() {
        let name = selection.names[method]
        let style = NamedStyles.methods[name] ?? .other(place)
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
        throw FigureError.noValues(column: measure.column, file: selection.table.file)
      }
      parts.append(.init(series: series, y: measure.axis))
    }
    let maker = LengthPanels(
      parts, trainingLength: trainingLength.map(Double.init),
      title: input.title, caption: try selection.caption(task, estimates))
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
