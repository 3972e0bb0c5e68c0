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

  /// Writes the table as CSV.
  ///
  /// - Throws: `FileSystemError`.
  func write(to path: String) throws {
    var file = try CSVWriter(path, columns: columns)
    for row in rows { try file.append(row) }
    try file.commit()
  }
}
