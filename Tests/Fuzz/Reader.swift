import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import Prompts
import Randomness
import Runs
import TextBenchmarks
import Tokenization
import Training
import TransformerModel

/// Something that reads what users hand it.
struct Reader {
  let name: String
  /// What the input is called on disk; a slash stands for a folder that holds other files as well.
  let file: String
  /// Makes input number n from the stream that is its own.
  let input: (RandomStream) -> [UInt8]
  /// What has to be there before.
  var prepare: (_ folder: String) throws -> Void = { _ in }
  let read: (_ path: String) throws -> Void

  /// All readers, the samples of which are found in the repository.
  static func all() throws -> [Reader] {
    let tokenizers = "Tests/TokenizationTests/Fixtures"
    let tied = "Tests/TransformerModelTests/Fixtures/qwen3-tied"
    let sharded = "Tests/TransformerModelTests/Fixtures/llama-sharded"
    return [
      try json("JSON and JSON5", "file.json5", Corpus.files("Tasks/Studies/quick.json5")) {
        _ = try JSONValue.read($0)
      },
      Reader(
        name: "safetensors", file: "file.safetensors",
        input: { random in
          var mutator = Mutator(random, samples: [Corpus.tensors()])
          return mutator.headed()
        },
        read: { path in
          let file = try SafetensorsFile.open(path)
          for name in file.names {
            if let values = try? file.floats(name) { _ = values.count }
            if let values = try? file.int32s(name) { _ = values.count }
          }
        }),
      try checkpoint(
        "sharded index", sharded, "model.safetensors.index.json",
        [
          "config.json", "model-00001-of-00005.safetensors", "model-00002-of-00005.safetensors",
          "model-00003-of-00005.safetensors", "model-00004-of-00005.safetensors",
          "model-00005-of-00005.safetensors",
        ]),
      try checkpoint("config.json", tied, "config.json", ["model.safetensors"]),
      try json(
        "tokenizer.json", "tokenizer.json",
        Corpus.files(
          "\(tokenizers)/words.json", "Models/sandbox-facts/tokenizer.json",
          "\(tokenizers)/unknowns.json", "\(tokenizers)/qwen.json", "\(tokenizers)/llama3.json",
          "\(tokenizers)/sentencepiece.json")
      ) { path in
        let tokenizer = try Tokenizer(path: path)
        for text in hardTexts {
          _ = tokenizer.decode(tokenizer.encode(String(decoding: text, as: UTF8.self)).tokens)
        }
      },
      try json(
        "chat templates", "chat_template.jinja",
        Corpus.chatTemplates("\(tokenizers)/chat-forms.json")
      ) { path in
        _ = try ChatForm.detect(folder: String(path.dropLast("/chat_template.jinja".count)))
      },
      try json("prompt templates", "prompt.txt", ["<s>{system}{user}\n".utf8.map { $0 }]) {
        _ = try ChatForm(promptTemplate: $0)
      },
      try json(
        "recipes", "recipe.json5",
        Corpus.files("Models/sandbox-facts/recipe.json5", "Models/sandbox-hops/recipe.json5")
      ) { _ = try TrainingRecipe.read($0) },
      try json(
        "studies", "study.json5",
        Corpus.files("Tasks/Studies/quick.json5", "Tasks/Studies/paper.json5")
      ) { _ = try SweepStudy.read($0) },
      try json(
        "tasks, sandbox", "tasks.jsonl",
        Corpus.heads(
          2, "Tasks/key-value/sample.jsonl", "Tasks/needle/sample.jsonl",
          "Tasks/multi-hop/sample.jsonl", "Tasks/transaction-log/sample.jsonl",
          "Tasks/code-bug/sample.jsonl")
      ) { _ = try ProbeItem.read($0) },
      try json(
        "tasks, text", "tasks.jsonl",
        Corpus.heads(
          2, "Tasks/transaction-log/sample-text.jsonl", "Tasks/code-bug/sample-text.jsonl",
          "Tasks/key-value/sample-ruler.jsonl")
      ) { _ = try TextPrompt.read($0) },
      try json(
        "records of a sweep", "results.jsonl", Corpus.heads(3, "Results/paper/heads/results.jsonl")
      ) {
        try SweepLog.forEach($0) { _, _ in }
      },
      try json(
        "CSV", "table.csv",
        Corpus.heads(12, "Results/quick/results.csv", "Results/quick/stats.csv")
      ) { path in
        let table = try CSVTable.read(path)
        for column in table.columns {
          if let values = try? table.doubles(column) { _ = values.count }
          if let values = try? table.ints(column) { _ = values.count }
        }
      },
      try json("LongBench v2", "data.json", [Corpus.longBench]) {
        try Questions.read(.longBench, $0, row: "data")
      },
      try json("ZeroSCROLLS", "data.jsonl", [Corpus.scrolls]) {
        try Questions.read(.zeroScrolls, $0, row: "qasper")
      },
      try json(
        "RULER", "data.jsonl",
        [Corpus.ruler] + Corpus.heads(2, "Tasks/key-value/sample-ruler.jsonl")
      ) { try Questions.read(.ruler, $0, row: "niah_single_1") },
      try json("records of a benchmark", "records.jsonl", [Corpus.benchmarkRecords]) {
        try RunLog<BenchmarkRecord>.forEach($0) { _, _ in }
      },
      try json("benchmark.json", "benchmark.json", [Corpus.benchmarkProvenance]) {
        _ = try BenchmarkProvenance($0)
      },
      try json("answers to score", "answers.jsonl", [Corpus.answers]) {
        _ = try BenchmarkAnswers($0)
      },
      commandLine,
    ]
  }

  private static func json(
    _ name: String, _ file: String, _ samples: [[UInt8]], read: @escaping (String) throws -> Void
  ) throws -> Reader {
    Reader(
      name: name, file: file,
      input: { random in
        var mutator = Mutator(random, samples: samples)
        return mutator.text()
      }, read: read)
  }

  /// A folder of which one file is bad.
  private static func checkpoint(
    _ name: String, _ folder: String, _ bad: String, _ others: [String]
  ) throws -> Reader {
    let samples = [try Corpus.file("\(folder)/\(bad)")]
    return Reader(
      name: name, file: "checkpoint/\(bad)",
      input: { random in
        var mutator = Mutator(random, samples: samples)
        return mutator.text()
      },
      prepare: { place in
        try FileManager.default.createDirectory(
          atPath: "\(place)/checkpoint", withIntermediateDirectories: true)
        for file in others {
          try Data(Corpus.file("\(folder)/\(file)")).write(
            to: URL(fileURLWithPath: "\(place)/checkpoint/\(file)"))
        }
      },
      read: { path in
        _ = try Checkpoint.load(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      })
  }

  private static let hardTexts: [[UInt8]] = [
    Array("The  quick\tbrown\r\nfox's 1234567 jumps… \u{1F469}\u{200D}\u{1F467} 東京 e\u{301}".utf8),
    [0xFF, 0xC3, 0x28, 0x20, 0xE2, 0x82, 0x0A], [UInt8](repeating: 0x20, count: 300),
    Array("<|im_start|>user\nHi<|im_end|>".utf8), Array(String(repeating: "ab", count: 400).utf8),
  ]

  /// The parser on declarations of every kind of value.
  private static var commandLine: Reader {
    let sub = Command(
      name: "probe", summary: "try",
      positionals: [Positional.optional("FILE", .file("csv", "json"), help: "A file.")],
      groups: [
        OptionGroup(
          "Options",
          [
            Option.defaulted("count", .integer(in: 1...1000), to: 1, help: "How many."),
            Option.defaulted("rate", .number(in: 0...1), to: 0.5, help: "How fast."),
            Option.optional("size", .size(in: 1...1 << 40), help: "How large."),
            Option.repeated("length", .list(of: .integer(in: 1...99)), help: "How long."),
            Option.optional("kind", .choice(["one", "two"]), help: "Of what kind."),
            Option.flag("force", short: "f", help: "Whatever comes."),
          ])
      ])
    let parser = Parser(
      Command(
        name: "program", summary: "try",
        groups: [OptionGroup("Options", [Parser.help, Parser.version])], subcommands: [sub]))
    let known = [
      "probe", "--count", "--rate", "--size", "--length", "--kind", "--force", "-f", "-fh", "--",
      "-", "--help", "help", "one", "3", "1,2,3", "4k", "a.csv", "",
    ]
    return Reader(
      name: "command lines", file: "words",
      input: { random in
        var mutator = Mutator(random, samples: [[0x61]])
        return Array(mutator.words(among: known).joined(separator: "\0").utf8)
      },
      read: { path in
        let words = try FileSystem.read(path).split(
          separator: 0, omittingEmptySubsequences: false)
        _ = try parser.parse(words.map { String(decoding: $0, as: UTF8.self) })
      })
  }
}
