import DataFiles
import Experiments
import Plotting
import Runs

/// Proposition 3.1 and Lemma 3.2: what a step of the query gains.
struct QueryGainPlot: TheoryFigure {
  let about = FigureAbout(
    name: "query-gain", section: .theory,
    summary: "what a step along the query gradient gains, and how the gradient grows with dilution",
    discussion: """
      Left, the measured gain in −ℓ = log α of the target when the query steps against its gradient, \
      as a share of the gain η‖∇ℓ‖² that Lemma 3.2 predicts: near 1 while the step is small. In the \
      middle ‖∇ℓ‖² over the target's own attention, and right over context length: the more diffuse \
      the attention, the larger the gradient.
      """,
    examples: [
      (
        "dilution plot query-gain out/theory --training-length 160 --out fig.svg --out fig.png",
        "From the folder that 'dilution theory' wrote"
      )
    ],
    source: .theory, otherNames: ["gradient"])

  static let schema = TheoryFiles.gainSchema

  var choice = TheoryChoice()
  var trainingLength: Int?

  var settings: [Setting<Self>] {
    [Self.taskSetting, Self.valueTokenSetting, .trainingLength(\.trainingLength)]
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let rows = try rows(input)
    let rates = try rows.table.doubles("learning_rate")
    let predicted = try rows.table.doubles("predicted_gain")
    let measured = try rows.table.doubles("measured_gain")
    let square = try rows.table.doubles("gradient_norm_squared")
    let mass = try rows.table.doubles("mass")
    let all = rows.lengths.flatMap(rows.rows)
    let steps = Set(all.map { rates[$0] }).sorted()
    var panels = TheoryPanels()

    // A gradient of nothing, as after perfect retrieval, has no share and no place on the axis.
    let gains = steps.map { rate in
      let own = all.filter { rates[$0] == rate && predicted[$0] > 0 }
      return (
        "$\\eta$ = \(plainNumber(rate))", own.map { predicted[$0] },
        own.map { measured[$0] / predicted[$0] }
      )
    }
    let ends = gains.flatMap(\.1)
    guard let low = ends.min(), let high = ends.max(), let first = steps.first else {
      throw RowChoiceError.empty(file: rows.table.file)
    }
    panels.addScatter(
      "Gain of one step", x: .log10("Predicted gain $\\eta$‖∇ℓ‖² (nats)"),
      y: .linear("Measured gain / predicted gain"), gains,
      theory: ("predicted", [low, high], [1, 1]),
      colors: [Palette.purple, Palette.orange, Palette.vermilion, Palette.olive])

    // Each row stands there once for each step size.
    let diluted = rows.lengths.map { length in
      let own = rows.rows(at: length).filter { rates[$0] == first }
      return (TheoryPanels.name(length), own.map { mass[$0] }, own.map { square[$0] })
    }
    let distance = Self.distance(diluted.flatMap { zip($0.1, $0.2) })
    let shares = (0...50).map { Double($0) / 50 }
    panels.addScatter(
      "Gradient and dilution", x: .probability("Attention to the target $\\alpha$"),
      y: Self.gradientAxis, diluted,
      theory: ("∝ (1 − $\\alpha$)²", shares, shares.map { distance * (1 - $0) * (1 - $0) }))
    panels.addCurves(
      "Gradient and context length", y: Self.gradientAxis, lengths: rows.lengths,
      [
        (
          "mean",
          rows.estimates("gradient", .real) { own in
            own.reduce(0) { $0 + square[$1] } / Double(own.count)
          }
        )
      ], trainingLength: trainingLength)
    return panels.figure(
      title: input.title,
      caption: try rows.caption("bands: 95 % intervals"))
  }

  /// ∇ℓ = (1 − α)(k̄ − k*)/√w, k̄ the distractors' mean key under attention: were the distance of the
  /// keys the same everywhere, the points would lie on one parabola, that of their median distance.
  private static func distance(_ points: [(share: Double, square: Double)]) -> Double {
    let distances = points.filter { $0.share < 1 }
      .map { $0.square / ((1 - $0.share) * (1 - $0.share)) }.sorted()
    return distances.isEmpty ? 0 : Statistics.quantile(distances, 0.5)
  }

  private static var gradientAxis: Axis {
    var axis = Axis.linear("Squared gradient ‖∇ℓ‖²")
    axis.including = [0]
    return axis
  }
}
