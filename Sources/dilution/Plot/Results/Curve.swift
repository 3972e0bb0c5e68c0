import DataFiles
import Experiments
import Plotting

/// Means over context length, of one measure under one method.
struct Curve {
  struct Point {
    var length: Int
    var estimate: Estimate
  }

  /// What the figure calls the method, in markup.
  var name: String
  /// The method's label.
  var method: String
  var column: String
  /// By ascending length.
  var points: [Point]

  /// The curve as a series with its band.
  var series: LengthSeries {
    LengthSeries(
      name, lengths: points.map { Double($0.length) }, estimates: points.map(\.estimate))
  }

  /// The columns of a figure's data.
  static let columns = ["measure", "method", "length"] + Estimate.columns

  /// Curves as a figure's data.
  static func data(_ curves: [Curve]) -> FigureData {
    FigureData(columns: columns, rows: curves.flatMap(\.rows))
  }

  /// The curve as rows of a figure's data.
  var rows: [[CSVCell]] {
    points.map { point in
      [.text(column), .text(method), .integer(point.length)] + point.estimate.cells
    }
  }
}

extension RunSelection {
  /// The curve of rows that belong to one method and task; without points where none has the measure.
  func curve(
    _ rows: [RunTable.Row], method: String, _ measure: MeasuredColumn
  ) -> Curve {
    let byLength = Dictionary(grouping: rows, by: \.length)
    let points = lengths.compactMap { length in
      estimate(byLength[length] ?? [], measure).map { Curve.Point(length: length, estimate: $0) }
    }
    return Curve(name: names[method], method: method, column: measure.column, points: points)
  }

  /// The curves of all chosen methods that have the measure.
  ///
  /// - Throws: `CSVError`, `PlotError.noValues` when none has.
  func curves(_ measure: PlotMeasure) throws -> [Curve] {
    let column = try column(measure)
    let byMethod = Dictionary(grouping: rows, by: \.method)
    let curves = methods.map { curve(byMethod[$0] ?? [], method: $0, column) }
      .filter { !$0.points.isEmpty }
    guard !curves.isEmpty else {
      throw PlotError.noValues(column: measure.column, file: table.file)
    }
    return curves
  }
}

extension Estimate {
  /// The columns of `cells`.
  static let columns = ["n", "mean", "lower", "upper"]

  /// Of a single value there is no interval.
  var cells: [CSVCell] {
    [
      .integer(count), .number(mean), count > 1 ? .number(lower) : .missing,
      count > 1 ? .number(upper) : .missing,
    ]
  }
}

extension LengthSeries {
  /// Means with their intervals, where there are any.
  init(_ name: String, lengths: [Double], estimates: [Estimate], style: SeriesStyle? = nil) {
    let hasIntervals = estimates.contains { $0.count > 1 }
    self.init(
      name, lengths: lengths, means: estimates.map(\.mean),
      intervals: hasIntervals ? (estimates.map(\.lower), estimates.map(\.upper)) : nil,
      style: style)
  }
}
