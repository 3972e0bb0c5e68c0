import ArgumentParsing
import Experiments
import MachineInspection
import Runs
import TestTimeCompute
import TextBenchmarks
import Tokenization
import TransformerModel

/// Puts a public benchmark to a language model: in context, after thinking, after query-only training.
enum BenchmarkCommand: Subcommand {
  static let benchmark = Positional.required(
    "BENCHMARK", .choice as ValueKind<Benchmark>, help: "Whose questions, prompts and metrics.")

  static let data = Option.repeated(
    "data", .file("json", "jsonl"), isRequired: true,
    help: "The benchmark's own file: LongBench v2's data.json, a ZeroSCROLLS subset's or a RULER "
      + "task's JSON Lines; give the option once for each file.")

  static let contextTokens = Option.optional(
    "context-tokens", .size(in: 1...1 << 28),
    help:
      "The most tokens before an answer, template included; when not given, as many as leave room "
      + "for thoughts and answers within the positions that the model was made for.")

  static let answerTokens = Option.optional(
    "answer-tokens", .integer(in: 1...1 << 20),
    help: "The most tokens of an answer; when not given, as many as the benchmark's own runs have.")

  static let skipsTooLong = Option.flag(
    "skip-too-long",
    help: "Leave out questions that are too long however they are cut, and count them; without it "
      + "the first of them ends the command before anything is computed.")

  static let declaration = Command(
    name: "benchmark",
    summary: "run LongBench v2, ZeroSCROLLS or RULER by three methods at matched FLOPs",
    discussion: """
      Reads each question once, in the benchmark's own words and the model's own chat template, and \
      answers it in context, after thinking and after the N steps of qttt. Thinking gets the most \
      tokens with which it costs no more than these very steps, prompts and the longest answer \
      included, counted exactly. Texts beyond --context-tokens are cut as each benchmark's own code \
      does it: LongBench v2 in the middle, ZeroSCROLLS at the document's end; RULER's are made for a \
      length and not cut. All questions are looked at before the first is asked: one that is too long \
      ends the command at once, unless --skip-too-long leaves it out.

      Each answer is one line of DIR/records.jsonl, on disk before the next begins. A run may be killed \
      at any moment; the same command goes on where it stopped, and the records are the same bytes, but \
      for the seconds. When all is done, DIR/table.csv and DIR/table.md hold the benchmark's scores \
      from 0 to 100, a row a category, subset or task and a column a method, and DIR/results.csv a row \
      for each answer. With --skip-too-long, DIR/skipped.csv lists the questions that were left out, \
      and the tables count them.
      """,
    examples: [
      Example(
        "dilution benchmark longbench-v2 --model Qwen3-0.6B --data data.json --context-tokens 32K "
          + "--learning-rate 1e-5 --out out/longbench",
        "Repeat the command to go on after an interruption"),
      Example(
        "dilution benchmark zero-scrolls --model Qwen3-0.6B --data qasper/validation.jsonl "
          + "--data gov_report/validation.jsonl --out out/zero-scrolls",
        "Two subsets, named by their folders"),
      Example(
        "dilution benchmark ruler --model Qwen3-0.6B --data vt/validation.jsonl --dry-run",
        "What it costs, before it is started"),
    ],
    positionals: [benchmark],
    groups: [
      OptionGroup(
        "What is asked",
        [
          ModelArguments.model, ModelArguments.weights, data, RunOptions.limit, PromptOptions.plain,
          PromptOptions.file, contextTokens, skipsTooLong, ModelArguments.keyValuePrecision,
        ]),
      OptionGroup("Methods", [ThinkCommand.methods, answerTokens]),
      ThinkCommand.settingsGroup,
      OptionGroup("Output", [RunOptions.optionalFolder, RunOptions.dryRun]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let settings = try ThinkCommand.settings(
      arguments, thinkingTokens: nil, answerTokens: 1)
    let folder = try RunOptions.folder(arguments)
    let modelFolder = arguments[ModelArguments.model]
    let shape = try Checkpoint.configuration(modelFolder)
    let text = try PromptOptions.model(
      modelFolder, vocabulary: shape.vocabularySize, arguments, console)
    let questions = try BenchmarkFiles(
      arguments[benchmark], arguments[data], limit: arguments[RunOptions.limit])
    let run = BenchmarkRun(
      try ModelArguments.open(modelFolder, arguments), text, arguments[benchmark],
      settings: settings, answerTokens: arguments[answerTokens],
      contextTokens: arguments[contextTokens], threads: arguments.threads)
    let asking = BenchmarkAsking(
      run, questions, skipsTooLong: arguments[skipsTooLong],
      freeBytes: { SystemFiles.memory?.freeBytes })
    guard let folder else {
      let report = try BenchmarkCostReport(
        asking, threads: arguments.threads, checkpoint: { try Interruption.check() })
      return try console.show(report, lines: report.lines)
    }
    let identity = try BenchmarkIdentity(
      asking,
      model: HashedFile.checkpoint(modelFolder) + [HashedFile(Tokenizer.file(modelFolder))],
      given: ThinkCommand.settings.given(arguments),
      weights: arguments[ModelArguments.weights]?.rawValue)
    let report = try ConsoleObserver.watch(console, "check", unit: "questions") { looker in
      try ConsoleObserver.watch(console, "benchmark", unit: "answers") {
        try asking.work(
          in: folder, identity, author: .ofThisProcess(), looker: looker, observer: $0)
      }
    }
    try console.show(report, lines: report.lines)
  }
}
