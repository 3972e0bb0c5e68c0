import DataFiles
import Foundation

/// `Results/README.md`: what it says of each output, and the commands that make one of each.
struct OutputDocument {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A column or a member.
  struct Entry {
    /// As it is written; a star stands for whatever varies.
    var name: String
    /// Without the mark of what may be missing.
    var type: String
    var isOptional: Bool
  }

  /// The tables, by the path of the output under `out/outputs` or by their heading.
  private(set) var tables: [String: [Entry]] = [:]
  let notebook: Notebook

  init() throws {
    let url = Self.root.appendingPathComponent("Results/README.md")
    notebook = Notebook(url: url)
    var heading = ""
    for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") {
      if line.hasPrefix("#") {
        heading =
          line.drop { "# `".contains($0) }.split(separator: "`").first.map(String.init) ?? ""
      }
      guard line.hasPrefix("| `") || line.hasPrefix("| *provenance*") else { continue }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      tables[heading, default: []].append(
        Entry(
          name: cells[0].replacing("`", with: ""), type: cells[1].replacing("?", with: ""),
          isOptional: cells[1].hasSuffix("?")))
    }
  }

  /// The entries of an output, with those of every provenance where it says so.
  func entries(_ path: String) -> [Entry] {
    (tables[path] ?? []).flatMap { entry in
      entry.name == "*provenance*" ? tables["Provenance"] ?? [] : [entry]
    }
  }
}

extension OutputDocument.Entry {
  /// Whether this is the entry of a name.
  func covers(_ name: String) -> Bool {
    let parts = self.name.components(separatedBy: "*")
    guard parts.count > 1 else { return name == self.name }
    return name.hasPrefix(parts[0]) && name.hasSuffix(parts[parts.count - 1])
      && name.count >= parts[0].count + parts[parts.count - 1].count
      && (parts.count < 3 || name.contains(parts[1]))
  }

  /// Whether a field of a table is of the type.
  func fits(_ field: String) -> Bool {
    if field.isEmpty { return isOptional || type == "text" }
    switch type {
    case "int": return Int(field) != nil
    case "float": return Double(field)?.isFinite == true
    case "flag": return field == "0" || field == "1"
    case "text": return true
    default: return false
    }
  }

  /// Whether a value is of the type.
  func fits(_ value: JSONValue) -> Bool {
    if value.isNull { return isOptional }
    if type.hasPrefix("list of ") {
      var element = self
      element.type = String(type.dropFirst("list of ".count))
      return value.elements?.allSatisfy { element.fits($0) } == true
    }
    switch type {
    case "int": return value.int != nil || value.uint64 != nil
    case "float": return value.double != nil
    case "flag": return value.bool != nil
    case "text": return value.string != nil
    case "list": return value.elements != nil
    case "any": return true
    default: return false
    }
  }
}
