import DataFiles
import Experiments
import Foundation
import Plotting
import Runs

/// Lemmas 2.2 and 2.3: the two sides between which attention has to lie.
struct RequirementPlot: TheoryFigure {
  let about = FigureAbout(
    name: "requirement", section: .theory,
    summary: "attention to the target between its upper bound and what its gap guarantees",
    discussion: """
      Left, the attention of each row to its target over the dilution bound 1/(1 + m(Δ)e^(−Δ)) of \
      Lemma 2.2: no point may lie above the line. Right, the same over the worst-case gap less \
      log(T−1): a gap of log((T−1)(1−ε)/ε) guarantees 1−ε (Lemma 2.3), which is one curve for all \
      lengths, and no point may lie below it.
      """,
    examples: [
      (
        "dilution plot requirement out/theory --out fig.svg --out fig.png",
        "From the folder that 'dilution theory' wrote"
      )
    ],
    source: .theory, otherNames: ["bound"])

  static let schema = TheoryFiles.requirementSchema

  var choice = TheoryChoice()

  var settings: [Setting<Self>] { [Self.taskSetting, Self.valueTokenSetting] }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let rows = try rows(input)
    let mass = try rows.table.doubles("mass")
    let bound = try rows.table.doubles("bound")
    let gap = try rows.table.doubles("gap")
    let keys = try rows.table.ints("visible_keys")
    func series(
      _ x: (Int) -> Double
    ) -> [(name: String, x: [Double], y: [Double])] {
      rows.lengths.map { length in
        let own = rows.rows(at: length)
        return (TheoryPanels.name(length), own.map(x), own.map { mass[$0] })
      }
    }
    var panels = TheoryPanels()
    let share = Axis.probability("Attention to the target $\\alpha$")
    panels.addScatter(
      "Upper bound", x: .probability("Dilution bound 1 / (1 + $m e^{-\\Delta}$)"), y: share,
      series { bound[$0] }, theory: ("limit", [0, 1], [0, 1]))

    let excess = series { gap[$0] - log(Double(max(1, keys[$0] - 1))) }
    let all = excess.flatMap(\.x)
    let low = min(-4, all.min() ?? 0)
    let high = max(4, all.max() ?? 0)
    let places = (0...100).map { low + (high - low) * Double($0) / 100 }
    panels.addScatter(
      "What the gap guarantees", x: .linear("Worst-case gap − log($T$ − 1) (nats)"), y: share,
      excess, theory: ("limit", places, places.map { 1 / (1 + exp(-$0)) }))
    return panels.figure(
      title: input.title,
      caption: try rows.caption("a point is one row that predicts a token of a value"))
  }
}
