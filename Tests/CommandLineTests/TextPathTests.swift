import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// From a checkpoint folder with a tokenizer to a figure, by commands alone.
@Suite(.tags(.process, .slow)) struct TextPathTests {
  static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("TextSupport/qwen3-text").path

  private func run(_ words: [String]) throws -> String {
    let outcome = try BuiltBinary.run(words)
    #expect(outcome.exitCode == 0, "\(words): \(outcome.errors)")
    return outcome.output
  }

  @Test func fromAFolderToAFigure() throws {
    let folder = try TemporaryFolder()
    let tasks = folder.file("tasks")
    _ = try run([
      "generate", "--task", "key-value", "--length", "60,120", "--count", "3", "--seed", "7",
      "--format", "ruler", "--out", tasks,
    ])
    let files = ["60", "120"].flatMap { ["--tasks", "\(tasks)/key-value-\($0).jsonl"] }
    let training = ["--steps", "2", "--span-length", "32", "--learning-rate", "1e-3"]
    let probe = folder.file("probe")
    _ = try run(
      ["probe", "--model", Self.model, "--adapt", "qttt", "--out", probe] + files + training)
    let table = try folder.read("probe/probe.csv").split(separator: "\n")
    #expect(table.count == 1 + 2 * 3 * 3)
    _ = try run([
      "plot", "dilution-curve", "\(probe)/probe.csv", "--out", folder.file("curve.svg"), "--out",
      folder.file("curve.png"),
    ])
    #expect(try folder.read("curve.svg").contains("</svg>"))

    let think = folder.file("think")
    let report = try run(
      ["think", "--model", Self.model, "--out", think, "--answer-tokens", "6"] + files + training)
    #expect(report.contains("in-context") && report.contains("thinking") && report.contains("qttt"))
    #expect(try folder.read("think/answers.csv").split(separator: "\n").count == 1 + 2 * 3 * 3)
    let lines = try folder.read("think/answers.jsonl").split(separator: "\n")
    #expect(lines.count == 18 && lines[0].contains("\"method\":\"in-context\""))
    #expect(try folder.read("think/think.json").contains("\"chat_template\": \"qwen3\""))
    let again = try BuiltBinary.run(
      ["think", "--model", Self.model, "--out", think, "--answer-tokens", "6"] + files + training)
    #expect(again.exitCode == 1 && again.errors.contains("--force"))
  }

  /// Killed behind any answer, in the middle of a line too, a run goes on to the same bytes.
  @Test func aKilledRunEndsWithTheSameAnswers() throws {
    let folder = try TemporaryFolder()
    _ = try run([
      "generate", "--task", "key-value", "--length", "60", "--count", "4", "--format", "ruler",
      "--out", folder.file("tasks"),
    ])
    func words(_ out: String) -> [String] {
      [
        "think", "--model", Self.model, "--tasks", folder.file("tasks/key-value-60.jsonl"),
        "--steps", "2", "--span-length", "32", "--answer-tokens", "6", "--out", folder.file(out),
      ]
    }
    let whole = try run(words("whole"))
    let process = try BuiltBinary.process(words("cut") + ["--quiet"])
    try process.run()
    let log = folder.file("cut/records.jsonl")
    while process.isRunning, (try? folder.read("cut/records.jsonl").count) ?? 0 == 0 { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let first = try folder.read("cut/records.jsonl").split(separator: "\n")[0]
    try folder.write(first + "\n{\"answer\":", to: "cut/records.jsonl")
    let status = try run(["status", folder.file("cut")])
    #expect(status.contains(": 1 of 12 records\n  stopped at ") && status.contains("think --model"))
    let again = try BuiltBinary.run(words("cut"))
    #expect(again.exitCode == 0 && again.errors.contains("half written"), "\(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: log))
    #expect(try folder.read("cut/answers.jsonl") == folder.read("whole/answers.jsonl"))
    // The last column are seconds.
    func means(_ report: String) -> [String] {
      report.split(separator: "\n").map {
        $0.split(separator: " ").dropLast().joined(separator: " ")
      }
    }
    #expect(means(again.output) == means(whole))
  }

  /// Answers of a run that diverged are in no mean, and there may be no others.
  @Test func answersThatDivergedAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let tasks = folder.file("tasks")
    _ = try run([
      "generate", "--task", "key-value", "--length", "60", "--count", "2", "--format", "ruler",
      "--out", tasks,
    ])
    let think = folder.file("think")
    let report = try run([
      "think", "--model", Self.model, "--tasks", "\(tasks)/key-value-60.jsonl", "--out", think,
      "--methods", "in-context,qttt", "--answer-tokens", "4", "--steps", "16", "--span-length",
      "32", "--learning-rate", "100", "--weight-decay", "100", "--kv-precision", "float16",
    ])
    #expect(report.contains("2 of qttt in ") && report.contains("diverged, and are in no mean"))
    let table = try CSVTable.read("\(think)/answers.csv")
    #expect(try table.strings("method") == ["in-context", "qttt", "in-context", "qttt"])
    #expect(try table.ints("diverged") == [0, 1, 0, 1])
    for measure in ["score", "correct", "answer_probability"] {
      #expect(try table.optionalDoubles(measure).map { $0 == nil } == [false, true, false, true])
    }
    let places = try table.strings("diverged_at")
    #expect(places[0].isEmpty && places[1].hasPrefix("step "), "\(places)")
  }

  /// A study of text from folder to figures and tables, killed on the way.
  @Test func fromAFolderToASweepOfText() throws {
    let folder = try TemporaryFolder()
    func run(_ line: String) throws -> String {
      let outcome = try BuiltBinary.run(line, in: folder.url)
      #expect(outcome.exitCode == 0, "\(line): \(outcome.errors)")
      return outcome.output
    }
    let generate =
      "generate --task key-value --length 400,600 --count 3 --format text --out tasks "
      + "--tokenizer \(Self.model) --template qwen3 --no-think --seed "
    _ = try run(generate + "7")
    try folder.write(
      """
      {
        model: "\(Self.model)",
        tasks: [
          {task: "key-value", text: true, answer_tokens: 6, label: "fitted"},
          {task: "key-value", text: "tasks/key-value-{length}.jsonl", answer_tokens: 6, label: "filed"},
        ],
        lengths: [400, 600], budgets: {steps: 2, span_length: 32}, count: 3, seed: 5,
        methods: [{method: "in-context"}, {method: "thinking"}, {method: "qttt", span_length: 32}],
      }
      """, to: "spec.json5")
    #expect(try run("sweep spec.json5 --dry-run").contains("36 records in 12 cells"))
    _ = try run("sweep spec.json5 --out whole --threads 2")
    // Only half of the records are there, and half of a line.
    let process = try BuiltBinary.process(
      ["sweep", "spec.json5", "--out", "cut", "--quiet"], in: folder.url)
    try process.run()
    let log = folder.url.appendingPathComponent("cut/records.jsonl")
    while process.isRunning, (try? Data(contentsOf: log))?.isEmpty ?? true { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    _ = try run("sweep spec.json5 --out cut")
    func records(_ name: String) throws -> [String] {
      try folder.read("\(name)/results.jsonl").split(separator: "\n").map { line in
        String(line[..<(line.range(of: "\"seconds\"")?.lowerBound ?? line.endIndex)])
      }
    }
    #expect(try records("cut") == records("whole"))
    #expect(try records("whole").count == 36)
    for part in ["1/2", "2/2"] {
      _ = try run("sweep spec.json5 --out parts --shard \(part)")
    }
    _ = try run("merge parts --out merged")
    #expect(try records("merged") == records("whole"))
    #expect(try run("stats whole").contains("fitted"))
    _ = try run("plot dilution-curve whole --task fitted --out curve.svg --out curve.csv")
    #expect(try folder.read("curve.svg").contains("</svg>"))
    #expect(try folder.read("curve.csv").split(separator: "\n").count > 2)
    // A changed text is another sweep.
    _ = try run(generate + "8 --force")
    let other = try BuiltBinary.run("sweep spec.json5 --out whole", in: folder.url)
    #expect(other.exitCode == 1 && other.errors.contains("text file"), "\(other.errors)")
  }

  @Test func whatIsMissingIsSaidInASentence() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"index": 0, "input": "A is 1.\nA?", "outputs": ["1"]}"# + "\n", to: "a.jsonl")
    let weights = ["config.json", "model.safetensors.index.json"].map { "\(Self.model)/\($0)" }
    let bare = folder.url.appendingPathComponent("bare")
    try FileManager.default.createDirectory(at: bare, withIntermediateDirectories: true)
    for file in weights {
      try FileManager.default.copyItem(
        atPath: file, toPath: bare.appendingPathComponent((file as NSString).lastPathComponent).path
      )
    }
    for command in ["probe", "think"] {
      let outcome = try BuiltBinary.run([
        command, "--model", bare.path, "--tasks", folder.file("a.jsonl"),
        "--out", folder.file(command),
      ])
      #expect(outcome.exitCode == 1 && outcome.errors.contains("tokenizer.json"))
    }
    let outcome = try BuiltBinary.run([
      "probe", "--model", Self.model, "--tasks", folder.file("a.jsonl"), "--out",
      folder.file("probe"),
    ])
    #expect(outcome.exitCode == 1 && outcome.errors.contains("where its answer is"))
  }
}

extension TemporaryFolder {
  fileprivate func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  fileprivate func read(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  fileprivate func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }
}
