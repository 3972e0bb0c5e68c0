import ArgumentParsing
import DataFiles
import Plotting

/// A figure that `dilution plot` draws: what it takes, and how it is made.
protocol PlottedFigure: SendableMetatype {
  /// The figure's name, what it shows in one line, its arguments and its own options; those of
  /// `PlotOptions` hold for every figure.
  static var declaration: Command { get }

  /// Makes the figure; writing it is not its business.
  ///
  /// - Throws: `ArgumentError.rule` for arguments that do not go together (exit code 2), any other
  ///   error for results that lack what the figure shows (exit code 1).
  static func draw(_ arguments: Arguments) throws -> DrawnFigure
}

/// A figure, and the numbers that are seen in it.
struct DrawnFigure {
  var figure: Figure
  var data: FigureData
}

/// The numbers behind a figure, as a table.
struct FigureData {
  let columns: [String]
  var rows: [[CSVCell]] = []
  /// A column that goes away, or whose numbers mean something else, makes a new one.
  var version = 1

  var file: ChosenTable {
    ChosenTable(format: "figure", version: version, columns: columns, rows: rows)
  }
}

extension CSVCell {
  /// A number that usually is whole, such as a count, without a point where it is.
  static func count(_ value: Double) -> CSVCell {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }

  /// Such a number, where there is one.
  static func count(_ value: Double?) -> CSVCell { value.map { count($0) } ?? .missing }
}
