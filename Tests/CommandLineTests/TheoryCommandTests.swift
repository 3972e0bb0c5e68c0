import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// Theory, profiles and their figures, with a model that has learned next to nothing.
@Suite(.tags(.process, .slow)) struct TheoryCommandTests {
  let workspace: TrainedWorkspace
  var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try TrainedWorkspace(count: 4) }

  private func run(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(words, in: folder.url)
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func theory(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      [
        "theory", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--tasks",
        "tasks/key-value-100.jsonl",
      ] + words, in: folder.url)
  }

  @Test func nothingBreaksTheTheoryAndFiguresShowIt() throws {
    let outcome = try theory("--out", "out/theory")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("key-value: followed is head "))
    #expect(outcome.output.hasSuffix("\nViolations in all: 0\n"))
    #expect(
      outcome.output.contains("\n  T  n  rows    mass   bound  violations\n 60  4     4  "))
    let requirement = try CSVTable.read(path("out/theory/requirement.csv"))
    #expect(requirement.rowCount == 2 * 4)
    #expect(try requirement.ints("bound_holds").allSatisfy { $0 == 1 })
    let gains = try CSVTable.read(path("out/theory/query-gain.csv"))
    #expect(gains.rowCount == 2 * 4 * 3)
    let provenance = try JSONValue.read(path("out/theory/theory.json"))
    #expect(provenance["violations"]?.int == 0 && provenance["tasks"]?.elements?.count == 2)

    let rows = ["requirement": 2 * 8, "query-gain": 24 + 8 + 2]
    for figure in ["requirement", "query-gain", "signal"] {
      let outcome = try run(
        "plot", figure, "out/theory", "--out", "f.svg", "--out", "f.png", "--out", "f.csv")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      let svg = try String(contentsOfFile: path("f.svg"), encoding: .utf8)
      #expect(svg.contains("<svg"))
      let data = try CSVTable.read(path("f.csv"))
      if let count = rows[figure] { #expect(data.rowCount == count) }
      // The first panel's points are the table's own.
      let table = try CSVTable.read(path("out/theory/\(figure).csv"))
      if figure == "requirement" {
        #expect(try data.doubles("y").prefix(8) == table.doubles("mass")[...])
      }
    }
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    for threads in ["1", "3"] {
      let outcome = try theory(
        "--threads", threads, "--json", "--quiet", "--learning-rate", "0.5", "--limit", "3",
        "--layer", "0", "--head", "1", "--out", threads)
      #expect(outcome.errors.isEmpty)
      let report = try JSONValue.parse(outcome.output)
      #expect(report["violations"]?.int == 0)
      let cell = report["cells"]?.elements?.first
      #expect(cell?["instances"]?.int == 3 && cell?["head"]?.int == 1)
      #expect(cell?["gains"]?.elements?.count == 1)
    }
    for name in ["requirement.csv", "query-gain.csv", "signal.csv"] {
      #expect(try FileSystem.read(path("1/\(name)")) == FileSystem.read(path("3/\(name)")))
    }
  }

  @Test func whatIsWrongIsSaidInOneSentence() throws {
    #expect(try theory("--limit", "1", "--out", "out", "-q").exitCode == 0)
    let cases: [(words: [String], code: Int32, part: String)] = [
      (["--out", "out"], 1, "out holds results already (requirement.csv)"),
      (["--out", "o", "--layer", "1"], 2, "--layer needs --head, too"),
      (["--out", "o", "--head", "1"], 2, "--head needs --layer, too"),
      (["--out", "o", "--layer", "9", "--head", "0"], 2, "there is no head 0 in a layer 9"),
      (["--out", "o", "--learning-rate", "0.1,-1"], 2, "--learning-rate"),
      (["--out", "o", "--tasks", "tasks/key-value-60.jsonl"], 2, "twice"),
      (["--out", "o", "--tasks", "none.jsonl"], 1, "none.jsonl"),
    ]
    for (words, code, part) in cases {
      let outcome = try BuiltBinary.run(
        ["theory", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "-q"] + words,
        in: folder.url)
      #expect(outcome.exitCode == code)
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: path("o")))
    }
    for (words, code, part) in [
      (["requirement", "out", "--task", "needle"], 1, "holds no task needle, but key-value"),
      (["requirement", "out", "--task", "neddle"], 2, "--task must be one of "),
      (["signal", "out/query-gain.csv"], 1, "there is no column \"signal\""),
      (["query-gain", "nowhere"], 1, "nowhere"),
    ] as [([String], Int32, String)] {
      let outcome = try BuiltBinary.run(
        ["plot"] + words + ["--out", "f.png"], in: folder.url)
      #expect(outcome.exitCode == code)
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: path("f.png")))
    }
  }

  @Test func profilesAreDrawnBeforeAndAfter() throws {
    func probe(_ words: String...) throws -> BuiltBinary.Outcome {
      try BuiltBinary.run(
        [
          "probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--tasks",
          "tasks/key-value-100.jsonl", "--adapt", "qttt", "--steps", "3", "--span-length", "32",
          "-q", "--out", "probe",
        ] + words, in: folder.url)
    }
    let unknown = try probe("--profile", "0,7")
    #expect(unknown.exitCode == 2)
    #expect(
      unknown.errors
        == "dilution: --profile 7: no tasks file has an instance of that number among those probed.\n"
    )
    #expect(try probe("--profile", "0,2", "--profile", "3").exitCode == 0)
    let profile = try CSVTable.read(path("probe/profile.csv"))
    #expect(Set(try profile.ints("index")) == [0, 2, 3])
    #expect(Set(try profile.ints("step")) == [0, 3])

    let outcome = try run(
      "plot", "attention-profile", "probe", "--index", "2", "--length", "100", "--out", "f.svg",
      "--out", "f.csv")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let data = try CSVTable.read(path("f.csv"))
    let steps = try data.ints("step")
    let attention = try data.doubles("attention")
    for step in [0, 3] {
      let sum = steps.indices.filter { steps[$0] == step }.reduce(0) { $0 + attention[$1] }
      #expect(abs(sum - 1) < 1e-9)
    }
    // Context and question.
    #expect(data.rowCount == 2 * 103)
    #expect(try data.ints("is_gold").reduce(0, +) == 2 * 5)
    for (words, part) in [
      (["--length", "100"], "several values of index, 0, 2, 3: choose one with --index"),
      (["--index", "0"], "several values of length, 60, 100: choose one with --length"),
      (["--index", "1", "--length", "60"], "holds no index 1, but 0, 2, 3"),
      (["--index", "0", "--length", "60", "--answer-token", "5"], "holds no answer_step 5"),
    ] as [([String], String)] {
      let outcome = try BuiltBinary.run(
        ["plot", "attention-profile", "probe/profile.csv", "--out", "g.png"] + words,
        in: folder.url)
      #expect(outcome.exitCode == 1 && outcome.errors.contains(part), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: path("g.png")))
    }
  }
}
