import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// A measure over the learning rate, a line for each number of steps.
enum LearningRatePlot: PlottedFigure {
  static let measure = RunOptions.measure(.answerProbability)

  static let declaration = Command(
    name: "learning-rate",
    summary: "answer probability over the learning rate, a line for each number of steps",
    discussion: """
      A panel for each context length; the level line is in-context, where the sweep has it. The \
      sweep needs a method such as {method: "qttt", steps: [8, 32], learning_rate: [3e-4, 1e-3, \
      3e-3]}, and belongs on held-out instances (split: "held-out") when it is to choose a rate.
      """,
    examples: [
      Example(
        "dilution plot learning-rate runs/rates --measure mass-best --out fig.svg",
        "Where the rate is too weak, right and too strong")
    ],
    positionals: [RunOptions.run],
    groups: [OptionGroup("Options", [measure] + RunOptions.selection)])

  /// One line: a family at one number of steps.
  private struct Line {
    var family: String
    var steps: Double?
    var name: String
    var rows: [RunTable.Row]
  }

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let selection = try RunSelection(arguments)
    let table = selection.table
    let task = try selection.oneTask()
    let remedy = "sweep a method with a list of them, such as learning_rate: [3e-4, 1e-3, 3e-3]"
    guard table.source == .sweep else {
      throw PlotError.notEnough("holds the results of a probe", file: table.file, remedy: remedy)
    }
    let column = try selection.column(arguments[measure])
    let rates = try table.numbers("learning_rate")
    let there = Set(selection.rows.compactMap { rates[$0.number] }.filter { $0 > 0 }).sorted()
    guard there.count > 1 else {
      throw PlotError.notEnough(
        there.first.map { "holds one learning rate (\(plainNumber($0)))" }
          ?? "holds no learning rates", file: table.file, remedy: remedy)
    }
    let lines = try lines(selection, rates)
    var parts: [LengthPanels.Part] = []
    var data = FigureData(
      columns: ["family", "steps", "length", "learning_rate", "measure"] + Estimate.columns)
    var estimates: [Estimate] = []
    for length in selection.lengths {
      var series: [LengthSeries] = []
      for (place, line) in lines.enumerated() {
        let points = there.compactMap { rate -> (rate: Double, estimate: Estimate)? in
          let rows = line.rows.filter { $0.length == length && rates[$0.number] == rate }
          return selection.estimate(rows, column).map { (rate, $0) }
        }
        guard !points.isEmpty else { continue }
        series.append(
          LengthSeries(
            line.name, lengths: points.map(\.rate), estimates: points.map(\.estimate),
            style: .ordered(place, of: lines.count)))
        estimates += points.map(\.estimate)
        data.rows += points.map { rate, estimate in
          [
            .text(MethodNames.plain(line.family)),
            .count(line.steps), .integer(length), .number(rate),
            .text(column.column),
          ] + estimate.cells
        }
      }
      guard !series.isEmpty else { continue }
      var part = LengthPanels.Part(
        title: "$T$ = \(length)", series: series, y: arguments[measure].axis)
      if let label = selection.inContext,
        let level = selection.estimate(
          selection.rows(of: label).filter { $0.length == length }, column)
      {
        part.references.append(.horizontal(at: level.mean, label: selection.names[label]))
        data.rows.append(
          [.text(label), .missing, .integer(length), .missing, .text(column.column)]
            + level.cells)
      }
      parts.append(part)
    }
    guard !parts.isEmpty else {
      throw PlotError.noValues(column: column.column, file: table.file)
    }
    var maker = LengthPanels(
      parts, title: arguments[PlotOptions.title],
      caption: try selection.caption(
        task, estimates, of: Array(Set(lines.flatMap(\.rows).map(\.method)))))
    maker.x = .log10("Learning rate $\\eta$")
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private static func lines(_ selection: RunSelection, _ rates: [Double?]) throws -> [Line] {
    let steps = try selection.table.numbers("steps")
    let families = try MethodFamilies(selection, ignoring: ["learning_rate"]).families
    return families.flatMap { family in
      let rows = selection.rows.filter {
        rates[$0.number] != nil && family.methods.contains($0.method)
      }
      return Set(rows.map { steps[$0.number] }).sorted { ($0 ?? 0) < ($1 ?? 0) }.map { count in
        let amount = count.map { "$N$ = \(plainNumber($0))" }
        return Line(
          family: family.name, steps: count,
          name: [families.count { $0.hasRates(selection, rates) } > 1 ? family.name : nil, amount]
            .compactMap { $0 }.joined(separator: ", "),
          rows: rows.filter { steps[$0.number] == count })
      }
    }
  }
}

extension MethodFamilies.Family {
  fileprivate func hasRates(_ selection: RunSelection, _ rates: [Double?]) -> Bool {
    selection.rows.contains { rates[$0.number] != nil && methods.contains($0.method) }
  }
}
