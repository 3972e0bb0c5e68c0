/// Where a figure's legend stands.
public enum LegendPosition: Sendable, Equatable {
  /// In a corner of a panel that is clear of its data, or else outside.
  case automatic
  /// To the right of the panels.
  case right
  /// Below the panels.
  case below
  /// No legend.
  case none
}

/// A legend set in type: entries in columns, with a size, before it has a place.
struct SetLegend {
  var entries: [StyleBook.Entry]
  var blocks: [TextBlock]
  var columns: Int
  var columnWidths: [Double]
  var rowHeight: Double
  var isFramed: Bool
  var origin = Point(x: 0, y: 0)

  static let swatchWidth = 18.0
  static let swatchGap = 4.0
  static let columnGap = 10.0
  static let border = 3.5

  /// - Parameter limit: the greatest width of an entry; longer names are broken into lines.
  init(
    _ entries: [StyleBook.Entry], columns: Int, isFramed: Bool, limit: Double, canvas: Canvas,
    theme: Theme
  ) {
    self.entries = entries
    self.isFramed = isFramed
    blocks = entries.map {
      TextBlock(
        $0.name, font: Font(size: theme.legendSize),
        limit: limit - SetLegend.swatchWidth - SetLegend.swatchGap - 2 * SetLegend.border,
        breaksWords: true, canvas: canvas)
    }
    let lines = Double(blocks.map(\.lineCount).max() ?? 1)
    rowHeight = theme.legendSize * (1.5 + TextBlock.leading * (lines - 1))
    // Columns are filled one after the other, so an evenly filled last column may drop out.
    let rows = (entries.count + columns - 1) / max(1, columns)
    self.columns = rows == 0 ? 0 : (entries.count + rows - 1) / rows
    columnWidths = (0..<self.columns).map { [blocks] column in
      let texts = blocks.enumerated().filter { $0.offset / rows == column }.map(\.element.width)
      return SetLegend.swatchWidth + SetLegend.swatchGap + (texts.max() ?? 0)
    }
  }

  var rows: Int { columns == 0 ? 0 : (entries.count + columns - 1) / columns }

  var width: Double {
    columnWidths.reduce(0, +) + SetLegend.columnGap * Double(max(0, columns - 1))
      + 2 * SetLegend.border
  }

  var height: Double { Double(rows) * rowHeight + 2 * SetLegend.border - rowHeight * 0.2 }

  var bounds: Rect { Rect(minX: origin.x, minY: origin.y, width: width, height: height) }

  /// Places in a frame as shares of the free room: the corners, then the edges, then the inside.
  private static let places: [Point] = {
    let shares = [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]
    let corners = [(1.0, 0.0), (0, 1), (1, 1), (0, 0)].map { Point(x: $0, y: $1) }
    let edges = shares.flatMap { share in
      [(1, share), (0, share), (share, 0), (share, 1)].map { Point(x: $0, y: $1) }
    }
    let inside = shares.flatMap { y in shares.map { Point(x: $0, y: y) } }
    return corners + edges + inside
  }()

  /// The legend at the place in a frame that covers least; nil when it is too large for the frame.
  func placed(in frame: Rect, around obstacles: Obstacles) -> SetLegend? {
    let inside = frame.inset(by: 4)
    guard width <= inside.width * 0.75, height <= inside.height * 0.75 else { return nil }
    var best: (SetLegend, Obstacles.Cost)?
    for (rank, place) in SetLegend.places.enumerated() {
      var legend = self
      legend.origin = Point(
        x: inside.minX + place.x * (inside.width - width),
        y: inside.minY + place.y * (inside.height - height))
      var cost = obstacles.cost(of: legend.bounds.inset(by: -2))
      // A reader looks for a legend in a corner, then at an edge.
      cost.lines += rank < 4 ? Double(rank) : 8 + Double(rank) * 0.1
      if best.map({ cost < $0.1 }) ?? true { best = (legend, cost) }
    }
    return best?.0
  }

  func draw(on canvas: Canvas, theme: Theme) {
    if isFramed { canvas.fill(Path(bounds, cornerRadius: 2), Color.white.withOpacity(0.85)) }
    var x = origin.x + SetLegend.border
    for column in 0..<columns {
      for row in 0..<rows {
        let index = column * rows + row
        guard index < entries.count else { break }
        let middle = origin.y + SetLegend.border + (Double(row) + 0.4) * rowHeight
        let swatch = Rect(
          minX: x, minY: middle - theme.legendSize * 0.48, width: SetLegend.swatchWidth,
          height: theme.legendSize * 0.96)
        MarkPainter(canvas: canvas, theme: theme).swatch(entries[index], in: swatch)
        blocks[index].draw(
          on: canvas, at: Point(x: swatch.maxX + SetLegend.swatchGap, y: middle),
          vertical: .middle, color: theme.ink)
      }
      x += columnWidths[column] + SetLegend.columnGap
    }
  }
}
