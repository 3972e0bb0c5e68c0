import ArgumentParsing
import Plotting

/// A measure against the share of the context that repeats itself.
enum RehearsalPlot: PlottedFigure {
  static let measure = RunOptions.measure(.answerProbability)

  private static let curves = SettingCurves(
    column: "rehearsal", axis: .linear("Rehearsal rate"), name: { "rehearsal \($0)" },
    remedy: "sweep a task with a list of rates, such as rehearsal: [0.2, 0.5, 0.8]")

  static let declaration = Command(
    name: "rehearsal",
    summary: "answer probability over context length, a line for each rehearsal rate",
    discussion: """
      Facts that are stated again are what a span's next-token loss can teach: how much test-time \
      training gains where little of the context repeats itself. A panel for each method. The sweep \
      needs a task such as {task: "key-value", rehearsal: [0.2, 0.5, 0.8]}.
      """,
    examples: [
      Example(
        "dilution plot rehearsal runs/rehearsal --across rehearsal --out fig.svg",
        "In context and after test-time training, over the rate")
    ],
    positionals: [RunOptions.sweep],
    groups: [
      OptionGroup(
        "Options", [measure, curves.across, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    try curves.draw(arguments, measure: arguments[measure])
  }
}
