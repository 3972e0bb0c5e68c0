/// A figure with everything in its place, ready to be painted.
struct SetFigure {
  struct Text {
    var block: TextBlock
    var point: Point
  }

  var size: Size
  var title: Text?
  var caption: Text?
  var panels: [SetPanel]
  /// A legend outside the panels.
  var legend: SetLegend?
  var styles: StyleBook
}

/// Finds the place of everything: margins from measured texts, frames from what remains, legends
/// clear of the data.
struct FigureSetter {
  let figure: Figure
  let canvas: Canvas
  private let styles: StyleBook
  private let columns: Int

  private var theme: Theme { figure.theme }
  private var rows: Int { (figure.panels.count + columns - 1) / columns }

  init(figure: Figure, canvas: Canvas) {
    self.figure = figure
    self.canvas = canvas
    styles = StyleBook(figure.panels, figure.styles)
    let count = figure.panels.count
    let rows = (count + 2) / 3
    columns = min(count, max(1, figure.columns ?? (count + rows - 1) / rows))
  }

  func set() throws(PlottingError) -> SetFigure {
    let width = figure.size.width - 2 * theme.margin
    var set = SetFigure(size: figure.size, panels: [], styles: styles)
    var y = theme.margin
    if let title = figure.title, !title.isEmpty {
      let font = Font(size: theme.titleSize, isBold: true)
      let block = TextBlock(
        title, font: font, limit: width, breaksWords: true, canvas: canvas)
      set.title = .init(block: block, point: Point(x: theme.margin, y: y))
      y += block.fullHeight + 4
    }
    let page = Rect(
      minX: theme.margin, minY: y, width: width, height: figure.size.height - 2 * theme.margin)
    set.panels = try panels(in: page)
    y = page.maxY

    let isWanted = !styles.entries.isEmpty && figure.legend != .none
    if isWanted, figure.legend != .automatic || !placeInside(&set.panels) {
      let outside = outsideLegend(page)
      if outside.isRight {
        var room = page
        room.width -= outside.legend.width + 2
        set.panels = try panels(in: room)
      }
      set.legend = align(outside, in: page, with: set.panels)
      if let legend = set.legend { y = max(y, legend.bounds.maxY) }
    }
    if let caption = figure.caption, !caption.isEmpty {
      let font = Font(size: theme.captionSize)
      let block = TextBlock(
        caption, font: font, limit: width, breaksWords: true, canvas: canvas)
      y += 5
      set.caption = .init(block: block, point: Point(x: theme.margin, y: y))
      y += block.fullHeight
    }
    set.size.height = (y + theme.margin).rounded(.up)
    return set
  }

  // MARK: Panels

  /// All panels in a grid; texts and frames depend on each other, so they are settled in rounds.
  private func panels(in page: Rect) throws(PlottingError) -> [SetPanel] {
    let gaps = Size(width: 10, height: 8)
    var frame = Size(
      width: max(30, page.width / Double(columns) - 40),
      height: max(24, page.height / Double(rows) - 34))
    var panels: [SetPanel] = []
    for _ in 0..<3 {
      panels = try figure.panels.indices.map { index throws(PlottingError) in
        try panel(index, frame: frame)
      }
      let margins = gridMargins(panels)
      let taken = margins.columns.reduce(0) { $0 + $1.left + $1.right }
      let stacked = margins.rows.reduce(0) { $0 + $1.top + $1.bottom }
      frame.width = (page.width - taken - gaps.width * Double(columns - 1)) / Double(columns)
      frame.height = (page.height - stacked - gaps.height * Double(rows - 1)) / Double(rows)
      guard frame.width >= 24, frame.height >= 20 else { throw .noRoom }
      place(&panels, margins, frame: frame, gaps: gaps, from: Point(x: page.minX, y: page.minY))
    }
    for index in panels.indices {
      let plot = panels[index].plot
      let obstacles = panels[index].panel.obstacles(in: plot, styles: styles, theme: theme)
      var placer = NotePlacer(plot: plot, obstacles: obstacles, canvas: canvas, theme: theme)
      placer.place(panels[index].panel, styles: styles)
      panels[index].notes = placer.notes
      panels[index].obstacles = placer.obstacles
    }
    return panels
  }

  private func panel(_ index: Int, frame: Size) throws(PlottingError) -> SetPanel {
    let panel = figure.panels[index]
    let beside = figure.sharesY ? partners(of: index, .y) { $0 / columns == index / columns } : []
    let above = figure.sharesX ? partners(of: index, .x) { $0 % columns == index % columns } : []
    guard let x = panel.scale(.x, with: above.map { figure.panels[$0] }),
      let y = panel.scale(.y, with: beside.map { figure.panels[$0] })
    else { throw .emptyPanel(number: index + 1) }
    let isLettered = figure.showsLetters ?? (figure.panels.count > 1)
    return SetPanel(
      panel, xScale: x, yScale: y, frameSize: frame, showsXText: !above.contains { $0 > index },
      showsYText: !beside.contains { $0 < index },
      letter: isLettered ? FigureSetter.letter(index) : nil, canvas: canvas, theme: theme)
  }

  /// The other panels that share the scale of a panel in its row or column.
  private func partners(
    of index: Int, _ direction: MarkColumn.Direction, _ belongs: (Int) -> Bool
  ) -> [Int] {
    let axis = figure.panels[index].axis(direction)
    return figure.panels.indices.filter {
      $0 != index && belongs($0)
        && figure.panels[$0].axis(direction).canShareScale(with: axis)
    }
  }

  /// a … z, then aa, ab …
  static func letter(_ index: Int) -> String {
    let last = String(UnicodeScalar(UInt8(97 + index % 26)))
    return index < 26 ? last : letter(index / 26 - 1) + last
  }

  private struct GridMargins {
    var columns: [SetPanel.Margins]
    var rows: [SetPanel.Margins]
  }

  private func gridMargins(_ panels: [SetPanel]) -> GridMargins {
    func largest(_ members: [SetPanel]) -> SetPanel.Margins {
      SetPanel.Margins(
        left: members.map(\.margins.left).max() ?? 0,
        right: members.map(\.margins.right).max() ?? 0,
        top: members.map(\.margins.top).max() ?? 0,
        bottom: members.map(\.margins.bottom).max() ?? 0)
    }
    func members(_ belongs: (Int) -> Bool) -> [SetPanel] {
      panels.indices.filter(belongs).map { panels[$0] }
    }
    return GridMargins(
      columns: (0..<columns).map { column in largest(members { $0 % columns == column }) },
      rows: (0..<rows).map { row in largest(members { $0 / columns == row }) })
  }

  private func place(
    _ panels: inout [SetPanel], _ margins: GridMargins, frame: Size, gaps: Size, from corner: Point
  ) {
    var y = corner.y
    for row in 0..<rows {
      var x = corner.x
      y += margins.rows[row].top
      for column in 0..<columns {
        let index = row * columns + column
        guard index < panels.count else { break }
        x += margins.columns[column].left
        panels[index].frame = Rect(minX: x, minY: y, width: frame.width, height: frame.height)
        panels[index].sharedMargins = SetPanel.Margins(
          left: margins.columns[column].left, right: margins.columns[column].right,
          top: margins.rows[row].top, bottom: margins.rows[row].bottom)
        x += frame.width + margins.columns[column].right + gaps.width
      }
      y += frame.height + margins.rows[row].bottom + gaps.height
    }
  }

  // MARK: Legends

  /// Puts legends into panels where they cover no data; false when there is no such place.
  ///
  /// One legend serves all panels when one of them shows every series; else each panel has its own.
  private func placeInside(_ panels: inout [SetPanel]) -> Bool {
    let own = panels.map { panel in
      let names = Set(panel.panel.marks.filter(\.showsInLegend).map(\.name))
      return styles.entries.filter { names.contains($0.name) }
    }
    if own.contains(where: { $0.count == styles.entries.count }) {
      for index in panels.indices {
        if let legend = clearLegend(styles.entries, in: panels[index]) {
          panels[index].legend = legend
          return true
        }
      }
      return false
    }
    var legends: [SetLegend?] = []
    for (panel, entries) in zip(panels, own) {
      let legend = entries.isEmpty ? nil : clearLegend(entries, in: panel)
      if legend == nil && !entries.isEmpty { return false }
      legends.append(legend)
    }
    for (index, legend) in legends.enumerated() { panels[index].legend = legend }
    return true
  }

  /// A legend in one column, or in two or more where that is what fits, that covers no data and no
  /// reference line.
  private func clearLegend(_ entries: [StyleBook.Entry], in panel: SetPanel) -> SetLegend? {
    for columns in 1...max(1, min(entries.count, 3)) {
      let legend = SetLegend(
        entries, columns: columns, isFramed: true, limit: panel.frame.width, canvas: canvas,
        theme: theme)
      if let placed = legend.placed(in: panel.frame, around: panel.obstacles),
        panel.obstacles.cost(of: placed.bounds.inset(by: -2)) == Obstacles.Cost()
      {
        return placed
      }
    }
    return nil
  }

  private struct OutsideLegend {
    var legend: SetLegend
    var isRight: Bool
  }

  /// A legend on the right, unless it would take more than a third of the width there; else below.
  private func outsideLegend(_ page: Rect) -> OutsideLegend {
    var legend = SetLegend(
      styles.entries, columns: 1, isFramed: false, limit: page.width, canvas: canvas, theme: theme)
    let fitsRight = legend.width < 0.34 * page.width && legend.height < page.height
    if figure.legend == .right || (figure.legend == .automatic && fitsRight) {
      return OutsideLegend(legend: legend, isRight: true)
    }
    for columns in stride(from: styles.entries.count, through: 1, by: -1) {
      legend = SetLegend(
        styles.entries, columns: columns, isFramed: false, limit: page.width, canvas: canvas,
        theme: theme)
      if legend.width <= page.width { break }
    }
    return OutsideLegend(legend: legend, isRight: false)
  }

  private func align(_ outside: OutsideLegend, in page: Rect, with panels: [SetPanel]) -> SetLegend
  {
    var legend = outside.legend
    if outside.isRight {
      legend.origin = Point(x: page.maxX - legend.width, y: panels[0].frame.minY)
      return legend
    }
    let left = panels.map(\.frame.minX).min() ?? page.minX
    let right = panels.map(\.frame.maxX).max() ?? page.maxX
    let middle = (left + right - legend.width) / 2
    legend.origin = Point(
      x: max(page.minX, min(page.maxX - legend.width, middle)), y: page.maxY + 2)
    return legend
  }
}
