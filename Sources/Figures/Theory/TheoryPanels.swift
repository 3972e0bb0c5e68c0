import DataFiles
import Experiments
import Plotting
import Runs

/// Panels that hold measurements against theory, and the numbers in them.
struct TheoryPanels {
  private(set) var panels: [Panel] = []
  private(set) var data = FigureData(
    columns: ["panel", "series", "x", "y", "n", "lower", "upper"])

  /// Points of several series, with a line that theory draws.
  ///
  /// - Parameter colors: one for each series; nil goes from dark to light, for series that follow each
  ///   other.
  mutating func addScatter(
    _ title: String, x: Axis, y: Axis, _ series: [(name: String, x: [Double], y: [Double])],
    theory: (name: String, x: [Double], y: [Double]), colors: [Color]? = nil
  ) {
    let marks = series.enumerated().map { place, points in
      // Hollow, because points are many and overlap.
      var style = SeriesStyle.ordered(place, of: series.count)
      style.isHollow = true
      if let colors { style.color = colors[place % colors.count] }
      return Mark.scatter(points.name, x: points.x, y: points.y, style: style)
    }
    let line = Mark.line(theory.name, x: theory.x, y: theory.y, style: .theory)
    panels.append(Panel(title: title, x: x, y: y, marks: marks + [line]))
    for points in series {
      for (x, y) in zip(points.x, points.y) {
        data.rows.append([
          .text(title), .text(points.name), .number(x), .number(y), .missing, .missing, .missing,
        ])
      }
    }
  }

  /// Means over context length.
  mutating func addCurves(
    _ title: String, y: Axis, lengths: [Int], _ curves: [(name: String, estimates: [Estimate])],
    trainingLength: Int?
  ) {
    let x = lengths.map(Double.init)
    let styles = [Palette.vermilion, Palette.blue, Palette.green]
    let marks = curves.enumerated().flatMap { place, curve -> [Mark] in
      let style = SeriesStyle(
        color: styles[place % styles.count], marker: [.diamond, .square, .circle][place % 3])
      let line = Mark.line(curve.name, x: x, y: curve.estimates.map(\.mean), style: style)
      guard let (lower, upper) = curve.estimates.intervals else { return [line] }
      return Mark.intervals(curve.name, x: x, lower: lower, upper: upper, style: style) + [line]
    }
    panels.append(
      Panel(
        title: title, x: .contextLength, y: y, marks: marks,
        references: Reference.training(length: trainingLength.map(Double.init))))
    for curve in curves {
      for (length, estimate) in zip(lengths, curve.estimates) {
        data.rows.append([
          .text(title), .text(curve.name), .integer(length), .number(estimate.mean),
          .integer(estimate.count), CSVCell(estimate.lower), CSVCell(estimate.upper),
        ])
      }
    }
  }

  func figure(title: String?, caption: String) -> DrawnFigure {
    DrawnFigure(
      figure: Figure(
        size: .inches(7, 2.9), panels: panels, title: title, caption: caption, legend: .below),
      data: data)
  }

  /// The names of series by context length.
  static func name(_ length: Int) -> String { "$T$ = \(length)" }
}
