import DataFiles
import Experiments
import Plotting
import Runs

/// Target mass of every head over the steps of an adaptation.
struct HeadHeatmapsPlot: RunFigure {
  let about = FigureAbout(
    name: "head-heatmaps", section: .dilution,
    summary: "target mass by layer and head, a panel for each number of test-time steps",
    discussion: """
      The panel of zero steps is in-context. One context length is shown, the longest unless --length \
      names another. Of a probe the masses are read from the heads.csv beside its probe.csv, of a sweep \
      from RUN/results.jsonl; the sweep needs a method such as {method: "qttt", steps: [8, 32]} beside \
      {method: "in-context"}.
      """,
    examples: [
      (
        "dilution plot head-heatmaps runs/budgets --length 2560 --out fig.svg",
        "Which heads find the needle again"
      ),
      (
        "dilution plot head-heatmaps out/probe --step 8,32 --out fig.svg",
        "The same in context and after two of a probe's steps"
      ),
    ],
    source: .runs, otherNames: ["attention", "heads", "heatmap", "layers", "mass", "steps"])

  /// Of a probe; empty for some of all that there are.
  var steps: [Int] = []
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [
      Setting(
        "step", \.steps, in: 1...Int.max,
        help:
          "Of a probe, show the adaptation after these steps; when not given, after up to eight of "
          + "those that were measured, evenly spaced, the last among them."),
      RunChoice.task.of(\.choice), RunChoice.method.of(\.choice), RunChoice.oneLength.of(\.choice),
    ]
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    run.kind == .sweep || run.kind == .probe ? run.eachTask(self) : []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    var choice = choice
    choice.step = steps.first
    let selection = try RunSelection(input, choice, for: about)
    let task = try selection.oneTask()
    guard Set(choice.lengths).count <= 1 else {
      throw FigureError.settings("--length names several lengths, but head-heatmaps shows one.")
    }
    let length = selection.lengths[selection.lengths.count - 1]
    let family: String?
    let masses: [Double: HeadMasses]
    if selection.table.source == .sweep {
      let panels = try Self.panels(selection, length: length)
      family = panels.family
      masses = try HeadMasses.sweep(selection, steps: panels.steps, task: task, length: length)
    } else {
      let adapted = selection.methods.first { $0 != selection.inContext }
      family = adapted.map { selection.names[$0] }
      masses = try HeadMasses.probe(
        selection.table, steps: adapted == nil ? [] : steps.isEmpty ? nil : steps, task: task,
        length: length)
    }
    return Self.figure(
      masses, length: length, title: input.title,
      subject: ["\(MethodNames.literal(task)), $T$ = \(length) tokens"]
        + (family.map { [$0] } ?? []))
  }

  private static func figure(
    _ masses: [Double: HeadMasses], length: Int, title: String?, subject: [String]
  ) -> DrawnFigure {
    let panels = masses.sorted { $0.key < $1.key }
    var grids: [HeatmapFigure.Grid] = []
    var data = FigureData(columns: ["length", "steps", "layer", "head", "n", "mass"])
    for (steps, own) in panels {
      let rows = own.rows
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
    let shape = panels.first?.value ?? HeadMasses()
    var maker = HeatmapFigure(
      grids, rows: (0..<shape.layers).map(String.init), columns: (0..<shape.heads).map(String.init),
      rowLabel: "Layer", columnLabel: "Head", valueLabel: "Target mass")
    maker.rowsGoUp = true
    maker.title = title
    let counts = masses.values.map(\.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let n = least == most ? "\(most)" : "\(least) to \(most)"
    maker.caption =
      (subject + ["n = \(n) \(n == "1" ? "instance" : "instances") a panel"])
      .joined(separator: "; ")
    return DrawnFigure(figure: maker.figure, data: data)
  }

  /// The methods of a panel each: in-context, and the amounts of one family.
  private struct Panels {
    var family: String
    /// Steps of each label.
    var steps: [String: Double]
  }

  private static func panels(_ selection: RunSelection, length: Int) throws -> Panels {
    let column = try selection.table.numbers("steps")
    var steps: [String: Double] = [:]
    for row in selection.rows where row.length == length && steps[row.method] == nil {
      if let count = column[row.number], count > 0 { steps[row.method] = count }
    }
    let families = try MethodFamilies(selection).families.filter { family in
      family.methods.contains { steps[$0] != nil }
    }
    guard let family = families.first else {
      throw FigureError.notEnough(
        "holds no method that trains", file: selection.table.file,
        remedy: "sweep {method: \"in-context\"} and {method: \"qttt\", steps: [8, 32]}")
    }
    guard families.count == 1 else {
      throw FigureError.notEnough(
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
}
