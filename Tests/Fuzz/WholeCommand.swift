import Foundation
import Randomness

/// A command of the program that reads a file, of which bad ones are made.
struct WholeCommand {
  let name: String
  /// The words behind the program's name; files are in the folder in which it runs.
  let words: [String]
  /// The file that is bad, there.
  let file: String
  /// Good files, all of which must be taken.
  let samples: [[UInt8]]
  /// Makes input number n from the stream that is its own.
  let input: (RandomStream) -> [UInt8]
  /// Good files of the repository that stand beside it, by their names there.
  var beside: [String: String] = [:]
  /// Whether a good input may ask for hours of work.
  var mayBeLong = false

  private static let sandbox = "Models/sandbox-facts-narrow"
  private static let text = "Tests/TextSupport/qwen3-text"
  private static let weights = [
    "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
    "model-00003-of-00003.safetensors",
  ]
  /// The tokens to which `fitted.jsonl` is.
  private static let fittedLength = 240
  private static let training = [
    "--steps", "4", "--span-length", "8", "--learning-rate", "1e-3",
  ]

  /// All of them; the samples are found in the repository.
  static func all() throws -> [WholeCommand] {
    let tokens = try Corpus.heads(
      1, "Tasks/key-value/sample.jsonl", "Tasks/needle/sample.jsonl",
      "Tasks/multi-hop/sample.jsonl", "Tasks/transaction-log/sample.jsonl",
      "Tasks/code-bug/sample.jsonl")
    let fitted = [try Corpus.file("Tests/Fuzz/fitted.jsonl")]
    let texts =
      try fitted
      + Corpus.heads(
        1, "Tasks/key-value/sample-ruler.jsonl", "Tasks/needle/sample-ruler.jsonl",
        "Tasks/multi-hop/sample-ruler.jsonl")
    let answering = ["--model", "model", "--answer-tokens", "2", "--out", "out"] + training
    let model = modelFiles(text)
    let probing = ["--out", "out", "--profile", "0", "--adapt", "qttt"] + training
    return [
      lines(
        "probe, tokens", ["probe", "--model", "model", "--tasks", "bad.jsonl"] + probing, tokens,
        beside: modelFiles(sandbox)),
      lines(
        "theory", ["theory", "--model", "model", "--tasks", "bad.jsonl", "--out", "out"], tokens,
        beside: modelFiles(sandbox)),
      lines(
        "probe, text", ["probe", "--model", "model", "--tasks", "bad.jsonl"] + probing, texts,
        beside: model),
      lines("think", ["think", "--tasks", "bad.jsonl"] + answering, texts, beside: model),
      lines(
        "benchmark ruler", ["benchmark", "ruler", "--data", "bad.jsonl"] + answering,
        texts + [Corpus.ruler], beside: model),
      lines(
        "benchmark zero-scrolls",
        [
          "benchmark", "zero-scrolls", "--data", "qasper.jsonl", "--context-tokens", "60",
        ] + answering, [Corpus.scrolls], file: "qasper.jsonl", beside: model),
      document(
        "benchmark longbench-v2",
        [
          "benchmark", "longbench-v2", "--data", "bad.json", "--context-tokens", "320",
        ] + answering, [Corpus.longBench], file: "bad.json", beside: model),
      lines(
        "sweep, text", ["sweep", "spec.json5", "--out", "out"], fitted,
        file: "t-\(fittedLength).jsonl",
        beside: model.merging(["spec.json5": "Tests/Fuzz/text-study.json5"]) { $1 }),
      document(
        "sweep, spec", ["sweep", "spec.json5", "--out", "out"],
        try Corpus.files("Tests/Fuzz/text-study.json5"), file: "spec.json5",
        beside: model.merging(
          ["t-\(fittedLength).jsonl": "Tests/Fuzz/fitted.jsonl"]) { $1 },
        mayBeLong: true),
      try checkpoint("config.json"), try checkpoint("tokenizer.json"),
      try checkpoint("tokenizer_config.json"), try checkpoint("model.safetensors.index.json"),
    ]
  }

  private static func modelFiles(_ folder: String) -> [String: String] { ["model": folder] }

  private static func lines(
    _ name: String, _ words: [String], _ samples: [[UInt8]], file: String = "bad.jsonl",
    beside: [String: String]
  ) -> WholeCommand {
    WholeCommand(
      name: name, words: words, file: file, samples: samples,
      input: { random in
        var mutator = Mutator(random, samples: samples)
        return mutator.random.below(4) == 0 ? mutator.text() : mutator.lines()
      }, beside: beside)
  }

  private static func document(
    _ name: String, _ words: [String], _ samples: [[UInt8]], file: String,
    beside: [String: String], mayBeLong: Bool = false
  ) -> WholeCommand {
    WholeCommand(
      name: name, words: words, file: file, samples: samples,
      input: { random in
        var mutator = Mutator(random, samples: samples)
        return mutator.random.below(4) == 0 ? mutator.text() : mutator.document()
      }, beside: beside, mayBeLong: mayBeLong)
  }

  /// All that a probe of text and answers do, with a checkpoint of which one file is bad.
  private static func checkpoint(_ bad: String) throws -> WholeCommand {
    let names =
      ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors.index.json"]
      + weights
    var beside = ["t.jsonl": "Tests/Fuzz/unfitted.jsonl"]
    for name in names where name != bad { beside["model/\(name)"] = "\(text)/\(name)" }
    return document(
      "think, \(bad)",
      ["think", "--tasks", "t.jsonl", "--model", "model", "--answer-tokens", "2", "--out", "out"]
        + training,
      [try Corpus.file("\(text)/\(bad)")], file: "model/\(bad)", beside: beside)
  }
}

/// Calls the built program with one bad file after the other. It must end with exit code 0, 1 or 2, and say
/// one sentence where that is not 0.
struct CommandTrials {
  let command: WholeCommand
  let program: String
  let seed: UInt64
  let count: Int
  let folder: String

  /// Seconds after which a command hangs; long work is stopped sooner.
  private static let (patience, work) = (60.0, 3.0)

  func run() throws -> Row {
    var row = Row(reader: command.name, inputs: count)
    let place = "\(folder)/command"
    try prepare(place)
    for (number, sample) in command.samples.enumerated() {
      let call = try call(sample, in: place)
      if call.code != 0 {
        row.failures.append("\(command.name), good file \(number): \(call.said)")
      }
    }
    for number in 0..<count {
      let input = command.input(Worker.stream(command.name, seed, number))
      let call = try call(input, in: place)
      if call.seconds > row.slowest.seconds { row.slowest = (call.seconds, number) }
      if call.code == 0 { row.accepted += 1 } else { row.refused += 1 }
      if call.wasStopped && command.mayBeLong { continue }
      if let defect = call.defect {
        row.failures.append("\(command.name), input \(number): \(defect)")
      }
    }
    return row
  }

  private func call(_ input: [UInt8], in place: String) throws -> ProgramCall {
    try? FileManager.default.removeItem(atPath: "\(place)/out")
    try Data(input).write(to: URL(fileURLWithPath: "\(place)/\(command.file)"))
    return try ProgramCall(
      program, command.words + ["--threads", "1", "--quiet"], in: place,
      patience: command.mayBeLong ? Self.work : Self.patience)
  }

  private func prepare(_ place: String) throws {
    let files = FileManager.default
    try? files.removeItem(atPath: place)
    let own = URL(fileURLWithPath: "\(place)/\(command.file)").deletingLastPathComponent()
    try files.createDirectory(at: own, withIntermediateDirectories: true)
    let repository = files.currentDirectoryPath
    for (name, source) in command.beside {
      try files.createSymbolicLink(
        atPath: "\(place)/\(name)", withDestinationPath: "\(repository)/\(source)")
    }
  }
}
