import DataFiles
import Experiments
import Plotting
import Runs

/// A measure over the learning rate, a line for each number of steps.
struct LearningRatePlot: RunFigure {
  let about = FigureAbout(
    name: "learning-rate", section: .budgets,
    summary: "answer probability over the learning rate, a line for each number of steps",
    discussion: """
      A panel for each context length, and a row of them for each method; the level line is \
      in-context, where the sweep has it. The sweep needs a method such as {method: "qttt", steps: \
      [8, 32], learning_rate: [3e-4, 1e-3, 3e-3]}, and belongs on held-out instances (split: \
      "held-out") when it is to choose a rate.
      """,
    examples: [
      (
        "dilution plot learning-rate runs/rates --measure mass-best --out fig.svg",
        "Where the rate is too weak, right and too strong"
      )
    ],
    source: .sweep(Self.remedy), otherNames: ["lr", "rate"], compares: "learning_rate")

  private static let remedy =
    "sweep a method with a list of rates, such as learning_rate: [3e-4, 1e-3, 3e-3]"

  var measure = Measure.answerProbability
  var choice = RunChoice()

  var settings: [Setting<Self>] { [.measure(\.measure)] + Self.choiceSettings }

  func views(of run: RunOverview) throws -> [FigureView] {
    run.eachTask(self, "answer probability")
      + run.eachTask(with { $0.measure = .massBest }, "target mass, best head")
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let table = selection.table
    let task = try selection.oneTask()
    let rates = try table.numbers("learning_rate")
    let there = Set(selection.rows.compactMap { rates[$0.number] }.filter { $0 > 0 }).sorted()
    guard there.count > 1 else {
      throw FigureError.notEnough(
        there.first.map { "holds one learning rate (\(plainNumber($0)))" }
          ?? "holds no learning rates", file: table.file, remedy: Self.remedy)
    }
    let trained = selection.rows.filter { (rates[$0.number] ?? 0) > 0 }
    let methods = Set(trained.map(\.method))
    let families = try MethodFamilies(selection, ignoring: ["learning_rate"]).families
      .filter { !methods.isDisjoint(with: $0.methods) }
    var sheet = Sheet(
      selection: selection, column: try selection.column(measure), rates: rates,
      steps: try table.numbers("steps"), there: there)
    sheet.amounts = Set(trained.compactMap { sheet.steps[$0.number] }).sorted()
    var parts: [LengthPanels.Part] = []
    for family in families {
      for length in selection.lengths {
        let series = try sheet.series(family, at: length)
        guard !series.isEmpty else { continue }
        var part = LengthPanels.Part(
          title: (families.count > 1 ? "\(family.name), " : "") + "$T$ = \(length)",
          series: series, y: measure.axis)
        part.references = try sheet.level(family, at: length)
        parts.append(part)
      }
    }
    guard !parts.isEmpty else {
      throw FigureError.noValues(column: sheet.column.column, file: table.file)
    }
    var maker = LengthPanels(
      parts, title: input.title,
      caption: try selection.caption(task, sheet.estimates, of: Array(methods)))
    maker.x = .log10("Learning rate $\\eta$")
    maker.sharesY = true
    // A row for each family, while its panels stay wide enough.
    if families.count > 1, selection.lengths.count <= 4 { maker.columns = selection.lengths.count }
    return DrawnFigure(figure: maker.figure, data: sheet.data)
  }

  /// What the panels are made from, and the numbers in them.
  private struct Sheet {
    let selection: RunSelection
    let column: MeasuredColumn
    let rates: [Double?]
    let steps: [Double?]
    /// The learning rates, ascending.
    let there: [Double]
    /// The numbers of steps, ascending.
    var amounts: [Double] = []
    var data = FigureData(
      columns: ["family", "steps", "length", "learning_rate", "measure"] + Estimate.columns)
    var estimates: [Estimate] = []

    init(
      selection: RunSelection, column: MeasuredColumn, rates: [Double?], steps: [Double?],
      there: [Double]
    ) {
      (self.selection, self.column, self.rates) = (selection, column, rates)
      (self.steps, self.there) = (steps, there)
    }

    /// A line for each number of steps.
    mutating func series(
      _ family: MethodFamilies.Family, at length: Int
    ) throws -> [LengthSeries] {
      let rows = family.methods.flatMap { selection.rows($0, at: length) }
      var series: [LengthSeries] = []
      for (place, amount) in amounts.enumerated() {
        let own = rows.filter { steps[$0.number] == amount }
        let points = try there.compactMap { rate -> (rate: Double, estimate: Estimate)? in
          try selection.estimate(own.filter { rates[$0.number] == rate }, column).map { (rate, $0) }
        }
        guard !points.isEmpty else { continue }
        series.append(
          LengthSeries(
            "$N$ = \(plainNumber(amount))", lengths: points.map(\.rate),
            estimates: points.map(\.estimate), style: .ordered(place, of: amounts.count)))
        estimates += points.map(\.estimate)
        for (rate, estimate) in points { add(family.name, amount, length, rate, estimate) }
      }
      return series
    }

    /// The line of in-context.
    mutating func level(
      _ family: MethodFamilies.Family, at length: Int
    ) throws -> [Reference] {
      guard let label = selection.inContext else { return [] }
      let rows = selection.rows(of: label).filter { $0.length == length }
      guard let level = try selection.estimate(rows, column) else { return [] }
      if !data.rows.contains(where: { $0[0] == .text(label) && $0[2] == .integer(length) }) {
        add(label, nil, length, nil, level)
      }
      return [.horizontal(at: level.mean, label: selection.names[label])]
    }

    private mutating func add(
      _ family: String, _ steps: Double?, _ length: Int, _ rate: Double?, _ estimate: Estimate
    ) {
      let rate = rate.map { CSVCell.number($0) } ?? .missing
      data.rows.append(
        [.text(MethodNames.plain(family)), .count(steps), .integer(length), rate]
          + [.text(column.column)] + estimate.cells)
    }
  }
}
