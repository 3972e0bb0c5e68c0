import DataFiles
import Experiments
import Plotting
import Runs

/// Accuracy, or another measure, over context length.
struct AccuracyCurvePlot: RunFigure {
  let about = FigureAbout(
    name: "accuracy-curve", section: .dilution,
    summary: "accuracy, or another measure, over context length for all methods",
    discussion: """
      Exact-match accuracy of every method, with the budgets in the caption. --measure draws the \
      probability of the answer instead, of its value tokens alone, or any other measure of a record.
      """,
    examples: [
      (
        "dilution plot accuracy-curve runs/quick --training-length 160 --out fig.svg",
        "All methods of a sweep"
      ),
      (
        "dilution plot accuracy-curve out/probe --measure answer-probability --out fig.pdf "
          + "--out fig.csv", "The probability of the answer before and after qTTT, with the data"
      ),
    ],
    source: .runs, otherNames: ["accuracy", "curve", "length", "probability"])

  var measure = Measure.accuracy
  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [.measure(\.measure), Self.stepSetting, .trainingLength(\.trainingLength)] + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard run.kind == .sweep || run.kind == .probe else { return [] }
    return run.eachTask(self, "accuracy")
      + run.eachTask(with { $0.measure = .answerProbability }, "answer probability")
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let task = try selection.oneTask()
    let curves = try selection.curves(measure)
    let maker = LengthPanels(
      [.init(series: curves.map(\.series), y: measure.axis)],
      trainingLength: trainingLength.map(Double.init),
      title: input.title,
      caption: try selection.caption(task, curves.flatMap(\.points).map(\.estimate)))
    return DrawnFigure(figure: maker.figure, data: Curve.data(curves))
  }
}
