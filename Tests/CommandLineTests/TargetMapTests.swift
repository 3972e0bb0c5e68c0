import Foundation
import TestTags
import Testing

/// The map of targets in CONTRIBUTING.md, and the short one in README.md, against the manifest.
@Suite(.tags(.slow)) struct TargetMapTests {
  private static func text(_ name: String) throws -> String {
    try String(contentsOf: Notebook.root.appendingPathComponent(name), encoding: .utf8)
  }

  private static func quoted(_ text: some StringProtocol, by mark: Character) -> [String] {
    text.split(separator: mark, omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// What each target uses, as the manifest says.
  private static func manifest() throws -> [String: Set<String>] {
    let text = try text("Package.swift")
    var targets: [String: Set<String>] = [:]
    for match in text.matches(of: /\+= libraryTarget\(\s*"(\w+)"(?:,\s*uses: \[([^\]]*)\])?/) {
      targets[String(match.output.1)] = Set(quoted(match.output.2 ?? "", by: "\""))
    }
    for match in text.matches(
      of: /\.(?:executableTarget|target)\(\s*name: "([\w-]+)",\s*dependencies: \[([^\]]*)\]/)
    {
      targets[String(match.output.1)] = Set(quoted(match.output.2, by: "\""))
    }
    let libraries = try #require(text.firstMatch(of: /let libraries = \[([^\]]*)\]/)?.output.1)
    targets["dilution"] = Set(quoted(libraries, by: "\"") + ["TerminalGraphics"])
    return targets
  }

  /// The rows of the map: target, purpose, what it uses.
  private static func map() throws -> [(target: String, purpose: String, uses: Set<String>)] {
    let part = try #require(
      try text("CONTRIBUTING.md").components(separatedBy: "## The targets\n").last)
    return part.split(separator: "\n").prefix { !$0.hasPrefix("## ") }.compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, let target = quoted(cells[0], by: "`").first else { return nil }
      return (target, cells[1], Set(quoted(cells[2], by: "`")))
    }
  }

  @Test func theMapIsTheManifests() throws {
    let manifest = try Self.manifest()
    #expect(manifest.count >= 28)
    let map = try Self.map()
    #expect(map.map(\.target).sorted() == manifest.keys.sorted())
    for row in map {
      #expect(!row.purpose.isEmpty, "\(row.target)")
      // The program uses all libraries, which its row says in a word.
      if row.target == "dilution" { continue }
      #expect(row.uses == manifest[row.target], "\(row.target)")
    }
  }

  @Test func aTargetUsesOnlyWhatStandsAboveIt() throws {
    var above: Set<String> = ["COpenBLAS", "CCairo"]
    for row in try Self.map() {
      #expect(row.uses.isSubset(of: above), "\(row.target)")
      above.insert(row.target)
    }
  }

  @Test func theFirstPageNamesEveryFolderOfSources() throws {
    let map = try #require(
      try Self.text("README.md").components(separatedBy: "## Where everything is").last)
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Notebook.root.appendingPathComponent("Sources").path)
    // System libraries and benchmarks of speed have pages of their own.
    for folder in folders where !folder.hasPrefix("C") && !folder.hasSuffix("-benchmark") {
      #expect(map.contains("`\(folder)`"), "\(folder)")
    }
  }
}
