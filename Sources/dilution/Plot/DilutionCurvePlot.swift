import ArgumentParsing
import DataFiles
import Plotting

/// Target mass over context length.
enum DilutionCurvePlot: PlottedFigure {
  static let bound = Option.flag(
    "bound", help: "Draw the largest mass that the dilution bound allows in context.")

  static let declaration = Command(
    name: "dilution-curve",
    summary: "target mass over context length, of the best head and as the mean over heads",
    discussion: """
      How much of its attention the model still gives to the needle as the context grows, in context \
      and after qTTT: in one panel the best head, which is the one that retrieves, and in the other \
      the mean over layers and heads.
      """,
    examples: [
      Example(
        "dilution plot dilution-curve out/probe/probe.csv --training-length 160 --out fig.svg "
          + "--out fig.png", "Target mass over context length")
    ],
    positionals: [ProbeOptionsOfPlots.results],
    groups: [
      OptionGroup(
        "Options",
        [
          ProbeOptionsOfPlots.task, ProbeOptionsOfPlots.step, PlotOptions.trainingLength, bound,
        ])
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let curves = try ProbeOptionsOfPlots.curves(arguments)
    let best = try curves.curves("mass_best")
    let mean = try curves.curves("mass_mean")
    let limit = arguments[bound] ? try curves.curves("bound_best").first : nil
    var maker = DilutionCurve(
      bestHead: best.map(\.series), layerHeadMean: mean.map(\.series),
      trainingLength: arguments[PlotOptions.trainingLength].map(Double.init),
      title: arguments[PlotOptions.title], caption: curves.caption)
    if var series = limit?.series {
      series.name = "dilution bound"
      maker.bound = series
    }
    return DrawnFigure(
      figure: maker.figure, data: Curve.data(best + mean + (limit.map { [$0] } ?? [])))
  }
}
