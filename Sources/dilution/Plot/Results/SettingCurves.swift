import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// A measure over context length for tasks that differ in one setting: a panel for each method, and in
/// it a line for each value of the setting, or the other way round.
struct SettingCurves {
  /// The column of the setting in `results.csv`, which is also its name on the command line.
  let column: String
  /// The axis of the setting.
  let axis: Axis
  /// The name of a line, given the value.
  let name: @Sendable (String) -> String
  /// What a sweep must hold.
  let remedy: String

  /// The option that says what the x axis shows.
  var across: Option<String> {
    .defaulted(
      "across", .choice(["length", column]), to: "length",
      help: "The x axis: context length with a line for each value of the setting, or the setting "
        + "with a line for each length.")
  }

  func draw(_ arguments: Arguments, measure: Measure) throws -> DrawnFigure {
    let selection = try RunSelection(arguments, sweep: remedy)
    let variants = try TaskVariants(selection, column: column, remedy: remedy)
    let measured = try selection.column(measure)
    let isOverLength = arguments[across] == "length"
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: [column] + Curve.columns)
    var estimates: [Estimate] = []
    for method in selection.methods {
      let curves = try variants.variants.map { variant in
        try selection.curve(
          variant.rows.filter { $0.method == method }, method: method, measured)
      }
      guard curves.contains(where: { !$0.points.isEmpty }) else { continue }
      for (value, curve) in zip(variants.values, curves) {
        data.rows += curve.rows.map { [.count(value)] + $0 }
        estimates += curve.points.map(\.estimate)
      }
      let series =
        isOverLength
        ? overLength(curves, variants) : overSetting(curves, variants, selection.lengths)
      parts.append(.init(title: selection.names[method], series: series, y: measure.axis))
    }
    guard !parts.isEmpty else {
      throw PlotError.noValues(column: measured.column, file: selection.table.file)
    }
    var maker = LengthPanels(
      parts,
      trainingLength: isOverLength ? arguments[PlotOptions.trainingLength].map(Double.init) : nil,
      title: arguments[PlotOptions.title],
      caption: try selection.caption(variants.subject, estimates))
    if !isOverLength { maker.x = axis }
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private func overLength(_ curves: [Curve], _ variants: TaskVariants) -> [LengthSeries] {
    zip(curves, variants.values).enumerated().compactMap { place, entry in
      guard !entry.0.points.isEmpty else { return nil }
      var series = entry.0.series
      series.name = name(plainNumber(entry.1))
      series.style = .ordered(place, of: curves.count)
      return series
    }
  }

  private func overSetting(
    _ curves: [Curve], _ variants: TaskVariants, _ lengths: [Int]
  ) -> [LengthSeries] {
    lengths.enumerated().compactMap { place, length in
      let points = zip(curves, variants.values).compactMap { curve, value in
        curve.points.first { $0.length == length }.map { (value, $0.estimate) }
      }
      guard !points.isEmpty else { return nil }
      return LengthSeries(
        "$T$ = \(length)", lengths: points.map(\.0), estimates: points.map(\.1),
        style: .ordered(place, of: lengths.count))
    }
  }
}
