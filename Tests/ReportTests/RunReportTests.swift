import DataFiles
import Foundation
import Report
import TestSupport
import TestTags
import Testing

/// Sections of committed results, and of results written by hand.
@Suite(.tags(.slow)) struct RunReportTests {
  private static let results = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Results").path

  private func sections(_ path: String) throws -> [ReportSection] {
    try ReportSource.find(path).map { try $0.section(ReportOptions(trainingLength: 160)) }
  }

  private func html(_ sections: [ReportSection]) -> String {
    ReportPage(title: "", subtitle: "", sections: sections).html()
  }

  private func figures(_ section: ReportSection) -> [ReportFigure] {
    section.blocks.flatMap { block -> [ReportFigure] in
      if case .figures(let figures) = block { figures } else { [] }
    }
  }

  @Test func aSweepHasTheNumbersOfItsTables() throws {
    let folder = Self.results + "/quick"
    let section = try #require(try sections(folder).first)
    #expect(section.title == "Sweep \(folder)")
    let page = html([section])
    for name in ["stats.csv", "differences.csv"] {
      let means = try CSVTable.read("\(folder)/\(name)").doubles("mean")
      #expect(means.allSatisfy { page.contains("data-v=\"\($0)\"") }, "\(name)")
    }
    let figures = figures(section)
    #expect(figures.count == 7)
    #expect(
      figures.map(\.command).contains(
        "dilution plot margin \(folder) --training-length 160 --out margin.svg"))
  }

  @Test func aTheoryRunHasAFigureForEachStatement() throws {
    let found = try ReportSource.find(Self.results + "/theory")
    #expect(found.map(\.kind) == [.theory, .probe, .theory])
    let facts = try found[0].section(ReportOptions())
    #expect(figures(facts).map { $0.caption.prefix(9) } == ["Attention", "What gene", "What a st"])
    #expect(
      html([facts]).contains("breaks &#39;bound holds&#39;") || html([facts]).contains("breaks"))
  }

  @Test func aProfileIsExplored() throws {
    let probe = try #require(try sections(Self.results + "/theory/profile").first)
    let explorers = probe.blocks.compactMap { block -> AttentionExplorer? in
      if case .explorer(let own) = block { own } else { nil }
    }
    let explorer = try #require(explorers.first)
    #expect(explorer.instances.allSatisfy { $0.isConsistent })
    #expect(figures(probe).contains { $0.command.contains("plot attention-profile") })
  }

  private static let attention = """
    {"version":1,"task":"key-value","length":4,"index":2,"question":"q","text":"a b c d","answer":"e f",\
    "answer_steps":[0,1],"gold":[{"hop":0,"span":[1,3]}],"holders":[0,0],"positions":4,\
    "bin_width":1,"steps":[0],"shape":[1,2,1,1,4],"mass":[0.5,0.25],\
    "attention":[0.25,0.25,0.25,0.25,1,0,0,0]}
    """

  private func probe() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      task,file,length,index,step,correct,answer_probability,mass_best,mass_mean
      key-value,a,4,2,0,1,0.5,0.25,0.125
      key-value,a,4,2,1,1,0.75,0.5,0.25

      """, to: "probe/probe.csv")
    return folder
  }

  @Test func attentionOfAllHeadsIsExplored() throws {
    let folder = try probe()
    try folder.write(Self.attention + "\n", to: "probe/attention.jsonl")
    // A folder of folders is as good as the folder itself.
    let page = html(try sections(folder.path))
    #expect(page.contains("\"label\":\"key-value, T = 4, instance 2\""))
    #expect(page.contains("Figures that these results do not allow"))
    try folder.write(
      Self.attention.replacing("\"bin_width\":1", with: "\"bin_width\":2") + "\n",
      to: "probe/attention.jsonl")
    #expect {
      _ = try sections(folder.path)
    } throws: {
      "\($0)".contains("shape does not fit the lists beside it")
    }
  }

  @Test func aBenchmarkHasScoresDifferencesAndCosts() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"format\":\"benchmark\"}", to: "benchmark.json")
    let unfinished = html(try sections(folder.path))
    #expect(unfinished.contains("The benchmark is not finished"))
    try folder.write(
      "kind,row,metric,n,in-context,qttt\nrow,a,f1,2,50,75\n", to: "table.csv")
    let costs =
      "length,cut,flops,budget_flops,prefill_flops,generated_tokens,seconds_prefill,seconds_adapt,"
      + "seconds_think,seconds_answer"
    let rows = [
      ("x", "in-context", 40), ("x", "qttt", 70), ("y", "in-context", 60), ("y", "qttt", 80),
    ]
    try folder.write(
      (["file,id,row,method,score,answer_loss,\(costs)"]
        + rows.map { "f,\($0.0),a,\($0.1),\($0.2),1,8,0,2e9,,4,2,1,1,1,1" }).joined(separator: "\n")
        + "\n", to: "results.csv")
    let page = html(try sections(folder.path))
    #expect(page.contains("data-v=\"75.0\"") && page.contains("data-v=\"25.0\""))
    #expect(page.contains("GFLOP"))
  }

  @Test func whatEndsAReportEndsItsFigures() throws {
    struct Stop: Error {}
    let source = try #require(try ReportSource.find(Self.results + "/quick").first)
    #expect(throws: Stop.self) {
      try source.section(ReportOptions(checkpoint: { throw Stop() }))
    }
  }

  @Test func aFolderWithoutResultsIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect {
      _ = try ReportSource.find(folder.path)
    } throws: {
      "\($0)"
        == "\(folder.path) holds no results of a sweep, a probe, a theory run or a benchmark: "
        + "name a folder that one of these made"
    }
  }
}
