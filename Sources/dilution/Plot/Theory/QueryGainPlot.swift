import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// Proposition 3.1 and Lemma 3.2: what a step of the query gains.
enum QueryGainPlot: PlottedFigure {
  static let declaration = Command(
    name: "query-gain",
    summary: "what a step along the query gradient gains, and how the gradient grows with dilution",
    discussion: """
      Left, the measured gain in −ℓ = log α of the target when the query steps against its gradient, \
      as a share of the gain η‖∇ℓ‖² that Lemma 3.2 predicts: near 1 while the step is small. In the \
      middle ‖∇ℓ‖² over the target's own attention, and right over context length: the more diffuse \
      the attention, the larger the gradient.
      """,
    examples: [
      Example(
        "dilution plot query-gain out/theory --training-length 160 --out fig.svg --out fig.png",
        "From the folder that 'dilution theory' wrote")
    ],
    positionals: [TheoryPlotOptions.results],
    groups: [
      OptionGroup(
        "Options",
        [TheoryPlotOptions.task, TheoryPlotOptions.valueToken, PlotOptions.trainingLength])
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let rows = try TheoryPlotOptions.table(
      TheoryFiles.gainSchema, arguments, valueToken: TheoryPlotOptions.valueToken)
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
    // ∇ℓ = (1 − α)(k̄ − k*)/√w, k̄ the distractors' mean key under attention: were the distance of the
    // keys the same everywhere, the points would lie on one parabola.
    var distances: [Double] = []
    for (_, shares, squares) in diluted {
      for (share, square) in zip(shares, squares) where share < 1 {
        distances.append(square / ((1 - share) * (1 - share)))
      }
    }
    distances.sort()
    let distance = distances.isEmpty ? 0 : Statistics.quantile(distances, 0.5)
    let shares = (0...50).map { Double($0) / 50 }
    panels.addScatter(
      "Gradient and dilution", x: .probability("Attention to the target $\\alpha$"),
      y: gradientAxis, diluted,
      theory: ("∝ (1 − $\\alpha$)²", shares, shares.map { distance * (1 - $0) * (1 - $0) }))
    panels.addCurves(
      "Gradient and context length", y: gradientAxis, lengths: rows.lengths,
      [
        (
          "mean",
          rows.estimates("gradient", .real) { own in
            own.reduce(0) { $0 + square[$1] } / Double(own.count)
          }
        )
      ], trainingLength: arguments[PlotOptions.trainingLength])
    return panels.figure(
      title: arguments[PlotOptions.title],
      caption: try rows.caption("bands: 95 % intervals"))
  }

  private static var gradientAxis: Axis {
    var axis = Axis.linear("Squared gradient ‖∇ℓ‖²")
    axis.including = [0]
    return axis
  }
}
