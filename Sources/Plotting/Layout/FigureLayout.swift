/// Where the parts of a figure lie on the page, in points from its upper left corner.
public struct FigureLayout: Sendable {
  /// The parts of one panel.
  public struct PanelLayout: Sendable {
    /// The rectangle in which data is drawn.
    public var frame: Rect
    public var x: Scale
    public var y: Scale
    public var xTicks: [Tick]
    public var yTicks: [Tick]
    /// The labels of reference lines, points and notes.
    public var notes: [Rect]
    /// A legend inside the frame.
    public var legend: Rect?

    /// The place of a pair of values.
    public func point(x: Double, y: Double) -> Point {
      PlotArea(frame: frame, x: self.x, y: self.y).point(x, y)
    }
  }

  /// The page; higher than the figure's `size` by title, caption and a legend below.
  public var size: Size
  public var panels: [PanelLayout]
  /// A legend outside the panels.
  public var legend: Rect?

  init(_ set: SetFigure) {
    size = set.size
    legend = set.legend?.bounds
    panels = set.panels.map { panel in
      PanelLayout(
        frame: panel.frame, x: panel.xScale, y: panel.yScale,
        xTicks: panel.xAxis.labels.map(\.tick), yTicks: panel.yAxis.labels.map(\.tick),
        notes: panel.notes.map(\.bounds), legend: panel.legend?.bounds)
    }
  }
}
