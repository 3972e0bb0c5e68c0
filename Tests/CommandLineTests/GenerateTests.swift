import DataFiles
import Foundation
import SandboxTasks
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct GenerateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs `dilution generate` with a line of options; the files go to `name` in the folder.
  @discardableResult
  private func generate(
    _ options: String, to name: String = "tasks"
  ) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run("generate --quiet \(options) --out \(name)", in: folder.url)
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent(path))
  }

  private func lines(_ path: String) throws -> [JSONValue] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map { line in
      try JSONValue.parse(Array(line), file: path)
    }
  }

  @Test(arguments: [".", "x", "./", "x/", "x/y"])
  func writesToShortPaths(name: String) throws {
    let outcome = try generate("--task key-value --length 25 --count 1", to: name)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try lines("\(name)/key-value-25.jsonl").count == 1)
  }

  @Test(arguments: [
    ("--task key-value", TaskShape.keyValue, "key-value"),
    (
      "--task needle --haystack noise --keys 3 --values 2 --queries 2 --distractors 4",
      .needle(NeedleTask(haystack: .noise, keys: 3, values: 2, queries: 2, distractors: 4)),
      "needle"
    ),
    (
      "--task multi-hop --hops 3 --order in-order",
      .multiHop(MultiHopTask(hops: 3, order: .inOrder)), "multi-hop"
    ),
  ])
  func whatIsWrittenReadsBackAsTheGeneratorsInstances(
    _ options: String, _ shape: TaskShape, _ name: String
  ) throws {
    let outcome = try generate(
      "\(options) --length 128,1K --count 4 --seed 7 --split held-out --depth 0.5 --similar 2 "
        + "--rehearsal 0.25")
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output == """
        tasks/\(name)-128.jsonl: 4 instances of 128 tokens
        tasks/\(name)-1024.jsonl: 4 instances of 1024 tokens

        """)
    for length in [128, 1024] {
      let settings = TaskSettings(shape, length: length, depth: 0.5, rehearsal: 0.25, similar: 2)
      let generator = try TaskGenerator(settings, seed: 7, split: .heldOut)
      let read = try lines("tasks/\(name)-\(length).jsonl")
        .map { try TaskInstance($0, file: "file") }
      #expect(read == (0..<4).map(generator.instance))
    }
  }

  @Test func rulersFormHasRulersFields() throws {
    try generate("--task needle --length 200 --count 2 --format ruler")
    for (index, line) in try lines("tasks/needle-200.jsonl").enumerated() {
      var record = try JSONObjectReader(line, file: "file")
      #expect(try record.int("index") == index)
      #expect(try !record.string("input").isEmpty)
      #expect(try !record.array("outputs").isEmpty)
      #expect(try record.int("length") > 0)
      #expect(try !record.string("answer_prefix").isEmpty)
    }
  }

  @Test func neitherThreadsNorCountDecideTheBytes() throws {
    try generate("--task key-value --length 300 --count 40 --threads 1", to: "one")
    try generate("--task key-value --length 300 --count 40 --threads 3", to: "three")
    try generate("--task key-value --length 300 --count 7", to: "few")
    try generate("--task key-value --length 300 --count 40 --seed 1", to: "other")
    let whole = try bytes("one/key-value-300.jsonl")
    #expect(try bytes("three/key-value-300.jsonl") == whole)
    #expect(try whole.starts(with: bytes("few/key-value-300.jsonl")))
    #expect(try bytes("other/key-value-300.jsonl") != whole)
  }

  @Test func aFileWithTheSameInstancesIsKeptAndAnyOtherIsNotTouched() throws {
    let same = "--task key-value --length 64,65 --count 3"
    try generate(same)
    let before = try bytes("tasks/key-value-64.jsonl")
    try FileManager.default.removeItem(
      at: folder.url.appendingPathComponent("tasks/key-value-65.jsonl"))
    let again = try generate(same)
    #expect(again.exitCode == 0)
    #expect(
      again.output == """
        tasks/key-value-64.jsonl: 3 instances of 64 tokens, kept
        tasks/key-value-65.jsonl: 3 instances of 65 tokens

        """)
    for other in ["--seed 1 --count 3", "--count 2", "--count 4", "--count 3 --format ruler"] {
      let refused = try generate("--task key-value --length 66,64 \(other)")
      #expect(refused.exitCode == 1)
      #expect(refused.output.isEmpty)
      #expect(
        refused.errors == "dilution: tasks/key-value-64.jsonl holds other instances than these: "
          + "name another --out, or replace it with --force.\n")
      #expect(try bytes("tasks/key-value-64.jsonl") == before)
      // The refusal comes before any work.
      #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/key-value-66.jsonl"))
    }
    #expect(try generate("--task key-value --length 64 --count 2 --force").exitCode == 0)
    #expect(try lines("tasks/key-value-64.jsonl").count == 2)
  }

  /// The names of all families, as a choice.
  private static let families: String = {
    let names = TaskFamily.allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }()

  @Test(arguments: [
    ("--task key-value --length 512,4", "--length must be at least 5 with these settings, not 4."),
    (
      "--task needle --keys 4 --values 2 --length 39",
      "--length must be at least 40 with these settings, not 39."
    ),
    (
      "--task key-value --hops 2 --length 64",
      "--hops is an option of --task multi-hop, not of key-value."
    ),
    (
      "--task needle --keys 2 --queries 3 --length 64",
      "--queries must be at most the number of keys, 2, not 3."
    ),
    (
      "--task key-value --length 4K,64,4096",
      "--length names 4096 twice; each length makes one file."
    ),
    (
      "--task needel --length 64",
      "--task must be \(families), not 'needel' (did you mean 'needle'?)."
    ),
    (
      "--task key-value --length 64 --rehearsal 1",
      "--rehearsal must be a number of at least 0 and below 1, not '1'."
    ),
  ])
  func optionsThatMakeNoInstanceAreRefused(_ options: String, _ sentence: String) throws {
    let outcome = try generate(options)
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "dilution: \(sentence)\n")
    #expect(try folder.names.isEmpty)
  }

  /// Broken by hand: what the command wrote, with one thing changed in the second of its lines.
  @Test(arguments: [
    ("transaction-log --lines 12", "\"outputs\":[\"", "\"outputs\":[\"X", "outputs say X"),
    ("transaction-log --lines 12", "-> ", "-> 9", "wrong lines, but must have exactly one"),
    ("code-bug --lines 90", "\"line\":", "\"line\":1", "but source.needle says"),
    ("key-value --length 64 --format ruler", "kettle", "kettles", "it is not instance 1"),
    ("key-value --length 64", "\"context\":[", "\"context\":[1,", "settings.length is 64"),
  ])
  func checkNamesTheLineThatIsWrong(
    _ options: String, _ old: String, _ new: String, _ reason: String
  ) throws {
    let command = "--task \(options) --count 3 --seed 7 --check"
    let right = try generate(command)
    #expect(right.exitCode == 0 && right.errors.isEmpty)
    let name = try #require(folder.names(in: "tasks").first)
    let path = folder.url.appendingPathComponent("tasks/\(name)")
    var lines = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
    let broken = lines[1].replacing(old, with: new)
    try #require(broken != lines[1])
    lines[1] = broken
    try Data(lines.joined(separator: "\n").utf8).write(to: path)
    let wrong = try generate(command)
    #expect(wrong.exitCode == 1 && wrong.output.isEmpty)
    #expect(wrong.errors.hasPrefix("dilution: tasks/\(name):2:"))
    #expect(wrong.errors.contains(reason), "\(wrong.errors)")
  }

  @Test func logsAndCodeAreWrittenByLines() throws {
    let outcome = try generate("--task transaction-log --lines 12,40 --count 3 --seed 7")
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output == """
        tasks/transaction-log-12-lines.jsonl: 3 instances of 12 lines
        tasks/transaction-log-40-lines.jsonl: 3 instances of 40 lines

        """)
    let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Tasks/transaction-log/sample-text.jsonl")
    #expect(try bytes("tasks/transaction-log-12-lines.jsonl") == Data(contentsOf: sample))
    let kept = try generate("--task transaction-log --lines 12 --count 3 --seed 7")
    #expect(kept.output.contains("kept"))

    let source = folder.url.appendingPathComponent("source")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    for (name, lines) in [("a.py", 30), ("b.py", 20)] {
      let text = (0..<lines).map { "x\($0) = y\($0) - z" }.joined(separator: "\n")
      try Data(text.utf8).write(to: source.appendingPathComponent(name))
    }
    #expect(try generate("--task code-bug --source source --lines 30,50 --count 4").exitCode == 0)
    let records = try lines("tasks/code-bug-50-lines.jsonl")
    for (number, record) in records.enumerated() {
      let needle = try #require(record["source"]?["needle"])
      let (file, line) = try (#require(needle["file"]?.string), #require(needle["line"]?.int))
      #expect(record["outputs"]?.elements?.first?.string == "\(file):\(line)")
      #expect(needle["original"]?.string == "x\(line - 1) = y\(line - 1) - z")
      #expect(
        record["input"]?.string?.contains("\(line): \(needle["changed"]?.string ?? "?")\n") == true
          || line == 20 || line == 30)
      let short = try lines("tasks/code-bug-30-lines.jsonl")[number]
      #expect(short["source"]?["needle"] == needle)
    }
    let tooMany = try generate("--task code-bug --source source --lines 51")
    #expect(tooMany.exitCode == 1 && tooMany.errors.contains("50 lines that --source holds"))
    let tooFew = try generate("--task code-bug --source source --lines 5 --count 1")
    #expect(tooFew.exitCode == 1 && tooFew.errors.contains("--file-lines"))
    let nothing = try generate("--task code-bug --source tasks --lines 50")
    #expect(nothing.exitCode == 1 && nothing.errors.contains("holds no source files"))
  }

  @Test(arguments: [
    ("--task key-value", "--length is missing"), ("--task key-value --lines 9", "--lines is for"),
    ("--task code-bug --lines 99 --length 99", "exclude each other"),
    ("--task code-bug --lines 99 --rehearsal 0", "--rehearsal is an option of the sandbox"),
    ("--task transaction-log --lines 99 --source x", "--source is an option of --task code-bug"),
    ("--task transaction-log --length 99 --accounts 3", "--accounts goes with --lines"),
    ("--task transaction-log --lines 3", "--lines must be at least 6"),
    ("--task code-bug --length 99 --similar 3", "--similar is no option of --task code-bug"),
    ("--task code-bug --length 99 --anomaly LOST_UPDATE", "--anomaly is an option of"),
    ("--task code-bug --lines 99 --operators off-by-two", "off-by-one"),
  ])
  func optionsOfLinesAreHeldApart(_ options: String, _ sentence: String) throws {
    let outcome = try generate(options)
    #expect(outcome.exitCode == 2 && outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test func aFolderThatCannotBeWrittenIsNamed() throws {
    // Not even the superuser can make a folder there.
    let outcome = try generate("--task key-value --length 64", to: "/proc/tasks")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "dilution: Cannot create /proc/tasks: nothing new can be made there; name a place "
        + "elsewhere.\n")

    try Data().write(to: folder.url.appendingPathComponent("file"))
    let below = try generate("--task key-value --length 64", to: "file/tasks")
    #expect(below.exitCode == 1)
    #expect(below.errors.contains("part of the path is not a directory; check the path."))
  }

  @Test func theReportIsJSONWhenAskedFor() throws {
    struct Report: Decodable, Equatable {
      var path: String
      var length: Int
      var kept: Bool
    }
    let outcome = try generate("--task multi-hop --length 64,128 --count 1 --json")
    let reports = try JSONDecoder().decode([Report].self, from: Data(outcome.output.utf8))
    #expect(
      reports == [
        Report(path: "tasks/multi-hop-64.jsonl", length: 64, kept: false),
        Report(path: "tasks/multi-hop-128.jsonl", length: 128, kept: false),
      ])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsTheWorkAndLeavesNothingHalfDone(_ signal: Int32) throws {
    let process = try BuiltBinary.process([
      "generate", "--task", "key-value", "--length", "64,4096", "--count", "5000", "--quiet",
      "--out", folder.url.path,
    ])
    try process.run()
    // The shorter length is done and the longer one under way.
    let partial = folder.url.path + "/.key-value-4096.jsonl.partial"
    while process.isRunning && !FileManager.default.fileExists(atPath: partial) { usleep(5000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 128 + signal)
    #expect(try folder.names == ["key-value-64.jsonl"])
  }
}
