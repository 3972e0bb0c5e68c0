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
  ///
  /// - Throws: `PooledRecords`.
  func curve(
    _ rows: [RunTable.Row], method: String, _ measure: MeasuredColumn
  ) throws -> Curve {
    let byLength = Dictionary(grouping: rows, by: \.length)
    let points = try lengths.compactMap { length in
      try estimate(byLength[length] ?? [], measure).map {
        Curve.Point(length: length, estimate: $0)
      }
    }
    return Curve(
      name: names[method], method: method, column: measure.measure.column, points: points)
  }

  /// The curves of all chosen methods that have the measure.
  ///
  /// - Throws: `CSVError`, `PooledRecords`, `FigureError.noValues` when none has.
  func curves(_ measure: Measure) throws -> [Curve] {
    let column = try column(measure)
    let byMethod = Dictionary(grouping: rows, by: \.method)
    let curves = try methods.map { try curve(byMethod[$0] ?? [], method: $0, column) }
      .filter { !$0.points.isEmpty }
    guard !curves.isEmpty else {
      throw FigureError.noValues(column: measure.column, file: table.file)
    }
    return curves
  }
}

extension Estimate {
  /// The columns of `cells`.
  static let columns = ["n", "mean", "lower", "upper"]

  /// Where there is no interval its ends are missing.
  var cells: [CSVCell] {
    [.integer(count), .number(mean), CSVCell(lower), CSVCell(upper)]
  }
}

extension [Estimate] {
  /// The ends of all intervals, NaN where there is none; nil where none has one.
  var intervals: (lower: [Double], upper: [Double])? {
    guard contains(where: { $0.interval != nil }) else { return nil }
    return (map { $0.lower ?? .nan }, map { $0.upper ?? .nan })
  }
}

extension LengthSeries {
  /// Means with their intervals, where there are any.
  init(_ name: String, lengths: [Double], estimates: [Estimate], style: SeriesStyle? = nil) {
    self.init(
      name, lengths: lengths, means: estimates.map(\.mean),
      intervals: estimates.intervals, style: style)
  }
}
