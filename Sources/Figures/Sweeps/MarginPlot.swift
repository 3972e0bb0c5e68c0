import DataFiles
import Experiments
import Instrumentation
import Plotting
import Runs

/// Margin and worst-case gap over context length, against what Lemma 2.3 asks for.
struct MarginPlot: RunFigure {
  let about = FigureAbout(
    name: "margin", section: .dilution,
    summary: "margin and worst-case gap over context length, against the requirement for a mass",
    discussion: """
      The margin of the best head is the log-sum of the target's scores less that of all others: the \
      mass is at least 1 − ε exactly where the margin reaches log((1−ε)/ε), a level line. The gap is \
      the target's score less the highest of the others: log((T−1)(1−ε)/ε) guarantees that mass, a \
      requirement that grows with the context length T.
      """,
    examples: [
      (
        "dilution plot margin runs/quick --method in-context,qTTT --out fig.svg",
        "Two methods against the requirement for a mass of 0.9"
      )
    ],
    source: .runs, otherNames: ["gap"])

  var epsilon = 0.1
  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [
      Setting(
        "epsilon", \.epsilon, in: .closed(1e-6...0.999999),
        help: "ε: the target is to have a mass of at least 1 − ε."), Self.stepSetting,
      .trainingLength(\.trainingLength),
    ] + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    run.kind == .sweep || run.kind == .probe ? run.eachTask(self) : []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let task = try selection.oneTask()
    let margins = try selection.curves(.marginBest)
    let gaps = try selection.curves(.gapBest)
    let shortfall = epsilon
    // At a length of one token there is nothing to keep a distance from.
    let lengths = selection.lengths.filter { $0 >= 2 }
    let required = lengths.map { MarginRequirement.gap(visibleKeys: $0, shortfall: shortfall) }
    let level = MarginRequirement.margin(forMass: 1 - shortfall)
    let mass = plainNumber(((1 - shortfall) * 1e9).rounded() / 1e9)
    let requirement = LengthSeries(
      "required for a mass of \(mass)", lengths: lengths.map(Double.init), means: required,
      style: .theory)
    // A line needs two points; one is marked as a level.
    let isLine = lengths.count > 1
    let maker = LengthPanels(
      [
        .init(
          title: "Margin", series: margins.map(\.series), y: .linear(Measure.marginBest.label),
          references: [.horizontal(at: level, label: "mass \(mass)")]),
        .init(
          title: "Worst-case gap",
          series: gaps.map(\.series) + (isLine ? [requirement] : []),
          y: .linear(Measure.gapBest.label),
          references: isLine ? [] : required.map { .horizontal(at: $0, label: requirement.name) }),
      ], trainingLength: trainingLength.map(Double.init),
      title: input.title,
      caption: try selection.caption(
        task, (margins + gaps).flatMap(\.points).map(\.estimate)))
    var data = Curve.data(margins + gaps)
    for (name, values) in [
      ("margin_required", lengths.map { _ in level }), ("gap_required", required),
    ] {
      for (length, value) in zip(lengths, values) {
        data.rows.append(
          [.text(name), .missing, .integer(length), .missing, .number(value), .missing, .missing])
      }
    }
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
