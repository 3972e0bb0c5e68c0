import DataFiles
import Experiments
import Plotting
import Runs

/// Attention along the positions of one context, before and after adaptation.
struct AttentionProfilePlot: ResultFigure {
  let about = FigureAbout(
    name: "attention-profile", section: .positions,
    summary: "attention along the positions of a context, before and after adaptation",
    discussion: """
      The attention of the best head, position by position, while it predicts one token of the \
      answer, with the gold fact marked. Long contexts are drawn in bins, each as high as its \
      greatest value; the axis starts at one millionth.
      """,
    examples: [
      (
        "dilution plot attention-profile out/probe/profile.csv --index 3 --length 2560 "
          + "--out fig.svg --out fig.png", "One instance, before and after"
      )
    ],
    source: .table(
      of: .probe, "dilution probe --profile", "the profile.csv in it",
      remedy: "probe with --profile, such as --profile 0"),
    otherNames: ["attention", "positions", "profile"])

  /// Which instance, where the results hold several; nil for the only one.
  var task: String?
  var index: Int?
  var length: Int?
  /// The token that is predicted, counted from 0; nil for the first of a value.
  var answerToken: Int?
  var isLinear = false

  var settings: [Setting<Self>] {
    [
      Setting("task", \.task, help: "The family, where the results hold several.")
        .shown(as: "TASK"),
      Setting(
        "index", \.index, in: 0...Int.max, help: "The instance, where the results hold several."),
      Setting(
        "length", \.length, in: 1...Int.max,
        help: "The context length, where the results hold several."),
      Setting(
        "answer_token", \.answerToken, in: 0...1 << 20,
        help:
          "The token of the answer that is predicted, counted from 0; the first of a value when "
          + "not given."),
      Setting(
        "linear", \.isLinear,
        help: "Draw attention on a linear axis, where small shares cannot be seen."),
    ]
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard run.kind == .probe, let table = try run.table(ProbeFiles.profileSchema) else { return [] }
    let (tasks, lengths) = (try table.strings("task"), try table.ints("length"))
    let indices = try table.ints("index")
    // The first instance of each length.
    var seen: Set<[String]> = []
    let places = tasks.indices.filter { seen.insert([tasks[$0], "\(lengths[$0])"]).inserted }
    return places.prefix(6).map { row in
      FigureView(
        with { ($0.task, $0.length, $0.index) = (tasks[row], lengths[row], indices[row]) },
        "\(tasks[row]), T = \(lengths[row]), instance \(indices[row])")
    }
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let chosen = try choose(input)
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
      profiles, gold: Array(gold.ranges), title: input.title)
    maker.hasLogarithmicAttention = !isLinear
    maker.caption = try Self.caption(chosen, binWidth: maker.binWidth)
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
  private func choose(_ input: FigureInput) throws -> ChosenRows {
    var rows = try ChosenRows(about.table(input.path, ProbeFiles.profileSchema))
    try rows.choose("task", task, flag: "--task")
    try rows.choose("length", length.map(String.init), flag: "--length")
    try rows.choose("file", nil, flag: nil)
    try rows.choose("index", index.map(String.init), flag: "--index")
    let first = try rows.values("answer_step").first
    try rows.choose("answer_step", answerToken.map(String.init) ?? first, flag: "--answer-token")
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
