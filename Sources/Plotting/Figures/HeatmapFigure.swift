/// One matrix or several under one colour scale: layer × head, depth × length, steps × span.
///
/// Values are printed in the cells where all of them fit.
public struct HeatmapFigure: FigureMaker {
  /// One matrix with its heading.
  public struct Grid: Sendable {
    public var title: String?
    /// Row by row, each as long as there are column names.
    public var rows: [[Double]]

    public init(title: String? = nil, rows: [[Double]]) {
      self.title = title
      self.rows = rows
    }
  }

  public var grids: [Grid]
  public var rowNames: [String]
  public var columnNames: [String]
  public var rowLabel: String
  public var columnLabel: String
  /// What the values are; stands beside the colour bar.
  public var valueLabel: String
  /// The values at the ends of the colours; nil takes the data's of all grids together.
  public var range: ClosedRange<Double>?
  public var colors = ColorMap.sequential
  /// Decimal places of printed values; nil prints none.
  public var printedPlaces: Int? = 2
  /// Whether NaN stands for a cell without a value.
  public var allowsGaps = false
  /// Whether row 0 is at the bottom, as layers are usually shown.
  public var rowsGoUp = false
  /// Panels in a row; nil chooses.
  public var panelColumns: Int?
  public var title: String?
  public var caption: String?

  public init(
    _ grids: [Grid], rows: [String], columns: [String], rowLabel: String, columnLabel: String,
    valueLabel: String, range: ClosedRange<Double>? = nil
  ) {
    self.grids = grids
    rowNames = rows
    columnNames = columns
    self.rowLabel = rowLabel
    self.columnLabel = columnLabel
    self.valueLabel = valueLabel
    self.range = range
  }

  public var figure: Figure {
    // As many rows as needed, filled evenly.
    let most = max(1, min(grids.count, panelColumns ?? 4))
    let rows = max(1, (grids.count + most - 1) / most)
    let perRow = max(1, (grids.count + rows - 1) / rows)
    let panels = grids.enumerated().map { index, grid in
      // A bar inside the grid would push its column apart.
      let isLast = (index + 1).isMultiple(of: perRow)
      return Panel(
        title: grid.title, x: .categories(columnLabel, columnNames), y: rowAxis,
        marks: [.heatmap(heatmap(grid, showsColorBar: isLast))])
    }
    return Figure(
      size: size(perRow: perRow), panels: panels, columns: perRow, title: title, caption: caption,
      sharesX: grids.count > perRow, sharesY: perRow > 1)
  }

  private var rowAxis: Axis {
    var axis = Axis.categories(rowLabel, rowNames)
    axis.isReversed = !rowsGoUp
    return axis
  }

  private func heatmap(_ grid: Grid, showsColorBar: Bool) -> Heatmap {
    let everything = Heatmap(rows: grids.flatMap(\.rows), label: valueLabel, range: range)
    return Heatmap(
      rows: grid.rows, label: valueLabel, range: everything.effectiveRange, colors: colors,
      printedPlaces: printedPlaces, allowsGaps: allowsGaps, showsColorBar: showsColorBar)
  }

  /// As high as the rows need: near to square cells, within what a page can hold.
  private func size(perRow: Int) -> Size {
    let width = perRow > 1 || columnNames.count > 12 ? Size.page.width : Size.column.width
    let cell = min(20, max(3, (width - 90) / Double(perRow) / Double(max(1, columnNames.count))))
    let panelRows = (grids.count + perRow - 1) / perRow
    let panel = min(260, max(70, cell * Double(rowNames.count)))
    return Size(width: width, height: min(640, (panel + 18) * Double(panelRows) + 32))
  }
}
