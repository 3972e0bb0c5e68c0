import DataFiles
import Foundation
import Runs
import SandboxTasks
import TestSupport
import TestTags
import Testing

@testable import Experiments

/// Instruments that are read only where they are asked for.
@Suite(.tags(.slow)) struct OptionalInstrumentTests {
  private let asked = ["effective_support", "sink_share"]
  private let best = Measure.known("effective_support_best")
  private let mean = Measure.known("effective_support_mean")

  @Test func aProbeReadsThemBehindEverythingElse() throws {
    let items = try ProbeFixture.items(length: 60, count: 2)
    func table(_ instruments: [String]) throws -> CSVTable {
      let folder = try TemporaryFolder()
      let run = try ProbeRun(
        ProbeFixture.model, settings: ProbeSettings(instruments: instruments), items: items,
        threads: 1)
      _ = try run.work(
        in: folder.path, model: [], tasks: [], author: ProbeFilesTests.author,
        observer: SilentObserver())
      return try CSVTable.read(folder.file("probe.csv"))
    }
    let plain = try table([])
    let more = try table(asked)
    #expect(plain.columns == ProbeFiles.columns)
    #expect(
      more.columns == ProbeFiles.columns + [
        "effective_support_mean", "effective_support_best", "sink_share_mean", "sink_share_best",
      ])
    for column in plain.columns {
      #expect(try more.strings(column) == plain.strings(column), "\(column)")
    }
    // A row sees its context, the question before it and itself.
    let keys = Double(60 + items[0].instance.directPrompt.count + 1)
    #expect(try more.doubles(best.column).allSatisfy { 1...keys ~= $0 })
    #expect(try more.doubles("sink_share_mean").allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func aSweepReadsThemAndKnowsItsRecordsByThem() throws {
    let text = SweepFixture.text.replacing(
      "count: 3", with: #"instruments: ["sink_share", "effective_support"], count: 3"#)
    let run = try SweepFixture.run(text)
    #expect(run.plan.spec.instruments == asked, "in the order of the catalog")
    let plain = try SweepFixture.run()
    #expect(run.plan.hash != plain.plan.hash && run.plan.keys.isDisjoint(with: plain.plan.keys))
    let records = try SweepFixture.records(run)
    let heads = FollowedHeads.choose(from: records)
    for (record, usual) in zip(records, try SweepFixture.records(plain)) {
      let followed = heads[record.identity.taskLabel]
      let support = try #require(best.value(of: record, heads: followed))
      #expect(support >= 1 && support < 70)
      #expect(best.value(of: usual, heads: followed) == nil)
      // All that every record has is as it was.
      for column in SiteColumn.standard {
        #expect(record.sites?[column] == usual.sites?[column], "\(column.key)")
      }
      #expect(try SweepRecord(JSONValue.parse(record.line), file: "line") == record)
    }
    let statistics = try SweepStatistics(records, resamples: 100)
    #expect(statistics.cells.contains { $0.measure == mean })
    #expect(statistics.markdown.contains("effective support, best head"))
    let without = try SweepStatistics(SweepFixture.records(plain), resamples: 100)
    #expect(!without.markdown.contains("effective support"))
  }

  @Test func unknownNamesAreRefused() {
    let text = SweepFixture.text.replacing("count: 3", with: #"instruments: ["mass"], count: 3"#)
    let error = #expect(throws: JSONError.self) { try SweepFixture.plan(text) }
    #expect("\(error!)".contains("instruments has no \"mass\"; known are effective_support"))
  }
}
