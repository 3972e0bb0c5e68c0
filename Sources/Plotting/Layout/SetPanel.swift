/// A panel with its texts set in type and, in the end, its place on the page.
struct SetPanel {
  /// Room around the frame, in points.
  struct Margins {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  let panel: Panel
  let xScale: Scale
  let yScale: Scale
  let xAxis: SetAxis
  let yAxis: SetAxis
  let title: TextBlock?
  let letter: TextBlock?
  let colorBar: SetColorBar?
  let margins: Margins
  var frame = Rect(minX: 0, minY: 0, width: 0, height: 0)
  /// The margins of the panel's row and column, which may be wider than its own.
  var sharedMargins = Margins()
  var notes: [PlacedNote] = []
  var obstacles = Obstacles()
  var legend: SetLegend?

  /// Free room between the parts around a frame.
  static let gap = 2.5

  /// Sets a panel for a frame of about the given size.
  init(
    _ panel: Panel, xScale: Scale, yScale: Scale, frameSize: Size, showsXText: Bool,
    showsYText: Bool, letter: String?, canvas: Canvas, theme: Theme
  ) {
    self.panel = panel
    self.xScale = xScale
    self.yScale = yScale
    xAxis = SetAxis(
      panel.x, scale: xScale, length: frameSize.width, isHorizontal: true,
      data: panel.positions(.x), showsText: showsXText, canvas: canvas, theme: theme)
    yAxis = SetAxis(
      panel.y, scale: yScale, length: frameSize.height, isHorizontal: false,
      data: panel.positions(.y), showsText: showsYText, canvas: canvas, theme: theme)
    self.letter = letter.map {
      TextBlock($0, font: Font(size: theme.letterSize, isBold: true), canvas: canvas)
    }
    title = panel.title.flatMap { $0.isEmpty ? nil : $0 }.map {
      TextBlock(
        $0, font: Font(size: theme.panelTitleSize), limit: max(60, frameSize.width),
        breaksWords: true, canvas: canvas)
    }
    colorBar = panel.heatmap.flatMap { heatmap in
      heatmap.showsColorBar
        ? SetColorBar(heatmap, length: frameSize.height, canvas: canvas, theme: theme) : nil
    }
    margins = SetPanel.margins(
      xAxis, yAxis, xScale, yScale, frameSize, title, self.letter, colorBar, theme)
  }

  private static func margins(
    _ x: SetAxis, _ y: SetAxis, _ xScale: Scale, _ yScale: Scale, _ size: Size,
    _ title: TextBlock?, _ letter: TextBlock?, _ colorBar: SetColorBar?, _ theme: Theme
  ) -> Margins {
    var margins = Margins()
    margins.left = theme.tickLength
    if y.widest > 0 { margins.left += gap + y.widest }
    if let title = y.title { margins.left += 2 * gap + title.fullHeight }
    margins.bottom = theme.tickLength
    if x.depth(theme) > 0 { margins.bottom += gap + x.depth(theme) }
    if let title = x.title { margins.bottom += 2 * gap + title.fullHeight }
    margins.right = colorBar?.totalWidth ?? 1
    margins.top = 1

    // Tick labels at the ends of an axis reach beyond the frame.
    for label in x.labels {
      guard let block = label.block else { continue }
      let place = xScale.share(of: label.tick.value) * size.width
      let before = x.isSlanted ? block.width * SetAxis.slant : block.width / 2
      let after = x.isSlanted ? theme.tickSize / 2 : block.width / 2
      margins.left = max(margins.left, before - place)
      margins.right = max(margins.right, place + after - size.width)
    }
    for label in y.labels where label.block != nil {
      let place = yScale.share(of: label.tick.value) * size.height
      let half = theme.tickSize * TextBlock.capHeight / 2
      margins.top = max(margins.top, place + half - size.height)
      margins.bottom = max(margins.bottom, half - place)
    }
    let heading = max(title?.height ?? 0, letter?.height ?? 0)
    if heading > 0 { margins.top = heading + 2 * gap }
    return margins
  }

  var plot: PlotArea { PlotArea(frame: frame, x: xScale, y: yScale) }
}

extension Panel {
  /// The panel's heatmap, when it has one.
  var heatmap: Heatmap? {
    for mark in marks {
      if case .heatmap(let heatmap) = mark.content { return heatmap }
    }
    return nil
  }

  /// The positions of the data along an axis.
  func positions(_ direction: MarkColumn.Direction) -> [Double] {
    marks.flatMap { mark in
      mark.columns.filter { $0.direction == direction }.flatMap(\.values).filter { !$0.isNaN }
    }
  }
}
