import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// Methods over context length, in a panel for each number of hops.
enum HopsPlot: PlottedFigure {
  static let measure = RunOptions.measure(.accuracy)

  static let declaration = Command(
    name: "hops",
    summary: "accuracy over context length, a panel for each number of hops",
    discussion: """
      Direct answers, thinking and test-time training side by side, for chains of one hop, two hops \
      and so on. The sweep needs a task such as {task: "multi-hop", hops: [1, 2, 3]}.
      """,
    examples: [
      Example(
        "dilution plot hops runs/hops --method in-context,thinking,qTTT --out fig.svg",
        "Where thinking helps, and where it stops helping")
    ],
    positionals: [RunOptions.sweep],
    groups: [
      OptionGroup("Options", [measure, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let remedy = "sweep a task {task: \"multi-hop\", hops: [1, 2, 3]}"
    let selection = try RunSelection(arguments, sweep: remedy)
    let variants = try TaskVariants(selection, column: "hops", remedy: remedy)
    let column = try selection.column(arguments[measure])
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: ["hops"] + Curve.columns)
    var estimates: [Estimate] = []
    for variant in variants.variants {
      let curves = try selection.methods.map { method in
        try selection.curve(
          variant.rows.filter { $0.method == method }, method: method, column)
      }.filter { !$0.points.isEmpty }
      guard !curves.isEmpty else { continue }
      let hops = plainNumber(variant.value)
      parts.append(
        .init(
          title: hops == "1" ? "1 hop" : "\(hops) hops", series: curves.map(\.series),
          y: arguments[measure].axis))
      data.rows += curves.flatMap(\.rows).map { [.count(variant.value)] + $0 }
      estimates += curves.flatMap(\.points).map(\.estimate)
    }
    guard !parts.isEmpty else {
      throw PlotError.noValues(column: column.column, file: selection.table.file)
    }
    var maker = LengthPanels(
      parts, trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title],
      caption: try selection.caption(variants.subject, estimates))
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
