import DataFiles
import Foundation
import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

/// `dilution status`, of runs that are at work, that stopped, and that ended.
@Suite(.tags(.process, .slow)) struct StatusTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 2, queryHeads: 2, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 24)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 1, label: "status")),
      to: path("model"))
    let spec = """
      {
        model: "model", tasks: [{task: "key-value"}], lengths: [64, 96], count: 5, seed: 7,
        methods: [{method: "in-context"}, {method: "query-scale", factor: 1.5}],
      }
      """
    try Data(spec.utf8).write(to: URL(fileURLWithPath: path("spec.json5")))
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func run(_ line: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(line, in: folder.url)
  }

  @Test func aSweepIsFinishedThenStopped() throws {
    #expect(try run("sweep spec.json5 --out run -q").exitCode == 0)
    let finished = try run("status run")
    #expect(
      finished.output == """
        Sweep run: 20 of 20 records, 4 of 4 cells
          finished
          task        T  method          records
          key-value  64  all 2 methods  5/5 each
          key-value  96  all 2 methods  5/5 each

        """, "\(finished)")
    // As after a kill: the last of thirteen records is cut short, and the final files are not there.
    let log = URL(fileURLWithPath: path("run/records.jsonl"))
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").sorted {
      $0.contains("\"length\":64") && !$1.contains("\"length\":64")
    }
    let text = lines.prefix(12).joined(separator: "\n") + "\n" + lines[12].prefix(40)
    try Data(text.utf8).write(to: log)
    for name in ["results.jsonl", "results.csv"] {
      try FileManager.default.removeItem(atPath: path("run/\(name)"))
    }
    let stopped = try run("status run --json")
    let value = try #require(try JSONValue.parse(stopped.output).elements?.first)
    #expect(value["state"]?.string == "stopped")
    #expect(value["done"]?.int == 12 && value["total"]?.int == 20)
    #expect(
      value["cells"]?.elements?.compactMap { $0["done"]?.int }.reduce(0, +) == 12)
    #expect(value["command"]?.string == "dilution sweep spec.json5 --out run -q")
    #expect(
      try run("status run").output.contains(
        "\n  start again with: dilution sweep spec.json5 --out run -q\n"))
  }

  @Test func whoIsAtWorkIsToldWithRateAndTimeLeft() throws {
    #expect(try run("sweep spec.json5 --out run -q").exitCode == 0)
    // The lock's file of a process that lives: this one.
    let start = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -100))
    try Data("\(getpid()) \(Self.host) started=\(start) before=2\n".utf8)
      .write(to: URL(fileURLWithPath: path("run/.lock")))
    let status = try run("status run --json")
    let sweep = try #require(try JSONValue.parse(status.output).elements?.first)
    #expect(sweep["state"]?.string == "running")
    #expect(sweep["process"]?.int == Int(getpid()))
    let rate = try #require(sweep["records_per_second"]?.double)
    #expect(rate > 0 && rate < 0.19)
    #expect(sweep["seconds_left"]?.double == 0)
    #expect(try run("status run").output.contains("  running, process \(getpid()) on host "))
  }

  private static var host: String {
    var system = utsname()
    uname(&system)
    return withUnsafeBytes(of: system.nodename) { name in
      String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  @Test func aKilledHolderIsNoHolder() throws {
    try FileManager.default.createDirectory(
      atPath: path("run"), withIntermediateDirectories: true)
    let gone = Process()
    gone.executableURL = URL(fileURLWithPath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    let file = URL(fileURLWithPath: path("run/.lock"))
    try Data("\(gone.processIdentifier) \(Self.host) step=3\n".utf8).write(to: file)
    #expect(LockHolder.read(path("run")) == nil)
    try Data("\(gone.processIdentifier) elsewhere step=3\n".utf8).write(to: file)
    #expect(LockHolder.read(path("run"))?.notes == ["step": "3"])
    for text in ["", "x", "-4 host", "99999999999 host"] {
      try Data(text.utf8).write(to: file)
      #expect(LockHolder.read(path("run")) == nil)
    }
  }

  @Test func shardsAreToldApart() throws {
    #expect(try run("sweep spec.json5 --shard 2/2 --out run -q").exitCode == 0)
    let outcome = try run("status run")
    #expect(outcome.output.hasPrefix("Sweep run, shard 2/2: "))
    #expect(outcome.output.contains("\n  finished\n"))
  }

  @Test func aTrainingRunTellsItsSteps() throws {
    let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("TrainingTests/Fixtures/tiny.json5").path
    let trained = try BuiltBinary.run(
      ["train", recipe, "--held-out", "2", "--out", "trained", "-q"], in: folder.url)
    #expect(trained.exitCode == 0, "\(trained.errors)")
    let outcome = try run("status trained")
    #expect(outcome.output.hasPrefix("Training trained: step 12 of 12, loss "))
    #expect(outcome.output.contains("\n  finished\n  accuracy on held-out sequences:\n"))
    let value = try JSONValue.parse(run("status trained --json").output)
    #expect(value["state"]?.string == "finished" && value["steps"]?.int == 12)
  }

  @Test func otherFoldersAreRefused() throws {
    let other = try run("status model")
    #expect(other.exitCode == 1)
    #expect(
      other.errors
        == "dilution: model holds no run: name the folder that was given as --out.\n")
    let missing = try run("status nowhere")
    #expect(
      missing.errors == "dilution: there is no folder nowhere: name that of a run.\n")
  }
}
