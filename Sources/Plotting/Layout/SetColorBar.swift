/// The scale beside a heatmap: its ticks and title, measured for a length in points.
struct SetColorBar {
  let heatmap: Heatmap
  let scale: Scale
  let axis: SetAxis

  static let gap = 6.0
  static let barWidth = 6.5

  init(_ heatmap: Heatmap, length: Double, canvas: Canvas, theme: Theme) {
    self.heatmap = heatmap
    scale = Scale(.linear, domain: heatmap.effectiveRange)
    axis = SetAxis(
      .linear(heatmap.label), scale: scale, length: length, isHorizontal: false, data: [],
      showsText: true, canvas: canvas, theme: theme)
  }

  /// From the panel's frame to the far end of the title, in points.
  var totalWidth: Double {
    let title = axis.title.map { 2 * SetPanel.gap + $0.fullHeight } ?? 0
    return SetColorBar.gap + SetColorBar.barWidth + 2 + SetPanel.gap + axis.widest + title
  }

  /// The bar beside a frame.
  func bar(beside frame: Rect) -> Rect {
    Rect(
      minX: frame.maxX + SetColorBar.gap, minY: frame.minY, width: SetColorBar.barWidth,
      height: frame.height)
  }

  func draw(on canvas: Canvas, beside frame: Rect, theme: Theme) {
    let bar = bar(beside: frame)
    let steps = 128
    let step = bar.height / Double(steps)
    for index in 0..<steps {
      // Each strip reaches under the next, so that no gap shows between them.
      let top = bar.maxY - Double(index + 1) * step
      let strip = Rect(
        minX: bar.minX, minY: top, width: bar.width, height: min(2 * step, bar.maxY - top))
      canvas.fill(Path(strip), heatmap.colors.color(at: (Double(index) + 0.5) / Double(steps)))
    }
    canvas.stroke(Path(bar), theme.axisColor, width: theme.gridWidth)

    for label in axis.labels {
      guard let block = label.block else { continue }
      let y = bar.maxY - scale.share(of: label.tick.value) * bar.height
      canvas.stroke(
        Path(polyline: [Point(x: bar.maxX, y: y), Point(x: bar.maxX + 2, y: y)]),
        theme.axisColor, width: theme.axisWidth)
      block.draw(
        on: canvas, at: Point(x: bar.maxX + 2 + SetPanel.gap, y: y), vertical: .middle,
        color: theme.ink)
    }
    axis.title?.draw(
      on: canvas, at: Point(x: frame.maxX + totalWidth, y: bar.midY), horizontal: .center,
      vertical: .bottom, angle: -.pi / 2, color: theme.ink)
  }
}
