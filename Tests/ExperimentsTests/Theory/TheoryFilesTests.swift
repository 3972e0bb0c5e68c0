import DataFiles
import Experiments
import Foundation
import Runs
import SandboxTasks
import TestSupport
import TestTags
import Testing

@Suite(.tags(.slow)) struct TheoryFilesTests {
  private static let settings = TheorySettings(learningRates: [0.1, 0.5])

  @Test func filesSayWhatWasMeasured() throws {
    let folder = try TemporaryFolder()
    let items =
      try ProbeFixture.items(length: 60, count: 2) + ProbeFixture.items(length: 120, count: 2)
    let results = try TheoryFixture.results(ProbeFixture.model, items, Self.settings)
    let run = try TheoryRun(
      ProbeFixture.model, settings: Self.settings, items: items, threads: 2)
    let summaries = try run.work(
      in: folder.path, model: [], tasks: [], author: ProbeFilesTests.author,
      observer: SilentObserver())
    #expect(summaries == TheorySummary.make(results))
    #expect(try folder.names == (TheoryFiles.names + ["theory.json"]).sorted())

    let requirement = try CSVTable.read(folder.file("requirement.csv"))
    let targets = results.flatMap(\.checks.targets)
    #expect(requirement.columns == TheoryFiles.requirementColumns(Self.settings))
    #expect(try requirement.doubles("mass") == targets.map(\.mass))
    #expect(try requirement.doubles("bound") == targets.map(\.bound))
    #expect(try requirement.doubles("requirement_0.5") == targets.map { $0.requirements[1].gap })
    #expect(try requirement.ints("bound_holds").allSatisfy { $0 == 1 })

    let gains = try CSVTable.read(folder.file("query-gain.csv"))
    let expected = results.flatMap(\.checks.gradients).flatMap(\.gains)
    #expect(try gains.doubles("measured_gain") == expected.map(\.measured))
    #expect(try gains.doubles("learning_rate") == expected.map(\.learningRate))

    let signals = try CSVTable.read(folder.file("signal.csv"))
    #expect(try signals.doubles("output") == results.flatMap(\.checks.signals).map(\.output))
    let words = results.flatMap { result in
      result.checks.signals.map { Vocabulary.sandbox.word(of: $0.token) ?? "" }
    }
    #expect(try signals.strings("word") == words)

    let provenance = try JSONValue.read(folder.file("theory.json"))
    #expect(provenance["violations"]?.int == 0)
    #expect(provenance["cells"]?.elements?.count == 2)
    #expect(provenance["settings"]?["learning_rates"]?.elements?.count == 2)
  }
}
