import DataFiles
import Foundation
import Testing

/// From a checkpoint folder with a tokenizer to a figure, by commands alone.
@Suite struct TextPathTests {
  static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("TextMethodsTests/Fixtures/qwen3-text").path

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
      "32", "--learning-rate", "100", "--weight-decay", "100",
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
