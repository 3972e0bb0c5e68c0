import DataFiles
import Experiments
import Plotting
import Runs

/// Paired differences of span policies and controls over context length.
struct ControlsPlot: RunFigure {
  let about = FigureAbout(
    name: "controls", section: .dilution,
    summary: "paired difference to in-context of every span policy and control over context length",
    discussion: """
      For each instance the method's value less the one in context, averaged: what the instances \
      differ in by themselves drops out. A band above the zero line is a gain; a gain that a control \
      shares (spans of another context, shuffled spans, a random direction) is not one. All qTTT \
      methods are shown unless --method names others. Of a probe, qTTT less in-context.
      """,
    examples: [
      (
        "dilution plot controls runs/quick --measure mass-best --out fig.svg --out fig.csv",
        "What qTTT and its controls do to the target mass"
      )
    ],
    source: .runs, otherNames: ["compare", "difference", "differences"])

  var measure = Measure.answerProbability
  /// The label of a method; nil for the one in context.
  var against: String?
  var trainingLength: Int?
  var choice = RunChoice()

  var settings: [Setting<Self>] {
    [
      .measure(\.measure),
      Setting(
        "against", \.against,
        help:
          "The method that the others are held against, by its label; the one in context when not "
          + "given."
      ).shown(as: "LABEL"), Self.stepSetting, .trainingLength(\.trainingLength),
    ] + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard try run.kind == .sweep && run.varies("label") else { return [] }
    return run.eachTask(self, "answer probability")
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let file = selection.table.file
    let task = try selection.oneTask()
    let reference = try reference(selection)
    let isChosen = !choice.methods.isEmpty
    let methods = selection.methods.filter { method in
      method != reference
        && (isChosen || (selection.settings[method]?["method"] ?? "qttt") == "qttt")
    }
    guard !methods.isEmpty else {
      throw FigureError.notEnough(
        "holds no qTTT method", file: file, remedy: "name what to compare with --method")
    }
    let column = try selection.column(measure)
    let base = Dictionary(grouping: selection.rows(of: reference), by: \.length)
    let curves = try methods.compactMap { method -> Curve? in
      let points = try selection.lengths.compactMap { length -> Curve.Point? in
        try selection.difference(
          selection.rows(method, at: length), to: base[length] ?? [], column
        ).map { Curve.Point(length: length, estimate: $0) }
      }
      guard !points.isEmpty else { return nil }
      return Curve(
        name: selection.names[method], method: method, column: column.column, points: points)
    }
    guard !curves.isEmpty else { throw FigureError.noValues(column: column.column, file: file) }
    var y = Axis.linear(measure.differenceLabel(to: selection.names[reference]))
    y.including = [0]
    let maker = LengthPanels(
      [
        .init(
          series: curves.map(\.series), y: y, references: [.horizontal(at: 0, dash: .solid)])
      ], trainingLength: trainingLength.map(Double.init),
      title: input.title,
      caption: try selection.caption(
        "\(task); paired by instance", curves.flatMap(\.points).map(\.estimate),
        of: curves.map(\.method)))
    var data = FigureData(columns: ["reference"] + Curve.columns)
    data.rows = curves.flatMap(\.rows).map { [.text(reference)] + $0 }
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private func reference(_ selection: RunSelection) throws -> String {
    let known = Set(selection.table.rows.map(\.method))
    if let against {
      guard known.contains(against) else {
        throw FigureError.noSuchMethod(against, known.sorted(), file: selection.table.file)
      }
      return against
    }
    guard let inContext = selection.inContext else {
      throw FigureError.notEnough(
        "holds no method in-context", file: selection.table.file,
        remedy: "name what to compare with by --against, or sweep {method: \"in-context\"} too")
    }
    return inContext
  }
}
