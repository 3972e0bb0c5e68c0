import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reports of committed results, and of a probe of a model that has learned next to nothing.
@Suite(.tags(.process, .slow)) struct ReportCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func page(_ folder: TemporaryFolder, _ name: String) throws -> String {
    let data = try Data(contentsOf: folder.url.appendingPathComponent("\(name)/index.html"))
    #expect(XMLParser(data: data).parse(), "the page is well-formed")
    let html = String(decoding: data, as: UTF8.self)
    #expect(!html.contains("http:") && !html.contains("https:"))
    return html
  }

  @Test func committedTablesMakeAReport() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let outcome = try BuiltBinary.run(
        ["report", "Results/quick", "--out", folder.url.appendingPathComponent(name).path],
        in: Self.root)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(outcome.output.hasSuffix("/index.html: 1 section, 7 figures\n"))
    }
    let html = try page(folder, "a")
    #expect(try page(folder, "b") == html)
    #expect(html.contains("<h2 id=\"section-1-title\">Sweep Results/quick</h2>"))
    #expect(html.contains("dilution plot margin Results/quick --out margin.svg"))
    #expect(html.contains("1da77ab7bdbfbf1fa68625c85b904ac524fc7aeb"))
  }

  @Test func aProbeIsExplored() throws {
    let workspace = try TrainedWorkspace(count: 3)
    func run(_ words: String...) throws -> BuiltBinary.Outcome {
      try BuiltBinary.run(words, in: workspace.folder.url)
    }
    let probe = try run(
      "probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--adapt", "qttt",
      "--steps", "2", "--profile", "0,2", "--out", "runs/probe")
    #expect(probe.exitCode == 0, "\(probe.errors)")
    // A folder of folders is as good as the folder itself.
    let outcome = try run("report", "runs", "--out", "report", "--json")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let html = try page(workspace.folder, "report")
    #expect(html.contains("<h2 id=\"section-1-title\">Probe runs/probe</h2>"))
    #expect(html.contains("\"label\":\"key-value, T = 60, instance 2\""))
    #expect(html.contains("\"steps\":[0,1,2]"))

    // Results without attention of all heads, as earlier versions wrote them, show the followed head.
    let attention = workspace.folder.url.appendingPathComponent("runs/probe/attention.jsonl")
    let lines = try String(contentsOf: attention, encoding: .utf8)
    try FileManager.default.removeItem(at: attention)
    #expect(try run("report", "runs/probe", "--out", "report").exitCode == 0)
    #expect(try page(workspace.folder, "report").contains("\"steps\":[0,2]"))

    // A file that was damaged is named with what is wrong.
    try Data(lines.replacing("\"bin_width\":1", with: "\"bin_width\":2").utf8).write(to: attention)
    let damaged = try run("report", "runs/probe", "--out", "report")
    #expect(damaged.exitCode == 1)
    #expect(
      damaged.errors.hasSuffix(": shape does not fit the lists beside it.\n"), "\(damaged.errors)")
  }
}
