/// Paints a figure whose parts all have their places.
struct FigurePainter {
  let canvas: Canvas
  let theme: Theme

  /// The markers of more points than this in a panel are an image in an SVG.
  static let mostPaths = 2000

  func paint(_ set: SetFigure) {
    // A transparent page would be unreadable on the dark pages of some viewers.
    canvas.cover(with: .white)
    for panel in set.panels { paint(panel, styles: set.styles) }
    set.legend?.draw(on: canvas, theme: theme)
    if let title = set.title {
      title.block.draw(on: canvas, at: title.point, vertical: .top, color: theme.ink)
    }
    if let caption = set.caption {
      caption.block.draw(on: canvas, at: caption.point, vertical: .top, color: theme.quietInk)
    }
  }

  private func paint(_ set: SetPanel, styles: StyleBook) {
    let plot = set.plot
    let painter = MarkPainter(canvas: canvas, theme: theme)
    let isHeatmap = set.panel.heatmap != nil
    let nudges = Nudges(set.panel, in: plot, styles: styles, theme: theme)

    paintRegions(set, plot)
    if !isHeatmap { paintGrid(set, plot) }
    func paintMarks(_ layer: MarkPainter.Layer) {
      for index in set.panel.marks.indices {
        let style = styles.style(of: set.panel.marks[index])
        painter.paint(
          index, of: set.panel, in: plot, style: style, layer: layer, nudges: nudges)
      }
    }
    paintMarks(.ground)
    paintReferenceLines(set, plot)
    paintMarks(.line)
    if set.panel.scatteredPoints > FigurePainter.mostPaths {
      // Room for the halves of markers that lie on the frame.
      canvas.asImage(in: plot.frame.inset(by: -theme.markerSize)) { paintMarks(.top) }
    } else {
      paintMarks(.top)
    }
    paintAxes(set, plot, isFramed: isHeatmap)
    paintTexts(set, plot)
    set.colorBar?.draw(on: canvas, beside: plot.frame, theme: theme)
    for note in set.notes { paint(note) }
    set.legend?.draw(on: canvas, theme: theme)
  }

  private func paintRegions(_ set: SetPanel, _ plot: PlotArea) {
    for reference in set.panel.references {
      guard let region = reference.region(in: plot) else { continue }
      let color = reference.color.map { $0.withOpacity(0.22) } ?? theme.shadeColor
      canvas.fill(Path(region), color)
    }
  }

  private func paintReferenceLines(_ set: SetPanel, _ plot: PlotArea) {
    for reference in set.panel.references {
      guard let (start, end) = reference.line(in: plot) else { continue }
      canvas.stroke(
        Path(polyline: [start, end]), reference.color ?? theme.quietInk,
        width: theme.thinLineWidth, dash: reference.dash.pattern(width: theme.thinLineWidth))
    }
  }

  private func paintGrid(_ set: SetPanel, _ plot: PlotArea) {
    var path = Path()
    let frame = plot.frame
    if set.panel.y.showsGrid ?? true {
      for label in set.yAxis.labels where label.tick.label != nil {
        let y = plot.y(label.tick.value)
        path.add(Point(x: frame.minX, y: y), Point(x: frame.maxX, y: y))
      }
    }
    if set.panel.x.showsGrid ?? false {
      for label in set.xAxis.labels where label.tick.label != nil {
        let x = plot.x(label.tick.value)
        path.add(Point(x: x, y: frame.minY), Point(x: x, y: frame.maxY))
      }
    }
    canvas.stroke(path, theme.gridColor, width: theme.gridWidth)
  }

  private func paintAxes(_ set: SetPanel, _ plot: PlotArea, isFramed: Bool) {
    let frame = plot.frame
    var path = Path()
    if isFramed {
      path = Path(frame)
    } else {
      path.add(polyline: [
        Point(x: frame.minX, y: frame.minY), Point(x: frame.minX, y: frame.maxY),
        Point(x: frame.maxX, y: frame.maxY),
      ])
    }
    func length(_ tick: Tick) -> Double {
      tick.label == nil ? theme.minorTickLength : theme.tickLength
    }
    let hasNames = (x: set.panel.x.categories != nil, y: set.panel.y.categories != nil)
    for label in set.xAxis.labels where !(hasNames.x && (label.tick.label == nil || !isFramed)) {
      let x = plot.x(label.tick.value)
      path.add(Point(x: x, y: frame.maxY), Point(x: x, y: frame.maxY + length(label.tick)))
    }
    for label in set.yAxis.labels where !(hasNames.y && label.tick.label == nil) {
      let y = plot.y(label.tick.value)
      path.add(Point(x: frame.minX, y: y), Point(x: frame.minX - length(label.tick), y: y))
    }
    if set.panel.marks.contains(where: \.growsFromZero), plot.baseline < frame.maxY {
      path.add(Point(x: frame.minX, y: plot.baseline), Point(x: frame.maxX, y: plot.baseline))
    }
    canvas.stroke(path, theme.axisColor, width: theme.axisWidth)
  }

  private func paintTexts(_ set: SetPanel, _ plot: PlotArea) {
    let frame = plot.frame
    let gap = SetPanel.gap
    let below = frame.maxY + theme.tickLength + gap
    for label in set.xAxis.labels {
      guard let block = label.block else { continue }
      let x = plot.x(label.tick.value)
      if set.xAxis.isSlanted {
        block.draw(
          on: canvas, at: Point(x: x + theme.tickSize * 0.35, y: below),
          horizontal: .right, vertical: .middle, angle: -.pi / 4, color: theme.ink)
      } else {
        block.draw(
          on: canvas, at: Point(x: x, y: below), horizontal: .center, vertical: .top,
          color: theme.ink)
      }
    }
    let beside = frame.minX - theme.tickLength - gap
    for label in set.yAxis.labels {
      label.block?.draw(
        on: canvas, at: Point(x: beside, y: plot.y(label.tick.value)), horizontal: .right,
        vertical: .middle, color: theme.ink)
    }
    let margins = set.sharedMargins
    if let title = set.xAxis.title {
      title.draw(
        on: canvas, at: Point(x: frame.midX, y: frame.maxY + margins.bottom), horizontal: .center,
        vertical: .bottom, color: theme.ink)
    }
    if let title = set.yAxis.title {
      // Turned to read upward: the block's top is on the left.
      title.draw(
        on: canvas, at: Point(x: frame.minX - margins.left, y: frame.midY), horizontal: .center,
        vertical: .top, angle: -.pi / 2, color: theme.ink)
    }
    let heading = frame.minY - 2 * gap
    var x = frame.minX
    if let letter = set.letter {
      letter.draw(
        on: canvas, at: Point(x: frame.minX - margins.left, y: heading), color: theme.ink)
      x = frame.minX - margins.left + letter.width + 5
    }
    set.title?.draw(on: canvas, at: Point(x: x, y: heading), color: theme.ink)
  }

  private func paint(_ note: PlacedNote) {
    if note.coversData {
      canvas.fill(Path(note.bounds.inset(by: -1), cornerRadius: 1.5), Color.white.withOpacity(0.75))
    }
    note.block.draw(
      on: canvas, at: note.point, vertical: .top, angle: note.angle, color: note.color)
  }
}
