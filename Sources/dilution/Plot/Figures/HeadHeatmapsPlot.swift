import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import Plotting

/// Target mass of every head over the steps of an adaptation.
enum HeadHeatmapsPlot: PlottedFigure {
  static let declaration = Command(
    name: "head-heatmaps",
    summary: "target mass by layer and head, a panel for each number of test-time steps",
    discussion: """
      The panel of zero steps is in-context. One context length is shown, the longest unless --length \
      names another. The sweep needs a method such as {method: "qttt", steps: [8, 32]} beside {method: \
      "in-context"}; the masses are read from RUN/results.jsonl.
      """,
    examples: [
      Example(
        "dilution plot head-heatmaps runs/budgets --length 2560 --out fig.svg",
        "Which heads find the needle again")
    ],
    positionals: [RunOptions.sweep],
    groups: [OptionGroup("Options", RunOptions.selection)])

  /// Sums over the instances of one panel.
  private struct Sums {
    var count = 0
    var layers = 0
    var heads = 0
    var mass: [Double] = []

    /// Whether the table had the shape of those before it.
    mutating func add(_ table: SiteTable) -> Bool {
      if count == 0 {
        (layers, heads) = (table.layers, table.heads)
        mass = Array(repeating: 0, count: table.mass.count)
      }
      guard (table.layers, table.heads) == (layers, heads) else { return false }
      count += 1
      for place in mass.indices { mass[place] += Double(table.mass[place]) }
      return true
    }
  }

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let remedy = "sweep {method: \"in-context\"} and {method: \"qttt\", steps: [8, 32]}"
    let selection = try RunSelection(arguments, sweep: remedy)
    let table = selection.table
    let task = try selection.oneTask()
    let length = try oneLength(selection, arguments)
    let panels = try panels(selection, length: length, remedy: remedy)
    let sums = try sums(selection, panels, task: task, length: length)
    let shown = sums.keys.sorted()
    guard let first = shown.first.flatMap({ sums[$0] }) else {
      throw PlotError.noValues(column: "sites", file: results(table))
    }
    var grids: [HeatmapFigure.Grid] = []
    var data = FigureData(columns: ["length", "steps", "layer", "head", "n", "mass"])
    for steps in shown {
      guard let own = sums[steps] else { continue }
      let rows = (0..<own.layers).map { layer in
        (0..<own.heads).map { own.mass[layer * own.heads + $0] / Double(own.count) }
      }
      let title = steps == 0 ? "in-context" : "$N$ = \(plainNumber(steps))"
      grids.append(.init(title: title, rows: rows))
      for (layer, masses) in rows.enumerated() {
        for (head, mass) in masses.enumerated() {
          data.rows.append([
            .integer(length), .count(steps), .integer(layer), .integer(head),
            .integer(own.count), .number(mass),
          ])
        }
      }
    }
    var maker = HeatmapFigure(
      grids, rows: (0..<first.layers).map(String.init), columns: (0..<first.heads).map(String.init),
      rowLabel: "Layer", columnLabel: "Head", valueLabel: "Target mass")
    maker.rowsGoUp = true
    maker.title = arguments[PlotOptions.title]
    let counts = sums.values.map(\.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let n = least == most ? "\(most)" : "\(least) to \(most)"
    maker.caption =
      "\(MethodNames.literal(task)), $T$ = \(length) tokens; \(panels.family); "
      + "n = \(n) \(n == "1" ? "instance" : "instances") a panel"
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private static func results(_ table: RunTable) -> String {
    ((table.file as NSString).deletingLastPathComponent as NSString)
      .appendingPathComponent("results.jsonl")
  }

  private static func oneLength(
    _ selection: RunSelection, _ arguments: Arguments
  ) throws(ArgumentError) -> Int {
    guard Set(arguments[RunOptions.length]).count <= 1 else {
      throw .rule("--length names several lengths, but head-heatmaps shows one.")
    }
    return selection.lengths[selection.lengths.count - 1]
  }

  /// The methods of a panel each: in-context, and the amounts of one family.
  private struct Panels {
    var family: String
    /// Steps of each label.
    var steps: [String: Double]
  }

  private static func panels(
    _ selection: RunSelection, length: Int, remedy: String
  ) throws -> Panels {
    let column = try selection.table.numbers("steps")
    var steps: [String: Double] = [:]
    for row in selection.rows where row.length == length && steps[row.method] == nil {
      if let count = column[row.number], count > 0 { steps[row.method] = count }
    }
    let families = try MethodFamilies(selection).families.filter { family in
      family.methods.contains { steps[$0] != nil }
    }
    guard let family = families.first else {
      throw PlotError.notEnough(
        "holds no method that trains", file: selection.table.file, remedy: remedy)
    }
    guard families.count == 1 else {
      throw PlotError.notEnough(
        "holds several methods that train", file: selection.table.file,
        remedy: "choose the amounts of one, such as "
          + family.methods.prefix(2).map { "--method \"\($0)\"" }.joined(separator: " "))
    }
    var panels = Panels(
      family: family.name,
      steps: steps.filter { family.methods.contains($0.key) })
    if let label = selection.inContext { panels.steps[label] = 0 }
    return panels
  }

  /// The sums of each number of steps.
  private static func sums(
    _ selection: RunSelection, _ panels: Panels, task: String, length: Int
  ) throws -> [Double: Sums] {
    let rotated = selection.rows.contains { $0.rotary }
    var sums: [Double: Sums] = [:]
    let file = results(selection.table)
    try SweepLog.forEach(file) { line, record in
      let identity = record.identity
      guard identity.taskLabel == task, identity.length == length, identity.rotary == rotated,
        let steps = panels.steps[identity.methodLabel], let table = record.sites
      else { return }
      guard sums[steps, default: Sums()].add(table) else {
        throw PlotError.notEnough(
          "has another number of layers or heads in line \(line) than before it", file: file,
          remedy: "merge runs of one model alone")
      }
    }
    return sums
  }
}
