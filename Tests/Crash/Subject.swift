import Foundation

/// A subcommand with something to do, and what is known of its files.
struct Subject {
  var name: String
  /// The words of the command. It is given in a folder of its own and writes into `out` there.
  var words: [String]
  /// A folder that stands as `out` before the first run; nil where there is none.
  var start: String?
  /// Files that grow while the run lasts, and differ from the final ones until then.
  var growing: Set<String> = []
  /// Logs in which every line is a record that must never be lost.
  var logs: Set<String> = []
  /// What the same command says when there is nothing left to do; nil when it succeeds again.
  var refusesAgain: String?
  /// Whether a second process at the same time is turned away.
  var isExclusive = false

  /// The subcommands that write files, with inputs made in the bench's folder.
  static func all(_ bench: Bench) throws -> [Subject] {
    let inputs = "\(bench.folder)/inputs"
    try FileManager.default.createDirectory(atPath: inputs, withIntermediateDirectories: true)
    try write(recipe, to: "\(inputs)/recipe.json5")
    try write(study("\(inputs)/model"), to: "\(inputs)/study.json5")
    let train = [
      "train", "\(inputs)/recipe.json5", "--held-out", "4", "--save-every", "1", "--threads", "2",
      "--quiet",
    ]
    let sweep = ["sweep", "\(inputs)/study.json5", "--threads", "2", "--quiet"]
    for words in [
      train + ["--out", "model"],
      ["generate", "--task", "key-value", "--length", "60,100", "--count", "12", "--out", "tasks"],
      [
        "generate", "--task", "needle", "--length", "200", "--count", "6", "--format", "ruler",
        "--out", "texts",
      ],
      sweep + ["--out", "shards/out", "--shard", "1/2"],
      sweep + ["--out", "shards/out", "--shard", "2/2"], sweep + ["--out", "run/out"],
    ] {
      let ending = try Child(bench.program, words, in: inputs).end()
      guard ending.isSuccess else { throw Problem("\(words[0]) \(ending.words)") }
    }
    return [
      Subject(
        name: "train", words: train + ["--out", "out"],
        growing: ["curve.csv", "training-state.safetensors"], refusesAgain: "holds a model already",
        isExclusive: true),
      Subject(
        name: "sweep", words: sweep + ["--out", "out"], growing: ["records.jsonl"],
        logs: ["records.jsonl"], isExclusive: true),
      Subject(
        name: "generate",
        words: [
          "generate", "--task", "key-value", "--length", "1K,4K,16K", "--count", "40", "--out",
          "out", "--quiet",
        ]),
      Subject(
        name: "probe",
        words: [
          "probe", "--model", "\(inputs)/model", "--tasks", "\(inputs)/tasks/key-value-60.jsonl",
          "--tasks", "\(inputs)/tasks/key-value-100.jsonl", "--adapt", "qttt", "--steps", "4",
          "--span-length", "16", "--profile", "0", "--out", "out", "--quiet",
        ], growing: ["probe.json", "records.jsonl"], refusesAgain: "holds results already",
        isExclusive: true),
      Subject(
        name: "theory",
        words: [
          "theory", "--model", "\(inputs)/model", "--tasks", "\(inputs)/tasks/key-value-60.jsonl",
          "--tasks", "\(inputs)/tasks/key-value-100.jsonl", "--out", "out", "--quiet",
        ], growing: ["theory.json", "records.jsonl"], refusesAgain: "holds results already",
        isExclusive: true),
      Subject(
        name: "scaling",
        words: [
          "scaling", "--model", "\(inputs)/model", "--lengths", "64,128,256", "--span-length", "16",
          "--out", "out", "--quiet",
        ], growing: ["scaling.csv", "scaling.json", "records.jsonl"],
        refusesAgain: "holds the results of an earlier run", isExclusive: true),
      Subject(
        name: "think",
        words: [
          "think", "--model", textModel, "--tasks", "\(inputs)/texts/needle-200.jsonl",
          "--methods", "in-context,thinking,qttt", "--steps", "2", "--span-length", "16",
          "--answer-tokens", "8", "--out", "out", "--quiet",
        ], growing: ["think.json", "records.jsonl"], refusesAgain: "holds results already",
        isExclusive: true),
      Subject(
        name: "merge", words: ["merge", "out", "--out", "out", "--quiet"],
        start: "\(inputs)/shards/out"),
      Subject(
        name: "stats", words: ["stats", "out", "--quiet", "--resamples", "2000"],
        start: "\(inputs)/run/out"),
      Subject(
        name: "plot",
        words: [
          "plot", "accuracy-curve", "out", "--task", "key-value", "--out", "out/a.svg", "--out",
          "out/a.png", "--out",
          "out/a.pdf", "--out", "out/a.csv", "--quiet",
        ], start: "\(inputs)/run/out"),
    ]
  }

  /// A small model with a tokenizer, which tests have beside them.
  private static let textModel = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("TextSupport/qwen3-text").path

  private static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private static let recipe = """
    {model: {width: 32, layers: 2, queryHeads: 2, keyValueHeads: 1, headWidth: 16, mlpWidth: 48},
     seed: 3, steps: 60, batchTokens: 1200,
     optimizer: {learningRate: 3e-3, beta2: 0.98, weightDecay: 0.05},
     schedule: {warmup: 3, decayFrom: 0.5, floor: 0.1}, stretchTo: 2048,
     curriculum: {start: 4, end: 8, grow: 2, accuracy: 0.01},
     mixture: {keyValue: 1, needle: 1, multiHop: 1, hops: 3, questions: 4}}
    """

  private static func study(_ model: String) -> String {
    """
    {model: "\(model)", tasks: [{task: "key-value"}, {task: "multi-hop", hops: [1, 2]}],
     lengths: [64, 128], count: 12, seed: 7, budgets: {steps: 4, span_length: 32},
     methods: [{method: "in-context"}, {method: "qttt", span_length: 32}, {method: "thinking"}]}
    """
  }
}
