/// A table that can be sorted by each column and filtered by some.
public struct ReportTable: Sendable {
  public struct Column: Sendable {
    public var name: String
    public var isNumeric: Bool
    /// Whether rows can be chosen by the column's values.
    public var isFilter: Bool

    public init(_ name: String, isNumeric: Bool = false, isFilter: Bool = false) {
      self.name = name
      self.isNumeric = isNumeric
      self.isFilter = isFilter
    }
  }

  public struct Cell: Sendable {
    public var text: String
    /// What the cell is sorted by; nil sorts by the text.
    public var value: Double?
    /// Small type behind the text, such as an interval.
    public var detail: String?
    public var isEmphasized: Bool

    public init(
      _ text: String, value: Double? = nil, detail: String? = nil, isEmphasized: Bool = false
    ) {
      self.text = text
      self.value = value
      self.detail = detail
      self.isEmphasized = isEmphasized
    }

    /// A whole number.
    public static func count(_ number: Int) -> Cell { Cell("\(number)", value: Double(number)) }
    /// Nothing.
    public static let missing = Cell("")
  }

  public var caption: String
  public var columns: [Column]
  /// Each with a cell for every column.
  public var rows: [[Cell]]

  public init(caption: String, columns: [Column], rows: [[Cell]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count }, "a row has a cell for each column")
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  func html(_ names: inout Names) -> String {
    let id = names.next("table")
    var lines = [
      "<div class=\"table\">", filters(),
      "<div class=\"scroll rows\" tabindex=\"0\" role=\"region\" aria-labelledby=\"\(id)\">",
      "<table>", "<caption id=\"\(id)\">\(escaped(caption))</caption>", "<thead><tr>",
    ]
    for column in columns {
      let kind = column.isNumeric ? " class=\"number\"" : ""
      lines.append(
        "<th scope=\"col\"\(kind)><button type=\"button\">\(escaped(column.name))</button></th>")
    }
    lines.append("</tr></thead>\n<tbody>")
    for row in rows {
      var line = "<tr>"
      for (cell, column) in zip(row, columns) { line += Self.html(cell, column) }
      lines.append(line + "</tr>")
    }
    lines.append("</tbody>\n</table>\n</div>\n</div>\n")
    return lines.joined(separator: "\n")
  }

  private static func html(_ cell: Cell, _ column: Column) -> String {
    var attributes = column.isNumeric ? " class=\"number\"" : ""
    if let value = cell.value, value.isFinite { attributes += " data-v=\"\(value)\"" }
    let text = escaped(cell.text)
    let detail = cell.detail.map { " <small>\(escaped($0))</small>" } ?? ""
    return "<td\(attributes)>"
      + (cell.isEmphasized ? "<strong>\(text)</strong>" : text) + detail + "</td>"
  }

  /// A choice for each filter column of which there are several values, and a field to search.
  private func filters() -> String {
    var parts: [String] = []
    for (place, column) in columns.enumerated() where column.isFilter {
      var seen: Set<String> = []
      let values = rows.map { $0[place].text }.filter { seen.insert($0).inserted }
      guard values.count > 1 else { continue }
      let options = values.map { "<option value=\"\(escaped($0))\">\(escaped($0))</option>" }
      parts.append(
        "<label>\(escaped(column.name)) <select data-column=\"\(place)\"><option value=\"\">all"
          + "</option>\(options.joined())</select></label>")
    }
    parts.append("<label>find <input type=\"search\" size=\"12\"/></label>")
    let count = "\(rows.count) \(rows.count == 1 ? "row" : "rows")"
    return "<form class=\"filters\">\(parts.joined(separator: "\n"))"
      + "\n<output aria-live=\"polite\">\(count)</output></form>"
  }
}
