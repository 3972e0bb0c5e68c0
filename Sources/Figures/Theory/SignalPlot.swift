import DataFiles
import Experiments
import Plotting
import Runs

/// Proposition 2.4: what generated tokens carry of the needle.
struct SignalPlot: TheoryFigure {
  let about = FigureAbout(
    name: "signal", section: .theory,
    summary: "what generated tokens carry of the needle, against their own attention to it",
    discussion: """
      Left, the output of each generated token along the needle's direction against the bound of \
      Proposition 2.4, in units in which the average token of the context is 0 and the needle 1: no \
      point may lie above the line. Right, the attention of generated tokens to the needle's fact: \
      that of the token of a trace that gives it most, and the mean over the trace.
      """,
    examples: [
      (
        "dilution plot signal out/theory --training-length 160 --out fig.svg --out fig.png",
        "From the folder that 'dilution theory' wrote"
      )
    ],
    source: .theory)

  static let schema = TheoryFiles.signalSchema

  var choice = TheoryChoice()
  var trainingLength: Int?

  var settings: [Setting<Self>] { [Self.taskSetting, .trainingLength(\.trainingLength)] }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let rows = try rows(input)
    let signal = try rows.table.optionalDoubles("signal")
    let bound = try rows.table.optionalDoubles("signal_bound")
    let mass = try rows.table.doubles("fact_mass")
    let hop = try rows.table.ints("hop")
    var panels = TheoryPanels()
    let points = rows.lengths.map { length in
      let pairs = rows.rows(at: length).compactMap { row in
        signal[row].flatMap { y in bound[row].map { (x: $0, y: y) } }
      }
      return (TheoryPanels.name(length), pairs.map(\.x), pairs.map(\.y))
    }
    let ends = points.flatMap(\.1)
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
    panels.addScatter(
      "Output of a generated token", x: .linear("Bound (0: average token, 1: needle)"),
      y: .linear("Measured ⟨$u$, $o_t$⟩"), points,
      theory: ("bound", [low, high], [low, high]))
    panels.addCurves(
      "Attention to the fact", y: .probability("Mass on the fact"),
      lengths: rows.lengths,
      [
        (
          "greatest of a trace",
          rows.estimates("greatest", .share) { own in
            let greatest = Dictionary(grouping: own, by: { hop[$0] }).mapValues { rows in
              rows.map { mass[$0] }.max() ?? 0
            }
            return greatest.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
              / Double(greatest.count)
          }
        ),
        (
          "mean of a trace",
          rows.estimates("mean", .share) { own in
            own.reduce(0) { $0 + mass[$1] } / Double(own.count)
          }
        ),
      ], trainingLength: trainingLength)
    return panels.figure(
      title: input.title,
      caption: try rows.caption(
        "greedy thinking", "a point is one generated token and fact",
        "bands: 95 % intervals"))
  }
}
