/// A table that a command prints, as aligned text or as Markdown.
///
/// Control characters in cells are escaped, so that a row is one line whatever its names hold.
public struct TextTable: Sendable, Equatable {
  /// A column: its heading, and where its cells stand.
  public struct Column: Sendable, Equatable {
    let name: String
    let isLeft: Bool
    let width: Int

    /// A column whose cells stand to the left.
    ///
    /// - Parameter width: in characters, at least.
    public static func left(_ name: String, width: Int = 0) -> Column {
      Column(name: name, isLeft: true, width: width)
    }

    /// A column whose cells stand to the right.
    ///
    /// - Parameter width: in characters, at least.
    public static func right(_ name: String, width: Int = 0) -> Column {
      Column(name: name, isLeft: false, width: width)
    }
  }

  /// A line above the columns.
  public var title: String?
  /// The columns, from left to right.
  public var columns: [Column]
  /// Rows of one cell for each column.
  public var rows: [[String]]
  /// Lines below the rows.
  public var notes: [String]

  /// A table of cells.
  public init(
    _ title: String? = nil, columns: [Column], rows: [[String]] = [], notes: [String] = []
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  /// A list of names and what stands behind each, without headings.
  ///
  /// - Parameter width: of the names in characters, at least.
  public init(_ title: String? = nil, pairs: [(name: String, text: String)], width: Int = 0) {
    self.init(
      title, columns: [.left("", width: width), .left("")], rows: pairs.map { [$0.name, $0.text] })
  }

  /// A table whose first columns stand to the left and whose others stand to the right.
  public init(
    _ title: String? = nil, names: [String], left: Int = 1, rows: [[String]], notes: [String] = []
  ) {
    let columns = names.enumerated().map { $0 < left ? Column.left($1) : .right($1) }
    self.init(title, columns: columns, rows: rows, notes: notes)
  }

  /// The table with columns under each other; headings only where there are any.
  ///
  /// - Parameters:
  ///   - separator: what stands between two columns.
  ///   - indent: what stands before each row.
  public func lines(separator: String = "  ", indent: String = "") -> [String] {
    let isHeaded = columns.contains { !$0.name.isEmpty }
    let all = ((isHeaded ? [columns.map(\.name)] : []) + rows).map { row in
      row.map { legible($0, limit: .max) }
    }
    let widths = columns.indices.map { column in
      all.reduce(columns[column].width) { max($0, $1[column].count) }
    }
    return (title.map { [$0] } ?? [])
      + all.map { row in
        var line = indent
        for (column, text) in row.enumerated() {
          let isLast = column == row.count - 1
          if isLast && text.isEmpty && columns[column].isLeft { break }
          if column > 0 { line += separator }
          let space = String(repeating: " ", count: widths[column] - text.count)
          line += columns[column].isLeft ? text + (isLast ? "" : space) : space + text
        }
        // An empty end leaves no spaces behind what stands before it.
        return String(line.reversed().drop { $0 == " " }.reversed())
      } + notes
  }

  /// The table in Markdown, title and notes as paragraphs of their own.
  public var markdown: [String] {
    let rule = columns.map { $0.isLeft ? "---" : "---:" }
    return (title.map { [$0, ""] } ?? [])
      + ([columns.map(\.name), rule] + rows).map(markdownRow)
      + notes.flatMap { ["", $0] }
  }
}
