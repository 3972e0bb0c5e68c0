import DataFiles
import Experiments
import Plotting
import Runs

/// Steps N against span length k.
struct StepsHeatmapPlot: RunFigure {
  let about = FigureAbout(
    name: "steps-heatmap", section: .budgets,
    summary: "accuracy by test-time steps and span length, a panel for each context length",
    discussion: """
      Rows are steps N, columns the tokens k of a span: along a falling diagonal N·k stays the same. \
      The sweep needs a method such as {method: "qttt", steps: [8, 32], span_length: [32, 128]}.
      """,
    examples: [
      (
        "dilution plot steps-heatmap runs/budgets --length 2560 --measure mass-best --out fig.svg",
        "Many short spans or few long ones"
      )
    ],
    source: .sweep(Self.remedy), otherNames: ["heatmap", "span", "steps"])

  private static let remedy =
    "sweep a method such as {method: \"qttt\", steps: [8, 32], span_length: [32, 128]}"

  var measure = Measure.accuracy
  var choice = RunChoice()

  var settings: [Setting<Self>] { [.measure(\.measure)] + Self.choiceSettings }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard try run.kind == .sweep && run.varies("span_length") else { return [] }
    return run.eachTask(with { $0.measure = .answerProbability }, "answer probability")
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let table = selection.table
    let task = try selection.oneTask()
    let column = try selection.column(measure)
    let steps = try table.numbers("steps")
    let spans = try table.numbers("span_length")
    let cells = selection.rows.filter { steps[$0.number] != nil && spans[$0.number] != nil }
    let rowValues = Set(cells.compactMap { steps[$0.number] }).sorted()
    let columnValues = Set(cells.compactMap { spans[$0.number] }).sorted()
    guard rowValues.count * columnValues.count > 1 else {
      throw FigureError.notEnough(
        "holds one number of steps and one span length", file: table.file, remedy: Self.remedy)
    }
    var grids: [HeatmapFigure.Grid] = []
    var data = FigureData(
      columns: ["family", "method", "length", "steps", "span_length", "measure"]
        + Estimate.columns)
    var estimates: [Estimate] = []
    let shown = try MethodFamilies(selection, ignoring: ["span_length"]).families
      .filter { family in cells.contains { family.methods.contains($0.method) } }
    for length in selection.lengths {
      for family in shown {
        let own = cells.filter { $0.length == length && family.methods.contains($0.method) }
        guard !own.isEmpty else { continue }
        var grid = HeatmapFigure.Grid(title: "$T$ = \(length)", rows: [])
        if shown.count > 1 { grid.title = "\(family.name), $T$ = \(length)" }
        for count in rowValues {
          var means: [Double] = []
          for span in columnValues {
            let rows = own.filter { steps[$0.number] == count && spans[$0.number] == span }
            let estimate = try selection.estimate(rows, column)
            means.append(estimate?.mean ?? .nan)
            guard let first = rows.first, let estimate else { continue }
            estimates.append(estimate)
            data.rows.append(
              [
                .text(MethodNames.plain(family.name)), .text(first.method), .integer(length),
                .count(count), .count(span), .text(column.column),
              ] + estimate.cells)
          }
          grid.rows.append(means)
        }
        if grid.rows.joined().contains(where: { !$0.isNaN }) { grids.append(grid) }
      }
    }
    guard !grids.isEmpty else {
      throw FigureError.noValues(column: column.column, file: table.file)
    }
    var caption = Caption(task, estimates, point: "cell", intervals: nil)
    try selection.addNotes(to: &caption, of: shown.flatMap(\.methods))
    var maker = heatmap(
      grids, rowValues, columnValues, isUniform: Set(estimates.map(\.mean)).count == 1,
      families: shown.count)
    maker.title = input.title
    maker.caption = caption.text
    return DrawnFigure(figure: maker.figure, data: data)
  }

  /// - Parameter isUniform: whether all cells are equal: then they have no range of their own.
  private func heatmap(
    _ grids: [HeatmapFigure.Grid], _ steps: [Double], _ spans: [Double], isUniform: Bool,
    families: Int
  ) -> HeatmapFigure {
    var maker = HeatmapFigure(
      grids, rows: steps.map(plainNumber), columns: spans.map(plainNumber),
      rowLabel: "Steps $N$", columnLabel: "Span length $k$ (tokens)", valueLabel: measure.label)
    if isUniform { maker.range = measure.range }
    // A row of panels for each length, where there are several methods.
    maker.panelColumns = families > 1 && families < 4 ? families : 3
    maker.rowsGoUp = true
    maker.allowsGaps = true
    return maker
  }
}
