import ArgumentParsing
import DataFiles
import Experiments
import Plotting
import SandboxTasks

/// Attention along the positions of one context, before and after adaptation.
enum AttentionProfilePlot: PlottedFigure {
  static let results = Positional.required(
    "RESULTS", .directory,
    help: "The folder that 'dilution probe --profile' wrote, or the profile.csv in it.")

  static let index = Option.optional(
    "index", .integer(in: 0...Int.max), help: "The instance, where the results hold several.")

  static let length = Option.optional(
    "length", .size(in: 1...TaskSettings.lengthLimit),
    help: "The context length, where the results hold several.")

  static let answerToken = Option.optional(
    "answer-token", .integer(in: 0...1 << 20),
    help:
      "The token of the answer that is predicted, counted from 0; the first of a value when not "
      + "given.")

  static let linear = Option.flag(
    "linear", help: "Draw attention on a linear axis, where small shares cannot be seen.")

  static let declaration = Command(
    name: "attention-profile",
    summary: "attention along the positions of a context, before and after adaptation",
    discussion: """
      The attention of the best head, position by position, while it predicts one token of the \
      answer, with the gold fact marked. Long contexts are drawn in bins, each as high as its \
      greatest value; the axis starts at one millionth.
      """,
    examples: [
      Example(
        "dilution plot attention-profile out/probe/profile.csv --index 3 --length 2560 "
          + "--out fig.svg --out fig.png", "One instance, before and after")
    ],
    positionals: [results],
    groups: [
      OptionGroup(
        "Options", [TheoryPlotOptions.task, index, length, answerToken, linear])
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let chosen = try choose(arguments)
    let table = chosen.table
    let steps = try table.ints("step")
    let attention = try table.doubles("attention")
    let positions = try table.ints("position", in: 0...1 << 40)
    let isGold = try table.ints("is_gold")
    let profiles = Dictionary(grouping: chosen.rows, by: { steps[$0] })
      .sorted { $0.key < $1.key }.map { step, rows in
        PositionProfile.Row(
          step == 0 ? "in-context" : "after \(step) \(step == 1 ? "step" : "steps") of qTTT",
          attention: rows.map { attention[$0] })
      }
    var gold = RangeSet<Int>()
    for row in chosen.rows where isGold[row] == 1 {
      gold.insert(contentsOf: positions[row]..<positions[row] + 1)
    }
    var maker = PositionProfile(
      profiles, gold: Array(gold.ranges), title: arguments[PlotOptions.title])
    maker.hasLogarithmicAttention = !arguments[linear]
    maker.caption = try caption(chosen, binWidth: maker.binWidth)
    return DrawnFigure(
      figure: maker.figure,
      data: FigureData(
        columns: ["step", "position", "is_gold", "attention"],
        rows: chosen.rows.map {
          [
            .integer(steps[$0]), .integer(positions[$0]), .integer(isGold[$0]),
            .number(attention[$0]),
          ]
        }))
  }

  /// The rows of one instance and one token of its answer.
  private static func choose(_ arguments: Arguments) throws -> ChosenRows {
    let source = FigureSource(
      arguments, .probe, remedy: "probe with --profile, such as --profile 0")
    var rows = try ChosenRows(PlotFile.table(arguments[results], ProbeFiles.profileSchema, source))
    try rows.choose("task", arguments[TheoryPlotOptions.task]?.rawValue, flag: "--task")
    try rows.choose("length", arguments[length].map(String.init), flag: "--length")
    try rows.choose("file", nil, flag: nil)
    try rows.choose("index", arguments[index].map(String.init), flag: "--index")
    let first = try rows.values("answer_step").first
    try rows.choose(
      "answer_step", arguments[answerToken].map(String.init) ?? first, flag: "--answer-token")
    return rows
  }

  private static func caption(_ rows: ChosenRows, binWidth: Int) throws -> String {
    func value(_ column: String) throws -> String { try rows.values(column).first ?? "" }
    let bins =
      binWidth == 1
      ? "every position" : "bins of \(binWidth) positions, each as high as its greatest value"
    return try [
      "\(value("task")), instance \(value("index")), $T$ = \(value("length"))",
      "head \(value("head")) of layer \(value("layer"))",
      "predicting token \(value("answer_step")) of the answer (from 0)", bins,
    ].joined(separator: "; ")
  }
}
