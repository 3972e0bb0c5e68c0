import ArgumentParsing
import Plotting

/// A measure against the number of distractors that share a symbol with the target's key.
enum SimilarityPlot: PlottedFigure {
  static let measure = RunOptions.measure(.massBest)

  private static let curves = SettingCurves(
    column: "similar", axis: .linear("Similar distractors"), name: { "\($0) similar" },
    remedy: "sweep a task with a list of numbers, such as similar: [0, 8, 32]")

  static let declaration = Command(
    name: "similarity",
    summary: "target mass over context length, a line for each number of similar distractors",
    discussion: """
      Distractors whose key shares a symbol with the target's are the near ties of the dilution \
      bound: more of them, more dilution at the same length. A panel for each method. The sweep needs \
      a task such as {task: "key-value", similar: [0, 8, 32]}.
      """,
    examples: [
      Example(
        "dilution plot similarity runs/similar --method in-context --out fig.svg",
        "How similarity and length dilute together")
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
