import ArgumentParsing
import DataFiles
import Plotting

/// Accuracy or answer probability over context length.
enum AccuracyCurvePlot: PlottedFigure {
  /// What the curve shows.
  enum Measure: String, CaseIterable {
    case accuracy
    case answerProbability = "answer-probability"
  }

  static let measure = Option.defaulted(
    "measure", .choice.shown(as: "MEASURE"), to: Measure.accuracy,
    help: "What is shown over context length.")

  static let declaration = Command(
    name: "accuracy-curve",
    summary: "exact-match accuracy, or the answer's probability, over context length",
    examples: [
      Example(
        "dilution plot accuracy-curve out/probe/probe.csv --measure answer-probability "
          + "--out fig.pdf --out fig.csv", "The probability of the answer, with the figure's data")
    ],
    positionals: [ProbeOptionsOfPlots.results],
    groups: [
      OptionGroup(
        "Options",
        [
          measure, ProbeOptionsOfPlots.task, ProbeOptionsOfPlots.step, PlotOptions.trainingLength,
        ])
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let curves = try ProbeOptionsOfPlots.curves(arguments)
    let isAccuracy = arguments[measure] == .accuracy
    let data = try curves.curves(isAccuracy ? "correct" : "answer_probability")
    let maker = AccuracyCurve(
      series: data.map(\.series),
      measure: isAccuracy ? "Exact-match accuracy" : "Probability of the answer",
      trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title], caption: curves.caption)
    return DrawnFigure(figure: maker.figure, data: Curve.data(data))
  }
}
