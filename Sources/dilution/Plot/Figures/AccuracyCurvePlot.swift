import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// Accuracy, or another measure, over context length.
enum AccuracyCurvePlot: PlottedFigure {
  static let measure = RunOptions.measure(.accuracy)

  static let declaration = Command(
    name: "accuracy-curve",
    summary: "accuracy, or another measure, over context length for all methods",
    discussion: """
      Exact-match accuracy of every method, with the budgets in the caption. --measure draws the \
      probability of the answer instead, of its value tokens alone, or any other measure of a record.
      """,
    examples: [
      Example(
        "dilution plot accuracy-curve runs/quick --training-length 160 --out fig.svg",
        "All methods of a sweep"),
      Example(
        "dilution plot accuracy-curve out/probe --measure answer-probability --out fig.pdf "
          + "--out fig.csv", "The probability of the answer before and after qTTT, with the data"),
    ],
    positionals: [RunOptions.run],
    groups: [
      OptionGroup(
        "Options", [measure, RunOptions.step, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let selection = try RunSelection(arguments, step: arguments[RunOptions.step])
    let task = try selection.oneTask()
    let curves = try selection.curves(arguments[measure])
    let maker = LengthPanels(
      [.init(series: curves.map(\.series), y: arguments[measure].axis)],
      trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title],
      caption: try selection.caption(task, curves.flatMap(\.points).map(\.estimate)))
    return DrawnFigure(figure: maker.figure, data: Curve.data(curves))
  }
}
