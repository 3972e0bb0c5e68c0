/// Bars of several series side by side, or stacked, at each of a few names.
public struct GroupedBars: FigureMaker {
  /// One bar at each name.
  public struct Series: Sendable {
    public var name: String
    public var values: [Double]
    /// The intervals of the values; nil draws none.
    public var intervals: (lower: [Double], upper: [Double])?
    /// The look; nil takes the one of the name.
    public var style: SeriesStyle?

    public init(
      _ name: String, values: [Double], intervals: (lower: [Double], upper: [Double])? = nil,
      style: SeriesStyle? = nil
    ) {
      self.name = name
      self.values = values
      self.intervals = intervals
      self.style = style
    }
  }

  public var series: [Series]
  /// The names below the bars.
  public var groups: [String]
  public var groupLabel: String
  public var valueAxis: Axis
  public var arrangement: Panel.BarArrangement
  /// Whether NaN stands for a missing bar.
  public var allowsGaps = false
  public var title: String?
  public var caption: String?

  public init(
    _ series: [Series], groups: [String], groupLabel: String, valueAxis: Axis,
    arrangement: Panel.BarArrangement = .grouped, title: String? = nil, caption: String? = nil
  ) {
    self.series = series
    self.groups = groups
    self.groupLabel = groupLabel
    self.valueAxis = valueAxis
    self.arrangement = arrangement
    self.title = title
    self.caption = caption
  }

  public var figure: Figure {
    let marks = series.map { series in
      Mark.bars(
        series.name, values: series.values, lower: series.intervals?.lower,
        upper: series.intervals?.upper, style: series.style, allowsGaps: allowsGaps)
    }
    let panel = Panel(
      x: .categories(groupLabel, groups), y: valueAxis, marks: marks, bars: arrangement)
    // A bar should stay wide enough to show its hatching.
    let bars = groups.count * (arrangement == .grouped ? series.count : 1)
    return Figure(
      size: bars > 24 ? .page : .column, panels: [panel], title: title, caption: caption)
  }
}
