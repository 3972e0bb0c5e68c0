import Foundation

/// What stands in a folder, without what measures time or memory.
struct Contents: Equatable {
  var files: [String: [String]] = [:]

  /// Reads a folder; one that is not there is empty.
  init(_ folder: String, sorting logs: Set<String>) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names {
      let path = "\(folder)/\(name)"
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      let lines = Self.timeless(name, data)
      files[name] = logs.contains(name) ? lines.sorted() : lines
    }
  }

  /// The names in which two folders differ, and how.
  func differences(from other: Contents) -> [String] {
    Set(files.keys).union(other.files.keys).sorted().compactMap { name in
      switch (files[name], other.files[name]) {
      case (nil, _): "\(name) is missing"
      case (_, nil): "\(name) is left behind"
      case (let here, let there): here == there ? nil : "\(name) differs"
      }
    }
  }

  /// The lines of a file without times; a file that is no text is one line.
  private static func timeless(_ name: String, _ data: Data) -> [String] {
    let isText = ["csv", "json", "jsonl", "md", "json5", "svg"].contains {
      name.hasSuffix(".\($0)")
    }
    guard isText else { return [data.base64EncodedString()] }
    let lines = String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    if name.hasSuffix(".jsonl") { return lines.map { cut($0, before: ",\"seconds\":") } }
    if name.hasSuffix(".json") {
      return lines.filter { !$0.contains("\"seconds") && !$0.contains("\"started\"") }
    }
    guard name.hasSuffix(".csv"), let header = lines.first?.split(separator: ",") else {
      return lines
    }
    let kept = header.indices.filter { !isMeasured(header[$0]) }
    return lines.map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return cells.count == header.count ? kept.map { cells[$0] }.joined(separator: ",") : line
    }
  }

  /// Whether a column holds times or memory, or is predicted from rates that were measured.
  private static func isMeasured(_ column: Substring) -> Bool {
    column.hasPrefix("seconds") || column.hasSuffix("_seconds") || column.hasPrefix("peak_")
  }

  private static func cut(_ line: String, before mark: String) -> String {
    line.range(of: mark).map { String(line[..<$0.lowerBound]) } ?? line
  }

  /// The whole records of a log, one a line.
  static func records(_ path: String) -> [String] {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    let whole = data.prefix(upTo: data.lastIndex(of: 0x0A).map { $0 + 1 } ?? data.startIndex)
    return String(decoding: whole, as: UTF8.self).split(separator: "\n").map {
      cut(String($0), before: ",\"seconds\":")
    }
  }
}
