import DataFiles
import Experiments
import Plotting
import Runs

/// Target mass over context length.
struct DilutionCurvePlot: RunFigure {
  let about = FigureAbout(
    name: "dilution-curve", section: .dilution,
    summary: "target mass over context length, of the best head and as the mean over heads",
    discussion: """
      How much of its attention the model still gives to the needle as the context grows, under every \
      method: in one panel the best head, which is the one that retrieves, and in the other the mean \
      over layers and heads. Of a probe, in context and after qTTT.
      """,
    examples: [
      (
        "dilution plot dilution-curve out/probe --training-length 160 --bound --out fig.svg",
        "Target mass before and after qTTT, with the dilution bound"
      ),
      (
        "dilution plot dilution-curve runs/quick --method in-context,thinking,qTTT "
          + "--out fig.png --out fig.csv", "Three methods of a sweep"
      ),
    ],
    source: .runs, otherNames: ["attention", "bound", "curve", "length", "mass"])

  var bound = false
  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [
      Setting(
        "bound", \.bound,
        help: "Draw the largest mass that the dilution bound allows in context, as the mean over "
          + "instances."), Self.stepSetting, .trainingLength(\.trainingLength),
    ] + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    run.kind == .sweep || run.kind == .probe ? run.eachTask(self) : []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let task = try selection.oneTask()
    let best = try selection.curves(.massBest)
    let mean = try selection.curves(.massMean)
    let limit = bound ? try Self.boundCurve(selection) : nil
    var maker = DilutionCurve(
      bestHead: best.map(\.series), layerHeadMean: mean.map(\.series),
      trainingLength: trainingLength.map(Double.init),
      title: input.title,
      caption: try selection.caption(task, (best + mean).flatMap(\.points).map(\.estimate)))
    if var series = limit?.series {
      series.name = "dilution bound, in-context"
      maker.bound = series
    }
    return DrawnFigure(
      figure: maker.figure, data: Curve.data(best + mean + (limit.map { [$0] } ?? [])))
  }

  /// The bound in context, or under the first method where there is none in context.
  private static func boundCurve(_ selection: RunSelection) throws -> Curve {
    let name = Measure.boundBest.column
    guard selection.table.contains(name) else {
      throw FigureError.notEnough(
        "has no column '\(name)'", file: selection.table.file,
        remedy: "leave out --bound, or run it again with this version of the program")
    }
    let method = selection.inContext ?? selection.methods[0]
    let curve = try selection.curve(
      selection.rows(of: method), method: method, selection.column(.boundBest))
    guard !curve.points.isEmpty else {
      throw FigureError.noValues(column: name, file: selection.table.file)
    }
    return curve
  }
}
