import DataFiles
import Foundation
import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

/// A folder with a small random checkpoint and a spec for it.
private struct Study {
  let folder: TemporaryFolder

  init(count: Int = 4) throws {
    folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 2, queryHeads: 2, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 24)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 1, label: "study")),
      to: path("model"))
    try write(Self.spec(count: count), as: "spec.json5")
  }

  static func spec(count: Int, seed: Int = 7) -> String {
    """
    {
      model: "model", // beside the spec, from where the program is run
      tasks: [{task: "key-value"}, {task: "multi-hop", hops: [1, 2]}],
      lengths: [64, 96],
      budgets: {steps: 2, span_length: 16},
      methods: [{method: "in-context"}, {method: "qttt", span_length: 16}, {method: "thinking"}],
      count: \(count), seed: \(seed),
    }
    """
  }

  func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  func write(_ text: String, as name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  func run(_ line: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(line, in: folder.url)
  }

  /// The records of a file as text, with all times set to zero.
  func results(_ run: String) throws -> [String] {
    let text = String(decoding: try FileSystem.read(path("\(run)/results.jsonl")), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.components(separatedBy: ",\"seconds\":").first ?? ""
    }
  }

  /// The rows of the table without the columns of times.
  func table(_ run: String) throws -> [String] {
    let text = String(decoding: try FileSystem.read(path("\(run)/results.csv")), as: UTF8.self)
    return text.split(separator: "\n").map { row in
      row.split(separator: ",", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: ",")
    }
  }

  func expectEqual(_ run: String, to other: String) throws {
    #expect(try results(run) == results(other))
    #expect(try table(run) == table(other))
  }
}

@Suite(.tags(.process, .slow)) struct SweepTests {
  /// Ctrl-C: the record at hand is dropped, what is done is kept, and one sentence says so.
  @Test func anInterruptionIsToldInOneSentence() throws {
    let study = try Study(count: 200)
    let process = try BuiltBinary.process(
      ["sweep", "spec.json5", "--out", "stopped", "--threads", "2"], in: study.folder.url)
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let records = study.path("stopped/records.jsonl")
    while process.isRunning, size(records) == 0 { usleep(500) }
    process.interrupt()
    let words = String(
      decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    let told = words.split(separator: "\n").filter { $0.contains("topped") }
    #expect(
      told.count == 1 && told[0].contains("stopped/records.jsonl, and the same command goes on"),
      "\(words)")
    var count = 0
    try JSONLines.forEach(records) { _, _ in count += 1 }
    #expect(count > 0)
  }

  @Test func killedAtAnyMomentItGoesOnAndEndsTheSame() throws {
    let study = try Study(count: 12)
    let whole = try study.run("sweep spec.json5 --out whole --threads 2")
    #expect(whole.exitCode == 0, "\(whole.errors)")
    #expect(whole.output.contains("216 records, 216 of them made now"))

    var random = RandomStream(seed: 5, label: "kills")
    var kills = 0
    var sizes: [Int] = []
    for _ in 0..<8 {
      let process = try BuiltBinary.process(
        ["sweep", "spec.json5", "--out", "killed", "-q", "--threads", "2"], in: study.folder.url)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      // Killed after a number of further records, and then at any point of the next.
      let records = study.path("killed/records.jsonl")
      let goal = (sizes.last ?? 0) + random.below(20_000)
      while process.isRunning, size(records) < goal { usleep(500) }
      usleep(UInt32(random.below(3000)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { kills += 1 }
      sizes.append(size(records))
    }
    #expect(kills >= 4)
    #expect(sizes == sizes.sorted(), "what is on disk is never lost")
    let last = try study.run("sweep spec.json5 --out killed --threads 2")
    #expect(last.exitCode == 0, "\(last.errors)")
    try study.expectEqual("killed", to: "whole")
    // Nothing is left to do, and nothing is left behind.
    let again = try study.run("sweep spec.json5 --out killed")
    #expect(again.output.contains("216 records, 0 of them made now"))
    try study.expectEqual("killed", to: "whole")
    let names = try FileManager.default.contentsOfDirectory(atPath: study.path("killed")).sorted()
    #expect(names == ["records.jsonl", "results.csv", "results.jsonl", "run.json"])
  }

  private func size(_ path: String) -> Int {
    FileManager.default.contents(atPath: path)?.count ?? 0
  }

  @Test func shardsMergeToTheWhole() throws {
    let study = try Study()
    #expect(try study.run("sweep spec.json5 --out whole -q").exitCode == 0)
    // Two shards share a folder, as on a shared file system.
    #expect(try study.run("sweep spec.json5 --out parts --shard 1/3 -q").exitCode == 0)
    #expect(try study.run("sweep spec.json5 --out parts --shard 2/3 -q").exitCode == 0)
    let early = try study.run("merge parts --out merged")
    #expect(early.exitCode == 1 && early.errors.contains("of shards 3/3"), "\(early.errors)")
    #expect(try study.run("sweep spec.json5 --out last --shard 3/3 -q").exitCode == 0)
    let merge = try study.run("merge parts last --out merged")
    #expect(merge.exitCode == 0, "\(merge.errors)")
    try study.expectEqual("merged", to: "whole")

    let bad = try study.run("sweep spec.json5 --out parts --shard 4/3")
    #expect(bad.exitCode == 2 && bad.errors.contains("such as 2/3"))
  }

  @Test func onlyRunsOfOneSweepAreMerged() throws {
    let study = try Study(count: 1)
    #expect(try study.run("sweep spec.json5 --out a --shard 1/2 -q").exitCode == 0)
    #expect(try study.run("sweep spec.json5 --out b --shard 2/2 --seed 8 -q").exitCode == 0)
    let specs = try study.run("merge a b --out merged")
    #expect(specs.exitCode == 1 && specs.errors.contains("another spec"), "\(specs.errors)")

    // The same path, but other weights.
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 8, layers: 1, queryHeads: 1, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 8)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 2, label: "study")),
      to: study.path("model"))
    let resumed = try study.run("sweep spec.json5 --out a --shard 1/2")
    #expect(resumed.exitCode == 1 && resumed.errors.contains("another model"))
    #expect(try study.run("sweep spec.json5 --out c --shard 2/2 -q").exitCode == 0)
    let models = try study.run("merge a c --out merged")
    #expect(models.exitCode == 1 && models.errors.contains("another model"), "\(models.errors)")
    let none = try study.run("merge model --out merged")
    #expect(none.exitCode == 1 && none.errors.contains("holds no sweep"))
  }

  @Test func aFolderBelongsToOneSweepAndOneProcess() throws {
    let study = try Study(count: 1)
    #expect(try study.run("sweep spec.json5 --out run -q").exitCode == 0)
    // A comment changes nothing, a seed does.
    try study.write("// again\n" + Study.spec(count: 1), as: "spec.json5")
    #expect(try study.run("sweep spec.json5 --out run -q").exitCode == 0)
    let other = try study.run("sweep spec.json5 --out run --seed 9")
    #expect(other.exitCode == 1 && other.errors.contains("name another --out"))

    let lock = try DirectoryLock(study.path("run"))
    let locked = try study.run("sweep spec.json5 --out run")
    #expect(locked.exitCode == 1, "\(locked.errors)")
    #expect(locked.errors.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
    withExtendedLifetime(lock) {}
  }

  @Test func provenanceSaysWhatWasRun() throws {
    let study = try Study(count: 1)
    #expect(try study.run("sweep spec.json5 --out run -q").exitCode == 0)
    let run = try JSONValue.read(study.path("run/run.json"))
    #expect(run["spec"]?.string == Study.spec(count: 1))
    #expect(run["seed"]?.int == 7 && run["shard"]?.string == "1/1")
    #expect(run["plan_sha256"]?.string?.count == 64)
    #expect(run["model"]?.elements?.count == 2)
    #expect(run["machine"]?["processor"] != nil && run["version"]?.string != nil)
  }

  @Test func aDryRunReckonsWhatIsLeft() throws {
    let study = try Study()
    let before = try study.run("sweep spec.json5 --dry-run --json")
    #expect(before.exitCode == 0, "\(before.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: study.folder.url.path).count == 2)
    let plan = try JSONValue.parse(before.output)
    #expect(plan["cells"]?.elements?.count == 18)
    #expect(plan["cells"]?.elements?.allSatisfy { $0["instances"]?.int == 4 } == true)
    #expect(plan["seconds"]?.double ?? 0 > 0)
    #expect(try study.run("sweep spec.json5 --out run -q").exitCode == 0)
    let after = try study.run("sweep spec.json5 --dry-run --out run --json")
    let left = try JSONValue.parse(after.output)
    #expect(left["total_flops"]?.double == 0)
    let text = try study.run("sweep spec.json5 --dry-run").output
    #expect(text.contains("72 records in 18 cells"))
  }

  @Test func statisticsComeAsTablesAndText() throws {
    let study = try Study()
    #expect(try study.run("stats model").errors.contains("results.jsonl"))
    #expect(try study.run("sweep spec.json5 --out run -q").exitCode == 0)
    let stats = try study.run("stats run -q --resamples 200")
    #expect(stats.exitCode == 0, "\(stats.errors)")
    #expect(stats.output.contains("## multi-hop hops=2"))
    #expect(stats.output.contains("| 96 | thinking | in-context | 4 |"))
    let means = try CSVTable.read(study.path("run/stats.csv"))
    // Three tasks, two lengths, and nine measures; thinking has a majority, too.
    #expect(means.rowCount == 3 * 2 * (3 * 9 + 1))
    let table = try CSVTable.read(study.path("run/results.csv"))
    let probabilities = zip(try table.doubles("answer_probability"), try table.strings("label"))
      .prefix(4).map(\.0)
    #expect(try table.strings("label").prefix(4).allSatisfy { $0 == "in-context" })
    let measures = try means.strings("measure")
    let row = try #require(measures.firstIndex(of: "answer_probability"))
    let mean = try means.doubles("mean")[row]
    #expect(abs(mean - probabilities.reduce(0, +) / 4) < 1e-12)
    let wrong = try study.run("stats run --against thinkin")
    #expect(wrong.exitCode == 1 && wrong.errors.contains("\"thinking\""))
  }

  @Test func aSpecsMistakeIsNamedWithItsLine() throws {
    let study = try Study()
    try study.write("{\n  model: \"model\",\n  lenghts: [64],\n}", as: "spec.json5")
    let outcome = try study.run("sweep spec.json5 --out run")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("dilution: spec.json5:"), "\(outcome.errors)")
    #expect(outcome.errors.contains("lengths"))
    let missing = try study.run("sweep spec.json5")
    #expect(missing.exitCode != 0)
  }
}
