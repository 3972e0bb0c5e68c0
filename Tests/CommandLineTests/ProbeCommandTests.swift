import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// The whole way from a recipe to figures, with a model that has learned next to nothing.
@Suite(.tags(.process, .slow)) struct ProbeCommandTests {
  let workspace: TrainedWorkspace
  var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try TrainedWorkspace(count: 5) }

  private func run(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(words, in: folder.url)
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func probe(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl"] + words, in: folder.url)
  }

  @Test func measurementsBecomeTablesAndFigures() throws {
    let outcome = try probe(
      "--tasks", "tasks/key-value-100.jsonl", "--adapt", "qttt", "--steps", "4", "--every", "2",
      "--span-length", "64", "--out", "out/probe")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("key-value: the best head is head "))
    #expect(outcome.output.contains("      60      5  accuracy "))
    #expect(
      outcome.errors.hasPrefix(
        "Contexts of 60 tokens are shorter than --span-length + 1; their spans are one token shorter "
          + "than they are.\n"))
    let table = try CSVTable.read(path("out/probe/probe.csv"))
    #expect(try table.ints("step") == (0..<30).map { 2 * ($0 % 3) })
    #expect(try table.ints("length") == (0..<30).map { $0 < 15 ? 60 : 100 })
    let provenance = try JSONValue.read(path("out/probe/probe.json"))
    #expect(provenance["model"]?.elements?.count == 2)
    #expect(
      provenance["model"]?.elements?.last?["sha256"]?.string
        == (try SHA256.hex(ofFile: path("model/model.safetensors"))))

    for figure in ["dilution-curve", "accuracy-curve"] {
      let outcome = try run(
        "plot", figure, "out/probe/probe.csv", "--training-length", "60", "--out", "f.svg",
        "--out", "f.png", "--out", "f.csv")
      #expect(outcome.exitCode == 0)
      #expect(outcome.errors == "Wrote f.svg.\nWrote f.png.\nWrote f.csv.\n")
      let svg = try String(contentsOfFile: path("f.svg"), encoding: .utf8)
      #expect(svg.contains("<svg") && svg.contains("qTTT"))
      #expect(
        try FileSystem.read(path("f.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let told = try JSONValue.read(path("f.csv.json"))
      #expect(told["format"]?.string == "figure" && told["schemas"]?["f.csv"]?.int == 1)
      #expect(told["command"]?.elements?.prefix(3).map(\.string) == ["dilution", "plot", figure])
      let data = try TableSchema(at: path("f.csv")).read(path("f.csv"))
      #expect(data.rowCount == (figure == "dilution-curve" ? 8 : 4))
      #expect(try data.ints("n").allSatisfy { $0 == 5 })
      let means = try data.doubles("mean")
      let expected = try table.doubles(figure == "dilution-curve" ? "mass_best" : "correct")
      #expect(abs(means[0] - (0..<5).reduce(0) { $0 + expected[3 * $1] } / 5) < 1e-12)
      // In context at 60 and at 100, then after the last step.
      #expect(abs(means[2] - (0..<5).reduce(0) { $0 + expected[3 * $1 + 2] } / 5) < 1e-12)
    }
  }

  /// The same rows have the same interval wherever they are shown.
  @Test func tableFiguresAndReportSayTheSame() throws {
    let outcome = try probe(
      "--tasks", "tasks/key-value-100.jsonl", "--adapt", "qttt", "--steps", "2", "--span-length",
      "32", "--out", "out/probe", "--json", "--quiet")
    let rows = try #require(JSONValue.parse(outcome.output)["rows"]?.elements)
    let own = rows.filter { $0["measure"]?.string == "mass, best head" }
    #expect(own.count == 2)
    func ends(_ part: String) throws -> [Double?] {
      own.flatMap { row in ["mean", "lower", "upper"].map { row[part]?[$0]?.double } }
    }
    func drawn(_ figure: String, _ method: String) throws -> [Double?] {
      let words = ["--measure", "mass-best", "--out", "f.csv", "-q"]
      let outcome = try BuiltBinary.run(["plot", figure, "out/probe"] + words, in: folder.url)
      #expect(outcome.exitCode == 0)
      let data = try CSVTable.read(path("f.csv"))
      let columns = try ["mean", "lower", "upper"].map { try data.optionalDoubles($0) }
      let methods = try data.strings("method")
      return methods.indices.filter { methods[$0] == method }.flatMap { row in
        columns.map { $0[row] }
      }
    }
    #expect(try drawn("accuracy-curve", "in-context") == ends("in_context"))
    #expect(try drawn("accuracy-curve", "qTTT") == ends("qttt"))
    #expect(try drawn("controls", "qTTT") == ends("difference"))
    #expect(try run("report", "out/probe", "--out", "page", "-q").exitCode == 0)
    let page = String(decoding: try FileSystem.read(path("page/index.html")), as: UTF8.self)
    for row in own {
      let interval = try #require(row["in_context"])
      let (lower, upper) = (
        try #require(interval["lower"]?.double), try #require(interval["upper"]?.double)
      )
      #expect(page.contains("[\(DecimalText.fixed(lower, 3)), \(DecimalText.fixed(upper, 3))]"))
    }
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    for threads in ["1", "3"] {
      let outcome = try probe(
        "--adapt", "qttt", "--steps", "2", "--threads", threads, "--json", "--quiet", "--out",
        threads)
      #expect(outcome.errors.isEmpty)
      let report = try JSONValue.parse(outcome.output)
      #expect(report["rows"]?.elements?.count == 4)
    }
    for name in ["probe.csv", "heads.csv", "probe.jsonl"] {
      #expect(try FileSystem.read(path("1/\(name)")) == FileSystem.read(path("3/\(name)")))
    }
  }

  @Test func resultsAreGuarded() throws {
    #expect(try probe("--limit", "1", "--out", "out", "-q").exitCode == 0)
    let again = try probe("--limit", "1", "--out", "out", "-q")
    #expect(again.exitCode == 1)
    #expect(
      again.errors
        == "dilution: out holds results already (probe.jsonl): name another --out, or replace them "
        + "with --force.\n")
    #expect(try probe("--limit", "1", "--out", "out", "-q", "--force").exitCode == 0)
  }

  @Test(arguments: [[], ["--adapt", "qttt", "--steps", "100"]])
  func ctrlCLeavesWhatIsDone(_ adaptation: [String]) throws {
    #expect(
      try run(
        "generate", "--task", "key-value", "--length", "200", "--count", "4000", "--out", "tasks",
        "--quiet"
      ).exitCode == 0)
    let process = try BuiltBinary.process(
      ["probe", "--model", "model", "--tasks", "tasks/key-value-200.jsonl", "--out", "out", "-q"]
        + adaptation, in: folder.url)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // Results have begun to arrive.
    let records = path("out/records.jsonl")
    while process.isRunning && ((try? FileSystem.read(records))?.isEmpty ?? true) { usleep(1000) }
    process.interrupt()
    let words = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(words.isEmpty, "\(String(decoding: words, as: UTF8.self))")
    #expect(try FileSystem.names(in: path("out")).sorted() == ["probe.json", "records.jsonl"])
    let other = try probe("--limit", "1", "--out", "out", "-q")
    #expect(
      other.errors == "dilution: out holds the records of another model, other tasks or other "
        + "settings: name another --out.\n")
    // And nothing is in the way of something else in its place.
    #expect(try probe("--limit", "1", "--out", "out", "-q", "--force").exitCode == 0)
  }

  @Test func whatIsWrongIsSaidInOneSentence() throws {
    try Data("{\"version\":1,\"task\":\"key-valve\"}\n".utf8)
      .write(to: folder.url.appendingPathComponent("bad.jsonl"))
    let cases: [(words: [String], code: Int32, part: String)] = [
      (["--tasks", "bad.jsonl"], 1, "bad.jsonl:1:21: task must be"),
      (["--tasks", "none.jsonl"], 1, "Cannot open none.jsonl: it does not exist."),
      (["--tasks", "tasks/key-value-60.jsonl"], 2, "names tasks/key-value-60.jsonl twice"),
      (["--steps", "3"], 2, "--steps belongs to an adaptation: add --adapt qttt"),
      (["--adapt", "qtt"], 2, "(did you mean 'qttt'?)"),
      (
        ["--adapt", "qttt", "--learning-rate", "1e38"], 2, "above 0 and at most 1000000, not '1e38'"
      ),
      (
        ["--adapt", "qttt", "--learning-rate", "100", "--weight-decay", "100"], 1,
        "tasks/key-value-60.jsonl: instance 0: the adaptation diverged, its numbers are not finite at "
      ),
    ]
    for (words, code, part) in cases {
      let outcome = try BuiltBinary.run(
        ["probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--out", "o", "-q"]
          + words, in: folder.url)
      #expect(outcome.exitCode == code)
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: path("o/probe.csv")))
    }
  }

  @Test func figuresNeedResultsThatTheyCanShow() throws {
    #expect(try probe("--limit", "2", "--out", "out", "-q").exitCode == 0)
    let cases: [(words: [String], code: Int32, part: String)] = [
      (["--out", "f.gif"], 2, "or in .csv for its data, not 'f.gif'."),
      (["--out", "f.png", "--out", "./f.png"], 2, "names ./f.png twice"),
      (["--out", "f.png", "--task", "needle"], 1, "holds no results of needle, but of key-value"),
      (["--out", "f.png", "--step", "3"], 1, "holds no measurement after step 3, but after 0"),
      (["--out", "f.png", "--measure", "accuracy"], 2, "Unknown option '--measure'"),
    ]
    for (words, code, part) in cases {
      let outcome = try BuiltBinary.run(
        ["plot", "dilution-curve", "out/probe.csv", "-q"] + words, in: folder.url)
      #expect(outcome.exitCode == code)
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    let other = try run("plot", "dilution-curve", "out/heads.csv", "--out", "f.png")
    #expect(other.exitCode == 1 && other.errors.contains("there is no column"))
    #expect(!FileManager.default.fileExists(atPath: path("f.png")))
  }
}
