import DataFiles
import Experiments
import Plotting
import Runs
import TestTimeCompute

/// What each method makes of its compute.
struct FrontierPlot: RunFigure {
  let about = FigureAbout(
    name: "frontier", section: .budgets,
    summary: "accuracy over FLOPs, steps against thinking tokens, with the Pareto frontier",
    discussion: """
      A panel for each context length, a line for each method through its budgets, and behind them \
      the best that each amount of compute buys. FLOPs are those behind the prefill, as the kernels \
      tallied them. Numbers beside points are steps N or generated tokens M.
      """,
    examples: [
      (
        "dilution plot frontier runs/budgets --length 640,2560 --out fig.svg",
        "Steps against tokens at two lengths"
      )
    ],
    source: .sweep(
      "sweep methods at several budgets, such as steps: [8, 32] and tokens: [64, 256]"),
    otherNames: ["budget", "flops", "pareto"])

  var measure = Measure.accuracy
  var choice = RunChoice()

  var settings: [Setting<Self>] { [.measure(\.measure)] + Self.choiceSettings }

  /// One amount of a family at one length.
  private struct Point {
    var method: String
    var flops: Double
    var steps: Double?
    var tokens: Double?
    var estimate: Estimate

    /// N, M or both; of a direct answer, nothing.
    var label: String {
      let amounts = [steps.flatMap { $0 > 0 ? $0 : nil }, tokens?.rounded()]
      return amounts.compactMap { $0.map(plainNumber) }.joined(separator: " + ")
    }
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard try run.kind == .sweep && run.varies("label") else { return [] }
    return run.eachTask(with { $0.measure = .answerProbability }, "answer probability")
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let table = selection.table
    let task = try selection.oneTask()
    let column = try selection.column(measure)
    let flops = try table.numbers("flops")
    let steps = try table.numbers("steps")
    let tokens = try table.numbers("generated_tokens")
    let families = try MethodFamilies(selection).families
    var groups: [FrontierFigure.Group] = []
    var data = FigureData(
      columns: ["family", "method", "length", "flops", "steps", "tokens", "measure"]
        + Estimate.columns)
    var estimates: [Estimate] = []
    for length in selection.lengths {
      var series: [FrontierFigure.Series] = []
      for family in families {
        let points = try family.methods.compactMap { method -> Point? in
          let rows = selection.rows(method, at: length)
          let spent = rows.compactMap { flops[$0.number] }.filter { $0 > 0 }
          guard !spent.isEmpty, let estimate = try selection.estimate(rows, column) else {
            return nil
          }
          let kind = selection.settings[method].flatMap { MethodCatalog.kind($0["method"]) }
          let thinks = kind?.init().thinks ?? true
          let generated = thinks ? rows.compactMap { tokens[$0.number] } : []
          return Point(
            method: method, flops: Statistics.mean(spent), steps: steps[rows[0].number],
            tokens: generated.isEmpty ? nil : Statistics.mean(generated), estimate: estimate)
        }.sorted { $0.flops < $1.flops }
        guard !points.isEmpty else { continue }
        series.append(
          .init(
            family.name, flops: points.map(\.flops), accuracies: points.map(\.estimate.mean),
            labels: points.map(\.label),
            intervals: points.map(\.estimate).intervals))
        estimates += points.map(\.estimate)
        data.rows += points.map { point in
          [
            .text(MethodNames.plain(family.name)), .text(point.method), .integer(length),
            .count(point.flops), .count(point.steps), .count(point.tokens), .text(column.column),
          ] + point.estimate.cells
        }
      }
      if !series.isEmpty { groups.append(.init(title: "$T$ = \(length)", series: series)) }
    }
    guard !groups.isEmpty else {
      throw FigureError.noValues(column: column.column, file: table.file)
    }
    var maker = FrontierFigure(groups, title: input.title)
    maker.valueAxis = measure.axis
    var caption = Caption(task, estimates, intervals: "bars")
    caption.add("numbers: steps $N$ or tokens $M$")
    try selection.addNotes(to: &caption)
    maker.caption = caption.text
    return DrawnFigure(figure: maker.figure, data: data)
  }
}
