/// Curves over context length, or over another quantity, in a panel or several.
public struct LengthPanels: FigureMaker {
  /// One panel.
  public struct Part: Sendable {
    public var title: String?
    public var series: [LengthSeries]
    public var y: Axis
    public var references: [Reference]

    public init(
      title: String? = nil, series: [LengthSeries], y: Axis, references: [Reference] = []
    ) {
      self.title = title
      self.series = series
      self.y = y
      self.references = references
    }
  }

  public var parts: [Part]
  /// What the series' lengths are.
  public var x = Axis.contextLength
  /// The longest context seen in training, in tokens.
  public var trainingLength: Double?
  /// Panels of a row have one y range.
  public var sharesY = false
  /// Panels in a row; nil chooses.
  public var columns: Int?
  public var title: String?
  public var caption: String?

  public init(
    _ parts: [Part], trainingLength: Double? = nil, title: String? = nil, caption: String? = nil
  ) {
    self.parts = parts
    self.trainingLength = trainingLength
    self.title = title
    self.caption = caption
  }

  public var figure: Figure {
    let panels = parts.map { part in
      Panel(
        title: parts.count > 1 ? part.title : nil, x: x, y: part.y,
        marks: part.series.flatMap(\.marks),
        references: part.references + Reference.training(length: trainingLength))
    }
    // Many methods need the width that their legend takes beside the data.
    let isWide = parts.count > 1 || (parts.first?.series.count ?? 0) > 6
    let rows = columns.map { (parts.count + $0 - 1) / max(1, $0) } ?? (parts.count + 2) / 3
    let size =
      parts.count > 1
      ? Size(width: Size.page.width, height: Size.page.height * Double(rows))
      : isWide ? Size.inches(5.5, 3) : .column
    return Figure(
      size: size, panels: panels, columns: columns,
      title: title ?? (parts.count == 1 ? parts[0].title : nil),
      caption: caption, sharesX: rows > 1, sharesY: sharesY)
  }
}
