import DataFiles
import Experiments
import Plotting
import Runs

/// Where the time goes.
struct WallClockPlot: RunFigure {
  let about = FigureAbout(
    name: "wall-clock", section: .budgets,
    summary: "seconds of prefill, adaptation, thinking and answer, a bar for each method",
    discussion: """
      Stacked bars, a panel for each context length. The prefill is read once and shared by all \
      methods of an instance; each bar shows it as if its method had done it alone.
      """,
    examples: [
      (
        "dilution plot wall-clock runs/quick --length 2560 --out fig.svg",
        "What each method costs at the longest context"
      )
    ],
    source: .sweep("name the folder of a sweep, which measures times"),
    otherNames: ["clock", "seconds", "time"])

  var choice = RunChoice()

  var settings: [Setting<Self>] { Self.choiceSettings }

  private static let phases: [(name: String, column: String, style: SeriesStyle)] = [
    ("prefill", "seconds_prefill", SeriesStyle(color: Palette.paleGrey, dash: .solid)),
    ("adapt", "seconds_adapt", SeriesStyle(color: Palette.vermilion, dash: .dashed)),
    ("think", "seconds_think", SeriesStyle(color: Palette.blue, dash: .dashDot)),
    ("answer", "seconds_answer", SeriesStyle(color: Palette.green, dash: .longDash)),
  ]

  func views(of run: RunOverview) throws -> [FigureView] {
    run.kind == .sweep ? run.eachTask(self) : []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let table = selection.table
    let task = try selection.oneTask()
    let columns = try Self.phases.map { try table.numbers($0.column) }
    var panels: [Panel] = []
    var data = FigureData(columns: ["length", "method", "phase"] + Estimate.columns)
    var estimates: [Estimate] = []
    for length in selection.lengths {
      let methods = selection.methods.filter { !selection.rows($0, at: length).isEmpty }
      var bars: [GroupedBars.Series] = []
      for (phase, column) in zip(Self.phases, columns) {
        let means = try methods.map { method -> Double in
          guard
            let estimate = try selection.estimate(
              selection.rows(method, at: length), column,
              of: Quantity(subject: task, length: length, name: phase.column, scale: .real))
          else { return .nan }
          estimates.append(estimate)
          data.rows.append(
            [.integer(length), .text(method), .text(phase.name)] + estimate.cells)
          return estimate.mean
        }
        guard means.contains(where: { $0 > 0 }) else { continue }
        bars.append(.init(phase.name, values: means, style: phase.style))
      }
      guard !bars.isEmpty else { continue }
      var maker = GroupedBars(
        bars, groups: methods.map { selection.names[$0] }, groupLabel: "",
        valueAxis: .linear("Wall clock (s)"), arrangement: .stacked)
      maker.allowsGaps = true
      var panel = maker.figure.panels[0]
      panel.title = "$T$ = \(length)"
      panels.append(panel)
    }
    guard !panels.isEmpty else {
      throw FigureError.noValues(column: "seconds_prefill", file: table.file)
    }
    var caption = Caption(task, estimates, point: "bar", intervals: nil)
    try selection.addNotes(to: &caption)
    let rows = (panels.count + 2) / 3
    let size = panels.count == 1 ? Size.inches(3.5, 2.8) : .inches(7, 2.8 * Double(rows))
    return DrawnFigure(
      figure: Figure(
        size: size, panels: panels, title: input.title, caption: caption.text,
        sharesX: rows > 1),
      data: data)
  }
}
