import Foundation

/// A figure of one or several panels, written as PNG, SVG or PDF by one and the same drawing code.
///
/// ```swift
/// let figure = Figure(
///   size: .column,
///   panels: [
///     Panel(
///       x: .log2("Context length $T$ (tokens)"), y: .probability("Target mass"),
///       marks: [
///         .line("in-context", x: [160, 320, 640], y: [0.97, 0.71, 0.32]),
///         .line("qTTT", x: [160, 320, 640], y: [0.96, 0.84, 0.55]),
///       ],
///       references: [.vertical(at: 160, label: "training length")])
///   ],
///   caption: "n = 64 instances a point")
/// try figure.write(to: "dilution.svg")
/// ```
public struct Figure: Sendable {
  /// The width of the page and the height of the panels with their axes. Title, caption and a legend
  /// below the panels make the page higher.
  public var size: Size
  public var panels: [Panel]
  /// Panels in a row; nil puts up to three in one row and spreads more evenly.
  public var columns: Int?
  /// A heading above all panels.
  public var title: String?
  /// A line in small type below: what was measured, n, seed.
  public var caption: String?
  public var legend: LegendPosition
  /// Panels of a row have one y range, and only the first shows its labels.
  public var sharesY: Bool
  /// Panels of a column have one x range, and only the last shows its labels.
  public var sharesX: Bool
  /// Whether panels are lettered a, b, c …; nil letters two panels and more.
  public var showsLetters: Bool?
  public var theme: Theme
  /// The looks of names that have one of their own; other names take those of the palette in turn.
  public var styles = NamedStyles.none

  public init(
    size: Size = .column, panels: [Panel], columns: Int? = nil, title: String? = nil,
    caption: String? = nil, legend: LegendPosition = .automatic, sharesX: Bool = false,
    sharesY: Bool = false, showsLetters: Bool? = nil, theme: Theme = .paper
  ) {
    self.size = size
    self.panels = panels
    self.columns = columns
    self.title = title
    self.caption = caption
    self.legend = legend
    self.sharesX = sharesX
    self.sharesY = sharesY
    self.showsLetters = showsLetters
    self.theme = theme
  }

  /// Draws the figure and writes the file in one piece, in the format of the file name's extension.
  /// - Parameter dotsPerInch: the density of a PNG; the other formats have none.
  /// - Throws: `PlottingError` for bad data, an unknown extension or a file that cannot be written.
  public func write(to path: String, dotsPerInch: Double = 300) throws(PlottingError) {
    let format = try FigureFormat(path: path)
    try replaceFile(at: path, with: try render(format, dotsPerInch: dotsPerInch))
  }

  /// The bytes of the figure's file; equal figures have equal bytes.
  /// - Throws: `PlottingError` for bad data.
  public func render(
    _ format: FigureFormat, dotsPerInch: Double = 300
  ) throws(PlottingError) -> Data {
    try check()
    guard dotsPerInch >= 36 && dotsPerInch <= 2400 else { throw .badDensity(dotsPerInch) }
    let set = try set()
    let pixels = max(set.size.width, set.size.height) * dotsPerInch / 72
    guard format != .png || pixels <= 32_767 else { throw .tooManyPixels(pixels) }
    let canvas = try Canvas(
      format, size: set.size, dotsPerInch: dotsPerInch, about: about, fontFamily: theme.fontFamily)
    FigurePainter(canvas: canvas, theme: theme).paint(set)
    return try canvas.finish()
  }

  /// Where everything goes, without drawing it.
  /// - Throws: `PlottingError` for bad data.
  public func layout() throws(PlottingError) -> FigureLayout {
    try check()
    return FigureLayout(try set())
  }

  /// Places everything, measuring texts on a canvas that is not kept.
  private func set() throws(PlottingError) -> SetFigure {
    let canvas = try Canvas(
      .png, size: Size(width: 1, height: 1), dotsPerInch: 72, about: .init(),
      fontFamily: theme.fontFamily)
    return try FigureSetter(figure: self, canvas: canvas).set()
  }

  /// Title and description in plain text, for readers of a screen's words: an untitled figure is
  /// named after its axes, and several series are named one by one.
  private var about: Canvas.About {
    var names = panels.map { $0.title ?? "\($0.y.label) over \($0.x.label)" }
    if let title { names.insert(title, at: 0) }
    var series: [String] = []
    for mark in panels.flatMap(\.marks) where mark.showsInLegend && !mark.name.isEmpty {
      if !series.contains(mark.name) { series.append(mark.name) }
    }
    if series.count > 1 { names += series }
    return .init(
      title: Markup(names[0]).plainText,
      description: Markup((names.dropFirst() + [caption ?? ""]).joined(separator: "; ")).plainText)
  }

  private func check() throws(PlottingError) {
    let sides = 36.0...7200
    guard sides.contains(size.width), sides.contains(size.height) else {
      throw .badSize(width: size.width, height: size.height)
    }
    guard !panels.isEmpty else { throw .noPanels }
    for (index, panel) in panels.enumerated() { try panel.check(number: index + 1) }
  }
}
