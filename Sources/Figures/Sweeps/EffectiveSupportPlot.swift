import DataFiles
import Experiments
import Plotting
import Runs

/// The number of keys that a head attends to in effect, over context length.
struct EffectiveSupportPlot: RunFigure {
  let about = FigureAbout(
    name: "effective-support", section: .dilution,
    summary: "how many keys attention is spread over in effect, over context length",
    discussion: """
      The effective support exp(H(α)) is the number of keys over which attention of the same entropy \
      would be spread evenly: in one panel of the head that retrieves, in the other the mean over \
      layers and heads. The dashed line is even attention to the whole context, T. It is measured \
      where it is asked for: by --instruments effective_support of 'dilution probe', or by \
      instruments: ["effective_support"] in a sweep's spec.
      """,
    examples: [
      (
        "dilution plot effective-support out/probe --training-length 160 --out fig.svg",
        "Before and after qTTT"
      )
    ],
    source: .runs, otherNames: ["entropy", "support"])

  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [Self.stepSetting, .trainingLength(\.trainingLength)] + Self.choiceSettings
  }

  private static let best = Measure.known("effective_support_best")
  private static let mean = Measure.known("effective_support_mean")

  func views(of run: RunOverview) throws -> [FigureView] {
    try run.varies(Self.best.column) ? run.eachTask(self) : []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let task = try selection.oneTask()
    let best = try selection.curves(Self.best)
    let mean = try selection.curves(Self.mean)
    let lengths = selection.lengths.map(Double.init)
    let even = LengthSeries(
      "even attention to all of T", lengths: lengths, means: lengths, style: .theory)
    func part(_ title: String, _ curves: [Curve]) -> LengthPanels.Part {
      LengthPanels.Part(
        title: title, series: curves.map(\.series) + (lengths.count > 1 ? [even] : []),
        y: .log10("Effective support $e^{H(\\alpha)}$ (keys)"))
    }
    var maker = LengthPanels(
      [part("Best head", best), part("Mean of heads", mean)],
      trainingLength: trainingLength.map(Double.init), title: input.title,
      caption: try selection.caption(task, (best + mean).flatMap(\.points).map(\.estimate)))
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: Curve.data(best + mean))
  }
}
