/// Rows of cells as lines whose columns stand under each other, two spaces apart; control characters are
/// escaped, so that a row is one line whatever its names hold.
///
/// - Parameters:
///   - rows: of equally many cells each.
///   - left: the columns whose cells stand to the left; those of the others stand to the right.
public func alignedLines(_ rows: [[String]], left: Set<Int>) -> [String] {
  let rows = rows.map { row in row.map { legible($0, limit: .max) } }
  let columns = rows.first?.count ?? 0
  let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    row.enumerated().map { column, text in
      let space = String(repeating: " ", count: widths[column] - text.count)
      return left.contains(column) ? text + space : space + text
    }.joined(separator: "  ")
  }
}
