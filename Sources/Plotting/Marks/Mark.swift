/// One thing drawn in a panel: a series of data under a name.
///
/// Marks with equal names share one look and one entry in the legend, so that a line and its band are
/// two marks of one name. A mark without a style takes the fixed style of the method of that name
/// (`Figure.styles`), or else the next look of the palette.
public struct Mark: Sendable {
  public var name: String
  public var style: SeriesStyle?
  public var showsInLegend: Bool
  var content: Content

  enum Content: Sendable {
    case line(x: [Double], y: [Double], allowsGaps: Bool)
    case band(x: [Double], lower: [Double], upper: [Double])
    case scatter(x: [Double], y: [Double], labels: [String]?)
    case errorBars(x: [Double], lower: [Double], upper: [Double])
    case bars(values: [Double], lower: [Double]?, upper: [Double]?, allowsGaps: Bool)
    case stems(x: [Double], y: [Double])
    case heatmap(Heatmap)
  }

  init(_ name: String, _ content: Content, style: SeriesStyle?, showsInLegend: Bool = true) {
    self.name = name
    self.content = content
    self.style = style
    self.showsInLegend = showsInLegend
  }

  /// The mark without an entry in the legend.
  public var hiddenInLegend: Mark {
    var mark = self
    mark.showsInLegend = false
    return mark
  }

  /// A line through points, with a marker at each while they are few enough to be distinguished.
  ///
  /// With `allowsGaps`, a `y` that is NaN breaks the line; without, it is an error.
  public static func line(
    _ name: String, x: [Double], y: [Double], style: SeriesStyle? = nil, allowsGaps: Bool = false
  ) -> Mark {
    Mark(name, .line(x: x, y: y, allowsGaps: allowsGaps), style: style)
  }

  /// A shaded band between two curves, such as a 95 % interval.
  public static func band(
    _ name: String, x: [Double], lower: [Double], upper: [Double], style: SeriesStyle? = nil
  ) -> Mark {
    Mark(name, .band(x: x, lower: lower, upper: upper), style: style)
  }

  /// Markers without a line, each with a label beside it when labels are given.
  public static func scatter(
    _ name: String, x: [Double], y: [Double], labels: [String]? = nil, style: SeriesStyle? = nil
  ) -> Mark {
    Mark(name, .scatter(x: x, y: y, labels: labels), style: style)
  }

  /// Vertical intervals with end strokes.
  public static func errorBars(
    _ name: String, x: [Double], lower: [Double], upper: [Double], style: SeriesStyle? = nil
  ) -> Mark {
    Mark(name, .errorBars(x: x, lower: lower, upper: upper), style: style)
  }

  /// One bar at each name of the x axis, beside (or upon) the bars of the panel's other marks.
  ///
  /// With `allowsGaps`, a value that is NaN has no bar.
  public static func bars(
    _ name: String, values: [Double], lower: [Double]? = nil, upper: [Double]? = nil,
    style: SeriesStyle? = nil, allowsGaps: Bool = false
  ) -> Mark {
    Mark(
      name, .bars(values: values, lower: lower, upper: upper, allowsGaps: allowsGaps), style: style)
  }

  /// Thin upright lines from zero, for example attention at single positions.
  public static func stems(
    _ name: String, x: [Double], y: [Double], style: SeriesStyle? = nil
  ) -> Mark {
    Mark(name, .stems(x: x, y: y), style: style)
  }

  /// Cells coloured by value, one for each pair of names of the two axes; with a colour bar.
  public static func heatmap(_ heatmap: Heatmap) -> Mark {
    Mark(heatmap.label, .heatmap(heatmap), style: nil, showsInLegend: false)
  }
}

/// A matrix of values to be shown as coloured cells.
public struct Heatmap: Sendable {
  /// Row by row; row 0 lies at place 0 of the y axis. All rows have as many values as the x axis has
  /// names.
  public var rows: [[Double]]
  /// What the values are; stands beside the colour bar.
  public var label: String
  /// The values at the ends of the colour bar; nil takes the data's.
  public var range: ClosedRange<Double>?
  public var colors: ColorMap
  /// Decimal places of the values printed in the cells, where all of them fit; nil prints none.
  public var printedPlaces: Int?
  /// Whether NaN stands for a cell without a value, drawn as a hatched gap.
  public var allowsGaps: Bool
  public var showsColorBar: Bool

  public init(
    rows: [[Double]], label: String, range: ClosedRange<Double>? = nil,
    colors: ColorMap = .sequential, printedPlaces: Int? = 2, allowsGaps: Bool = false,
    showsColorBar: Bool = true
  ) {
    self.rows = rows
    self.label = label
    self.range = range
    self.colors = colors
    self.printedPlaces = printedPlaces
    self.allowsGaps = allowsGaps
    self.showsColorBar = showsColorBar
  }

  /// The values at the ends of the colours, never equal.
  var effectiveRange: ClosedRange<Double> {
    if let range { return range }
    let finite = rows.joined().filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    return Scale(.linear, from: low, to: high, padding: 0).domain
  }
}
