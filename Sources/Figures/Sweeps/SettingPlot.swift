import DataFiles
import Experiments
import Plotting
import Runs

/// A measure for tasks that differ in one setting. `SettingPlot+Catalog.swift` declares such figures.
struct SettingPlot: RunFigure {
  /// How the values of the setting are shown.
  enum Arrangement {
    /// A panel for each method, with a line for each value.
    case lines(axis: Axis, name: @Sendable (String) -> String)
    /// A panel for each value, with a line for each method.
    case panels(title: @Sendable (String) -> String)
    /// A panel for each method, with a row for each value and a column for each length.
    case rows(label: String)
  }

  let about: FigureAbout
  /// The column of the setting in `results.csv`, which is also its name on the command line.
  let column: String
  let arrangement: Arrangement
  var measure: Measure
  /// The x axis of lines: "length" or the setting.
  var across = "length"
  var trainingLength: Int?
  var choice = RunChoice()

  /// - Parameter remedy: what a sweep must hold.
  init(
    _ name: String, of column: String, _ measure: Measure, remedy: String,
    arrangement: Arrangement, summary: String, discussion: String,
    example: (commandLine: String, explanation: String), otherNames: [String] = []
  ) {
    about = FigureAbout(
      name: name, section: .tasks, summary: summary, discussion: discussion, examples: [example],
      source: .sweep(remedy), otherNames: otherNames, compares: column)
    (self.column, self.measure, self.arrangement) = (column, measure, arrangement)
  }

  var settings: [Setting<Self>] {
    var own: [Setting<Self>] = [.measure(\.measure)]
    if case .lines = arrangement {
      own.append(
        Setting(
          "across", \.across, .choice(["length", column]),
          "The x axis: context length with a line for each value of the setting, or the setting "
            + "with a line for each length.",
          write: { JSONValue(.string($0)) }, read: \.string
        ).shown(as: "NAME"))
    }
    if case .rows = arrangement {} else { own.append(.trainingLength(\.trainingLength)) }
    return own + Self.choiceSettings
  }

  func views(of run: RunOverview) throws -> [FigureView] {
    guard try run.varies(column) else { return [] }
    let measures: [(Measure, String)] = [
      (.accuracy, "accuracy"), (.answerProbability, "answer probability"),
      (.massBest, "target mass, best head"),
    ]
    return measures.map { measure, name in FigureView(with { $0.measure = measure }, name) }
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let selection = try selection(input)
    let variants = try TaskVariants(
      selection, column: column, remedy: about.source.remedy ?? about.source.advice)
    let sheet = try Sheet(selection, variants, selection.column(measure))
    guard !sheet.curves.isEmpty else {
      throw FigureError.noValues(column: measure.column, file: selection.table.file)
    }
    switch arrangement {
    case .lines(let axis, let name): return try lines(sheet, axis: axis, name: name, input)
    case .panels(let title): return try panels(sheet, title: title, input)
    case .rows(let label): return try rows(sheet, label: label, input)
    }
  }

  /// The curves of a figure.
  private struct Sheet {
    let selection: RunSelection
    let variants: TaskVariants
    /// Of each method that has the measure: a curve for each value, of which some may have no points.
    var curves: [(method: String, ofValues: [Curve])] = []

    init(_ selection: RunSelection, _ variants: TaskVariants, _ measure: MeasuredColumn) throws {
      (self.selection, self.variants) = (selection, variants)
      for method in selection.methods {
        let own = try variants.variants.map { variant in
          try selection.curve(
            variant.rows.filter { $0.method == method }, method: method, measure)
        }
        if own.contains(where: { !$0.points.isEmpty }) { curves.append((method, own)) }
      }
    }

    var estimates: [Estimate] {
      curves.flatMap(\.ofValues).flatMap(\.points).map(\.estimate)
    }

    /// A row for each point, the value of the setting in front.
    func data(_ column: String, _ cell: (Double) -> CSVCell) -> FigureData {
      var data = FigureData(columns: [column] + Curve.columns)
      for (_, curves) in curves {
        for (value, curve) in zip(variants.values, curves) {
          data.rows += curve.rows.map { [cell(value)] + $0 }
        }
      }
      return data
    }
  }

  private func lines(
    _ sheet: Sheet, axis: Axis, name: (String) -> String, _ input: FigureInput
  ) throws -> DrawnFigure {
    let isOverLength = across == "length"
    let values = sheet.variants.values
    let parts = sheet.curves.map { method, curves in
      LengthPanels.Part(
        title: sheet.selection.names[method],
        series: isOverLength
          ? Self.overLength(curves, values.map { name(plainNumber($0)) })
          : Self.overSetting(curves, values, sheet.selection.lengths), y: measure.axis)
    }
    var maker = LengthPanels(
      parts, trainingLength: isOverLength ? trainingLength.map(Double.init) : nil,
      title: input.title,
      caption: try sheet.selection.caption(sheet.variants.subject, sheet.estimates))
    if !isOverLength { maker.x = axis }
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: sheet.data(column) { .count($0) })
  }

  private static func overLength(_ curves: [Curve], _ names: [String]) -> [LengthSeries] {
    zip(curves, names).enumerated().compactMap { place, entry in
      guard !entry.0.points.isEmpty else { return nil }
      var series = entry.0.series
      series.name = entry.1
      series.style = .ordered(place, of: curves.count)
      return series
    }
  }

  private static func overSetting(
    _ curves: [Curve], _ values: [Double], _ lengths: [Int]
  ) -> [LengthSeries] {
    lengths.enumerated().compactMap { place, length in
      let points = zip(curves, values).compactMap { curve, value in
        curve.points.first { $0.length == length }.map { (value, $0.estimate) }
      }
      guard !points.isEmpty else { return nil }
      return LengthSeries(
        "$T$ = \(length)", lengths: points.map(\.0), estimates: points.map(\.1),
        style: .ordered(place, of: lengths.count))
    }
  }

  private func panels(
    _ sheet: Sheet, title: (String) -> String, _ input: FigureInput
  ) throws -> DrawnFigure {
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: [column] + Curve.columns)
    for (place, value) in sheet.variants.values.enumerated() {
      let curves = sheet.curves.map { $0.ofValues[place] }.filter { !$0.points.isEmpty }
      guard !curves.isEmpty else { continue }
      parts.append(
        .init(title: title(plainNumber(value)), series: curves.map(\.series), y: measure.axis))
      data.rows += curves.flatMap(\.rows).map { [.count(value)] + $0 }
    }
    var maker = LengthPanels(
      parts, trainingLength: trainingLength.map(Double.init), title: input.title,
      caption: try sheet.selection.caption(sheet.variants.subject, sheet.estimates))
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private func rows(_ sheet: Sheet, label: String, _ input: FigureInput) throws -> DrawnFigure {
    let lengths = sheet.selection.lengths
    let grids = sheet.curves.map { method, curves in
      HeatmapFigure.Grid(
        title: sheet.selection.names[method],
        rows: curves.map { curve in
          lengths.map { length in
            curve.points.first { $0.length == length }?.estimate.mean ?? .nan
          }
        })
    }
    var maker = HeatmapFigure(
      grids, rows: sheet.variants.values.map(plainNumber), columns: lengths.map(String.init),
      rowLabel: label, columnLabel: "Context length $T$ (tokens)",
      valueLabel: measure.label, range: measure.range)
    maker.allowsGaps = true
    maker.panelColumns = 3
    maker.title = input.title
    var caption = Caption(
      sheet.variants.subject, sheet.estimates, point: "cell", intervals: nil)
    try sheet.selection.addNotes(to: &caption)
    maker.caption = caption.text
    return DrawnFigure(figure: maker.figure, data: sheet.data(column) { .number($0) })
  }
}
