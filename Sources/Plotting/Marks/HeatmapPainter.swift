/// Draws the cells of a heatmap and, where all of them fit, their values.
struct HeatmapPainter {
  let canvas: Canvas
  let theme: Theme

  /// Smaller print than this is not read.
  private static let leastFontSize = 4.5

  func paint(_ heatmap: Heatmap, in plot: PlotArea) {
    let range = heatmap.effectiveRange
    let span = range.upperBound - range.lowerBound
    let columns = heatmap.rows.first?.count ?? 0
    let cell = Size(
      width: plot.frame.width / Double(max(1, columns)),
      height: plot.frame.height / Double(max(1, heatmap.rows.count)))
    // White lines between large cells; small ones overlap, so that no seam shows between them.
    let seam = min(cell.width, cell.height) >= 7 ? -0.35 : 0.25
    let size = fontSize(heatmap, cell)

    canvas.clipping(to: plot.frame) {
      for (row, values) in heatmap.rows.enumerated() {
        for (column, value) in values.enumerated() {
          let center = plot.point(Double(column), Double(row))
          let rect = Rect(center: center, width: cell.width, height: cell.height)
            .inset(by: -seam)
          if value.isNaN {
            paintGap(rect)
            continue
          }
          let color = heatmap.colors.color(at: (value - range.lowerBound) / span)
          canvas.fill(Path(rect), color)
          guard let size, let places = heatmap.printedPlaces else { continue }
          TextBlock(
            Numerals.decimal(value, places: places), font: Font(size: size), canvas: canvas
          ).draw(
            on: canvas, at: center, horizontal: .center, vertical: .middle,
            color: color.lightness > 0.62 ? theme.ink : .white)
        }
      }
    }
  }

  private func paintGap(_ rect: Rect) {
    canvas.fill(Path(rect), theme.shadeColor)
    canvas.stroke(
      Path(polyline: [rect.corners[3], rect.corners[1]]), Color(hex: 0xBDBDBD), width: 0.5)
  }

  /// The size at which every value fits its cell; nil when that would be too small.
  private func fontSize(_ heatmap: Heatmap, _ cell: Size) -> Double? {
    guard let places = heatmap.printedPlaces else { return nil }
    let font = Font(size: theme.tickSize)
    var widest = 0.0
    for value in heatmap.rows.joined() where !value.isNaN {
      widest = max(widest, canvas.advance(of: Numerals.decimal(value, places: places), in: font))
    }
    guard widest > 0 else { return nil }
    let byWidth = font.size * (cell.width - 3) / widest
    let byHeight = (cell.height - 3) / TextBlock.capHeight
    let size = min(font.size, byWidth, byHeight)
    return size >= HeatmapPainter.leastFontSize ? size : nil
  }
}
