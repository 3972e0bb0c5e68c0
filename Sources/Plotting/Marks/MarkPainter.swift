/// Draws marks, and their samples in a legend.
struct MarkPainter {
  /// Areas lie below lines, and lines below markers, whatever the order of the marks.
  enum Layer { case ground, line, top }

  let canvas: Canvas
  let theme: Theme

  /// Lines of more points than this are drawn without markers.
  static let mostMarkers = 40

  func paint(
    _ index: Int, of panel: Panel, in plot: PlotArea, style: SeriesStyle, layer: Layer,
    nudges: Nudges
  ) {
    let name = panel.marks[index].name
    func shifted(_ x: Double, _ y: Double) -> Point {
      var point = plot.point(x, y)
      point.x += nudges.shift(name, x: x)
      return point
    }
    switch (panel.marks[index].content, layer) {
    case (.band(let x, let lower, let upper), .ground):
      let edge = zip(x, upper).map(plot.point) + zip(x, lower).reversed().map(plot.point)
      let polygon = clipped(polygon: edge, to: plot.frame)
      canvas.fill(Path(polygon: polygon), style.color.withOpacity(theme.bandOpacity))
    case (.bars, .ground):
      for bar in panel.bars(of: index, in: plot).compactMap({ $0 }) {
        paint(bar.rect, style, in: plot.frame)
      }
    case (.heatmap(let heatmap), .ground):
      HeatmapPainter(canvas: canvas, theme: theme).paint(heatmap, in: plot)
    case (.stems(let x, let y), .line): paintStems(x, y, plot, style)
    case (.errorBars(let x, let lower, let upper), .line):
      for (x, (low, high)) in zip(x, zip(lower, upper)) {
        paintInterval(shifted(x, low), shifted(x, high), style.color, in: plot.frame)
      }
    case (.bars, .line):
      for bar in panel.bars(of: index, in: plot) {
        guard let (lower, upper) = bar?.interval else { continue }
        paintInterval(lower, upper, theme.ink, in: plot.frame)
      }
    case (.line(let x, let y, _), .line):
      for chain in plot.chains(x, y) {
        for piece in clipped(polyline: chain, to: plot.frame) { paintLine(piece, style) }
      }
    case (.line(let x, let y, _), .top):
      guard let marker = style.marker else { return }
      if x.count <= MarkPainter.mostMarkers {
        for (x, y) in zip(x, y) where !y.isNaN && isVisible(plot.point(x, y), plot.frame) {
          paint(marker, at: shifted(x, y), style)
        }
      } else {
        // Of a dense line only points that no line leads to.
        for chain in plot.chains(x, y) where chain.count == 1 && isVisible(chain[0], plot.frame) {
          paint(marker, at: chain[0], style)
        }
      }
    case (.scatter(let x, let y, _), .top):
      for (x, y) in zip(x, y) {
        guard isVisible(plot.point(x, y), plot.frame) else { continue }
        paint(style.marker ?? .circle, at: shifted(x, y), style)
      }
    default: break
    }
  }

  /// A marker on the border of the frame is drawn whole.
  private func isVisible(_ point: Point, _ frame: Rect) -> Bool {
    frame.inset(by: -0.01).contains(point)
  }

  private func paintLine(_ points: [Point], _ style: SeriesStyle) {
    let width = style.lineWidth ?? theme.lineWidth
    canvas.stroke(
      Path(polyline: points), style.color, width: width, dash: style.dash.pattern(width: width))
  }

  private func paint(_ marker: Marker, at point: Point, _ style: SeriesStyle) {
    let path = marker.path(at: point, size: theme.markerSize)
    if marker.isOpen {
      canvas.stroke(path, .white, width: 2.4)
      canvas.stroke(path, style.color, width: 1.2)
    } else if style.isHollow {
      canvas.fill(path, .white)
      canvas.stroke(path, style.color, width: 0.9)
    } else {
      // A white rim keeps markers apart that lie upon each other or on other lines.
      canvas.stroke(path, .white, width: 1.3)
      canvas.fill(path, style.color)
    }
  }

  private func paintInterval(_ lower: Point, _ upper: Point, _ color: Color, in frame: Rect) {
    guard let (low, high) = clipped(lower, upper, to: frame) else { return }
    // An interval of no height, such as that of a single instance, would be a mere dash.
    guard abs(low.y - high.y) > 0.1 else { return }
    var path = Path(polyline: [low, high])
    for end in [low, high] {
      path.add(Point(x: end.x - 1.6, y: end.y), Point(x: end.x + 1.6, y: end.y))
    }
    canvas.stroke(path, color, width: theme.thinLineWidth)
  }

  private func paintStems(_ x: [Double], _ y: [Double], _ plot: PlotArea, _ style: SeriesStyle) {
    var path = Path()
    for (x, y) in zip(x, y) {
      let top = plot.point(x, y)
      let foot = Point(x: top.x, y: plot.baseline)
      if let (from, to) = clipped(foot, top, to: plot.frame) { path.add(from, to) }
    }
    canvas.stroke(path, style.color, width: style.lineWidth ?? theme.thinLineWidth)
  }

  // MARK: Bars

  /// A bar, with white hatching where the style's line is not solid: for greyscale print.
  private func paint(_ rect: Rect, _ style: SeriesStyle, in frame: Rect) {
    let polygon = clipped(polygon: rect.corners, to: frame)
    guard area(polygon: polygon) > 0 else { return }
    let visible = Rect(around: polygon)
    canvas.fill(Path(visible), style.color)
    let hatch = hatching(of: visible, for: style.dash)
    if !hatch.elements.isEmpty {
      canvas.clipping(to: visible) {
        canvas.stroke(hatch, Color.white.withOpacity(0.75), width: 0.6)
      }
    }
  }

  private func hatching(of rect: Rect, for dash: Dash) -> Path {
    var path = Path()
    let step = 3.2
    func slanted(_ sign: Double) {
      // Counted from the page's corner, so that neighbouring bars of one series match.
      let reach = rect.height
      var x = ((rect.minX - 2 * reach) / step).rounded(.down) * step
      while x < rect.maxX {
        path.add(
          Point(x: x, y: rect.midY + sign * reach),
          Point(x: x + 2 * reach, y: rect.midY - sign * reach))
        x += step * 1.3
      }
    }
    func level() {
      var y = rect.maxY - step
      while y > rect.minY {
        path.add(Point(x: rect.minX, y: y), Point(x: rect.maxX, y: y))
        y -= step
      }
    }
    switch dash {
    case .solid: break
    case .dashed: slanted(1)
    case .dashDot: slanted(-1)
    case .longDash: level()
    case .dotted:
      slanted(1)
      slanted(-1)
    case .dashDotDot:
      level()
      slanted(1)
    }
    return path
  }

  // MARK: Legend

  /// The sample beside a legend's text.
  func swatch(_ entry: StyleBook.Entry, in rect: Rect) {
    let style = entry.style
    if entry.hasBars {
      let box = Rect(center: rect.center, width: rect.width * 0.72, height: rect.height)
      paint(box, style, in: box)
      return
    }
    if entry.hasBand {
      canvas.fill(Path(rect), style.color.withOpacity(theme.bandOpacity))
    }
    if entry.hasLine {
      paintLine([Point(x: rect.minX, y: rect.midY), Point(x: rect.maxX, y: rect.midY)], style)
    }
    if entry.hasMarkers { paint(style.marker ?? .circle, at: rect.center, style) }
  }
}
