/// Why a figure cannot be drawn; `description` is one sentence for the person who asked for it.
public enum PlottingError: Error, Sendable, Equatable {
  /// The file name's extension is none of the formats.
  case unknownFormat(path: String)
  /// The system refused to write the file.
  case cannotWrite(path: String, reason: String)
  /// Cairo reported a failure.
  case drawing(message: String)
  /// Width or height is not a sensible number of points.
  case badSize(width: Double, height: Double)
  /// The density of a PNG is outside what makes an image.
  case badDensity(Double)
  /// A PNG would have a side of more pixels than Cairo can draw.
  case tooManyPixels(Double)
  /// The figure has no panel.
  case noPanels
  /// A panel, counted from 1, has nothing to show.
  case emptyPanel(number: Int)
  /// The page is so small that labels leave no room for the data.
  case noRoom
  /// A series has no values.
  case emptySeries(String)
  /// Two columns of a series that belong together have different lengths.
  case mismatchedLengths(series: String, first: String, Int, second: String, Int)
  /// A value is NaN or infinite; `index` counts from 0.
  case notFinite(series: String, column: String, index: Int)
  /// A value is beyond what a figure can scale (1e100).
  case tooLarge(series: String, column: String, index: Int, value: Double)
  /// A value cannot stand on a logarithmic axis.
  case notPositive(series: String, axis: String, index: Int, value: Double)
  /// The lower end of an interval lies above its upper end.
  case invertedInterval(series: String, index: Int, lower: Double, upper: Double)
  /// A fixed axis range is not finite, or reaches zero on a logarithmic axis.
  case badDomain(axis: String, lower: Double, upper: Double)
  /// A position on an axis of names lies beyond the names.
  case noSuchCategory(series: String, axis: String, value: Double, count: Int)
  /// A mark needs an axis of names.
  case needsCategories(series: String, axis: String)
}

extension PlottingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownFormat(let path):
      "cannot tell the format of '\(path)': a figure's file name ends in .png, .svg or .pdf"
    case .cannotWrite(let path, let reason):
      "cannot write '\(path)': \(reason)"
    case .drawing(let message):
      "the drawing library failed: \(message)"
    case .badSize(let width, let height):
      "a figure of \(width) × \(height) points cannot be drawn: each side must be 36 to 7200 points"
    case .badDensity(let density):
      "a density of \(density) dots per inch cannot be drawn: choose one from 36 to 2400"
    case .tooManyPixels(let pixels):
      "an image side of \(Int(pixels)) pixels cannot be drawn: lower the density or the size, "
        + "so that no side exceeds 32767"
    case .noPanels:
      "the figure has no panels: give it at least one"
    case .emptyPanel(let number):
      "panel \(number) has no marks: give it at least one series"
    case .noRoom:
      "labels leave no room for the data: make the figure larger or its labels shorter"
    case .emptySeries(let series):
      "series '\(series)' has no values: give it at least one"
    case .mismatchedLengths(let series, let first, let firstCount, let second, let secondCount):
      "series '\(series)' has \(firstCount) values in \(first) and \(secondCount) in \(second): "
        + "the counts must be equal"
    case .notFinite(let series, let column, let index):
      "series '\(series)' has a value that is not a finite number in \(column) at index \(index): "
        + "leave the point out, or allow gaps"
    case .tooLarge(let series, let column, let index, let value):
      "series '\(series)' has \(value) in \(column) at index \(index): "
        + "values must be smaller than 1e100 in magnitude"
    case .notPositive(let series, let axis, let index, let value):
      "series '\(series)' has \(value) at index \(index) on the logarithmic \(axis) axis: "
        + "values there must be above zero, and at least 1e-100"
    case .invertedInterval(let series, let index, let lower, let upper):
      "series '\(series)' has an interval from \(lower) to \(upper) at index \(index): "
        + "the lower end must not exceed the upper end"
    case .badDomain(let axis, let lower, let upper):
      "the \(axis) axis cannot run from \(lower) to \(upper): both ends must be finite and differ, "
        + "and be above zero on a logarithmic axis"
    case .noSuchCategory(let series, let axis, let value, let count):
      "series '\(series)' has the position \(value) on the \(axis) axis, "
        + (count > 0 ? "which has only the places 0 to \(count - 1)" : "which has no names")
    case .needsCategories(let series, let axis):
      "series '\(series)' needs an \(axis) axis of names: make it with Axis.categories"
    }
  }
}
