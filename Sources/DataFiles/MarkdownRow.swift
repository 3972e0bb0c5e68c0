/// A row of a Markdown table whose cells may hold whatever data brings: control characters are escaped, and
/// a bar does not end its cell.
public func markdownRow(_ cells: [String]) -> String {
  let texts = cells.map { legible($0, limit: .max).replacing("|", with: "\\|") }
  return "| \(texts.joined(separator: " | ")) |"
}
