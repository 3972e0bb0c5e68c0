import DataFiles
import Experiments
import Foundation
import Runs
import SandboxTasks
import TestSupport
import TestTags
import Testing

@Suite(.tags(.slow)) struct ProbeFilesTests {
  static let settings = ProbeFixture.adapting(steps: 2)
  static let namesWithoutProfile = ProbeFiles.names
    .filter { !["profile.csv", "attention.jsonl"].contains($0) }.sorted()

  static let author = Provenance(
    version: "1", command: ["dilution", "probe"], machine: [("cores", "2")])

  @Test func filesSayWhatWasMeasured() throws {
    let folder = try TemporaryFolder()
    let items =
      try ProbeFixture.items(length: 60, count: 2) + ProbeFixture.items(length: 120, count: 2)
      + ProbeFixture.items(.multiHop(MultiHopTask(hops: 2)), length: 60)
    let results = try ProbeFixture.results(items, Self.settings)
    let run = try ProbeRun(ProbeFixture.model, settings: Self.settings, items: items, threads: 2)
    let (summaries, followed) = try run.work(
      in: folder.path, model: [], tasks: [], author: Self.author, observer: SilentObserver())
    #expect(try folder.names == (Self.namesWithoutProfile + ["probe.json"]).sorted())
    #expect(summaries == results.flatMap(\.summaries) && summaries.count == 15)
    #expect(followed.count == 2)

    let table = try CSVTable.read(folder.file("probe.csv"))
    #expect(table.columns == ProbeFiles.columns && table.rowCount == 15)
    #expect(try table.ints("step") == (0..<15).map { $0 % 3 })
    #expect(try table.doubles("answer_probability") == summaries.map(\.answerProbability))
    #expect(try table.doubles("mass_mean") == summaries.map { $0.mean(.mass) ?? -1 })
    let site = try #require(followed[.keyValue]).opening
    let best = summaries.prefix(12).compactMap { $0.reading(of: site)?[.mass] }
    #expect(try Array(table.doubles("mass_best").prefix(12)) == best)
    #expect(
      try table.optionalDoubles("span_loss").map { $0 == nil } == (0..<15).map { $0 % 3 == 0 })

    let heads = try CSVTable.read(folder.file("heads.csv"))
    #expect(heads.columns == ProbeFiles.headColumns)
    let records = results.flatMap { $0.measurements.flatMap(\.answer.records) }
    #expect(heads.rowCount == records.count)
    #expect(try heads.doubles("mass").map { Float($0) } == records.map { Float($0.reading.mass) })

    var lines: [JSONValue] = []
    try JSONLines.forEach(folder.file("probe.jsonl")) { lines.append($1) }
    #expect(lines.count == 15)
    for (line, measurement) in zip(lines, results.flatMap(\.measurements)) {
      let attention = try #require(line["attention"])
      let shape = try #require(attention["shape"]?.ints)
      #expect(attention["mass"]?.elements?.count == shape.reduce(1, *))
      #expect(shape.reduce(1, *) == measurement.answer.records.count)
      // The last of four axes runs fastest, so that this is the record at [1, 1, 2, 0].
      let place = ((1 * shape[1] + 1) * shape[2] + 2) * shape[3]
      let record = try #require(
        measurement.answer.records.first { ($0.layer, $0.answerStep, $0.head) == (1, 1, 2) })
      #expect(
        try #require(attention["mass"]?.elements?[place].double)
          == Double(
            "\(Float(record.reading.mass))"))
    }
    let provenance = try JSONValue.read(folder.file("probe.json"))
    #expect(provenance["retrieval_sites"]?["key-value"]?["layer"]?.int == site.layer)
    #expect(provenance["settings"]?["adaptation"]?["steps"]?.int == 2)
  }

  @Test func profilesAreTheAttentionOfTheFollowedHead() throws {
    let folder = try TemporaryFolder()
    let items =
      try ProbeFixture.items(length: 60, count: 3) + ProbeFixture.items(length: 120, count: 2)
    var settings = Self.settings
    settings.profiled = [1]
    let results = try ProbeFixture.results(items, settings)
    #expect(results.map { $0.profiles.map(\.step) } == [[], [0, 2], [], [], [0, 2]])
    let plain = try ProbeFixture.results(items, Self.settings)
    #expect(zip(plain, results).allSatisfy { $0.measurements == $1.measurements })
    func write(_ results: [ProbeResult]) throws -> RetrievalSite? {
      let files = try ProbeFiles(folder.path)
      for result in results { try files.append(result) }
      return try files.finish().heads[.keyValue]?.opening
    }
    let site = try #require(try write(results))
    let table = try CSVTable.read(folder.file("profile.csv"))
    let attention = try table.doubles("attention")
    let isGold = try table.ints("is_gold")
    let lengths = try table.ints("length")
    let steps = try table.ints("step")
    // Context, question and the answer's first token; each at both steps.
    #expect(table.rowCount == 2 * (63 + 64 + 123 + 124))
    #expect(try table.ints("layer").allSatisfy { $0 == site.layer })
    #expect(try table.ints("index").allSatisfy { $0 == 1 })
    for result in [results[1], results[4]] {
      for summary in result.summaries where summary.step != 1 {
        let rows = (0..<table.rowCount).filter {
          lengths[$0] == summary.length && steps[$0] == summary.step
        }
        // Two rows of attention, the sums of one each.
        #expect(abs(rows.reduce(0) { $0 + attention[$1] } - 2) < 1e-9)
        let mass = rows.reduce(0) { $0 + attention[$1] * Double(isGold[$1]) } / 2
        #expect(abs(mass - (summary.reading(of: site)?[.massAll] ?? 0)) < 1e-9)
      }
    }
    // A run without profiles leaves none of an earlier one behind.
    _ = try write(plain)
    #expect(try folder.names == Self.namesWithoutProfile)
  }

  @Test func attentionOfAllHeadsIsSummedInBins() throws {
    let folder = try TemporaryFolder()
    let items = try ProbeFixture.items(length: 60, count: 2) + ProbeFixture.items(length: 600)
    var settings = Self.settings
    settings.profiled = [0]
    let results = try ProbeFixture.results(items, settings)
    #expect(results.map { $0.maps.map(\.step) } == [[0, 1, 2], [], [0, 1, 2]])
    let files = try ProbeFiles(folder.path)
    for result in results { try files.append(result) }
    _ = try files.finish()
    var lines: [JSONValue] = []
    try JSONLines.forEach(folder.file("attention.jsonl")) { lines.append($1) }
    try #require(lines.count == 2)
    #expect(lines.compactMap { $0["bin_width"]?.int } == [1, 3])
    for (line, result) in zip(lines, [results[0], results[2]]) {
      let shape = try #require(line["shape"]?.ints)
      let bins = shape[4]
      #expect(bins <= AttentionMap.mostBins && shape[0] == 3)
      let attention = try #require(line["attention"]?.elements).map { $0.double ?? .nan }
      let mass = try #require(line["mass"]?.elements).map { $0.double ?? .nan }
      #expect(attention.count == mass.count * bins)
      for row in mass.indices {
        let sum = attention[row * bins..<(row + 1) * bins].reduce(0, +)
        #expect(abs(sum - 1) < 1e-5)
      }
      let words = line["text"]?.string?.split(separator: " ").count
      #expect(words == line["positions"]?.int && words == result.item.instance.context.count + 4)
      // The masses are those of heads.csv: the mean over an answer's values of each site.
      let answers = shape[1]
      let sites = shape[2] * shape[3]
      for (place, summary) in result.summaries.enumerated() {
        for reading in result.measurements[place].siteReadings(result.item.instance) {
          let site = reading.site.layer * shape[3] + reading.site.head
          let mean =
            (0..<answers).reduce(0) { $0 + mass[(place * answers + $1) * sites + site] }
            / Double(answers)
          #expect(abs(mean - reading[.massAll]!) < 1e-5, "step \(summary.step)")
        }
      }
    }
  }

  @Test func nothingAppearsBeforeItIsComplete() throws {
    let folder = try TemporaryFolder()
    do {
      let files = try ProbeFiles(folder.path)
      try files.append(try ProbeFixture.results(ProbeFixture.items(length: 60))[0])
      #expect(try folder.names.allSatisfy { !ProbeFiles.names.contains($0) })
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func tasksAreReadBackWithTheLineOfWhatIsWrong() throws {
    let folder = try TemporaryFolder()
    let items = try ProbeFixture.items(length: 60, count: 3)
    let lines = items.map { $0.instance.line() }
    let path = folder.file("tasks.jsonl")
    try AtomicFile.write(lines.flatMap { $0 }, to: path)
    let read = try ProbeItem.read(path)
    #expect(read.map(\.instance) == items.map(\.instance) && read.allSatisfy { $0.file == path })
    #expect(try ProbeItem.read(path, limit: 2).count == 2)

    try AtomicFile.write(lines[0] + Array("{\"version\":1}\n".utf8) + lines[2], to: path)
    #expect(try ProbeItem.read(path, limit: 1).count == 1)
    do {
      _ = try ProbeItem.read(path)
      Issue.record("a line without an instance was read")
    } catch let error as JSONError {
      #expect("\(error)".hasPrefix("\(path):2:"))
    }
    try AtomicFile.write("\n", to: path)
    #expect(throws: ProbeError.self) { try ProbeItem.read(path) }
  }
}
