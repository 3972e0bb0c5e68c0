import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import MachineInspection
import Prompts
import Runs
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Has a language model answer tasks as text: in context, after thinking, after query-only training.
enum ThinkCommand: Subcommand {
  static let tasks = Option.repeated(
    "tasks", .file("jsonl"), isRequired: true,
    help: "A file of texts with RULER's fields; give the option once for each file.")

  static let limit = Option.optional(
    "limit", .integer(in: 1...Int.max), help: "Answer the first N texts of each file only.")

  static let methods = Option.defaulted(
    "methods", .list(of: .choice as ValueKind<TextMethod>), to: TextMethod.allCases,
    help: "The methods, each behind the same prefill.")

  static let steps = Option.defaulted(
    "steps", .integer(in: 0...1_000_000), to: 32, help: "N: steps of qttt.")

  static let spanLength = Option.defaulted(
    "span-length", .size(in: 1...AdaptationOptions.spanLimit), to: 128, help: "k: tokens in a span."
  )

  static let thinkingTokens = Option.optional(
    "thinking-tokens", .integer(in: 0...1 << 24),
    help: "M: the most tokens of thought; as many as the steps of qttt pay for unless given.")

  static let answerTokens = Option.defaulted(
    "answer-tokens", .integer(in: 1...1 << 20), to: 32, help: "The most tokens of an answer.")

  static let temperature = Option.defaulted(
    "temperature", .number(in: 0...10), to: 0,
    help: "Of thoughts, with top-p .95 and top-k 20; 0 takes the most probable token.")

  static let folder = Option.required(
    "out", .directory, help: "Where the answers go; created when missing.")

  static let force = Option.flag("force", help: "Replace the answers of an earlier run.")

  /// The options of query training, which `benchmark` has too.
  static let queryTraining = OptionGroup(
    "Query training",
    [
      steps, spanLength, AdaptationOptions.learningRate, AdaptationOptions.weightDecay,
      AdaptationOptions.clip, AdaptationOptions.spanKeyValues,
    ])

  static let declaration = Command(
    name: "think",
    summary: "answer tasks as text in context, after thinking, and after query training",
    discussion: """
      Reads every text once with the model's own tokenizer and chat template (a model \
      that brings none continues the text), and answers it by each method. Thinking is cut off after M tokens \
      and the answer begun for the model (budget forcing); unless given, M is the largest number with \
      which thinking costs no more than the N steps of qttt, prompts and the longest answer included, \
      counted exactly. An answer ends with its turn, with its \
      line, or with --answer-tokens, and scores the share of 'outputs' that it holds (RULER's rule).

      Writes DIR/answers.jsonl (every answer with its thought; 'dilution score' reads it), \
      DIR/answers.csv (a row for each answer: score, probability of the right one, tokens, operations \
      and seconds) and DIR/think.json (what the results are the results of).
      """,
    examples: [
      Example(
        "dilution think --model Qwen3-0.6B --tasks tasks/needle-4096.jsonl --learning-rate 1e-5 "
          + "--out out/think", "All three methods at matched operations"),
      Example(
        "dilution think --model Qwen3-0.6B --tasks niah_single_1/validation.jsonl "
          + "--methods in-context --answer-tokens 128 --out out/ruler", "RULER's own file"),
    ],
    groups: [
      OptionGroup(
        "What is answered",
        [
          ProbeOptions.model, ModelArguments.weights, tasks, limit, PromptOptions.plain,
          PromptOptions.file, MemoryOptions.keyValuePrecision,
        ]),
      OptionGroup("Methods", [methods, answerTokens, thinkingTokens, temperature]),
      queryTraining,
      OptionGroup("Output", [folder, force]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let files = arguments[tasks]
    for (place, file) in files.enumerated() where files[..<place].contains(file) {
      throw ArgumentError.rule("--tasks names \(file) twice; each file is answered once.")
    }
    let settings = try settings(
      arguments, thinkingTokens: arguments[thinkingTokens], answerTokens: arguments[answerTokens])
    let prompts = try files.flatMap { file in
      try TextPrompt.read(file, limit: arguments[limit]).map { (file: file, prompt: $0) }
    }
    let folder = arguments[ProbeOptions.model]
    let shape = try Checkpoint.configuration(folder)
    let text = try PromptOptions.model(
      folder, vocabulary: shape.vocabularySize, arguments, console)
    let run = try TextRun(
      ModelArguments.open(folder, arguments), text, settings: settings,
      prompts: prompts, threads: arguments.threads)
    if let free = SystemFiles.memory?.freeBytes, run.bytes > free {
      throw TextTooLong(neededBytes: run.bytes, freeBytes: free)
    }
    let output = try ThinkFiles(arguments[Self.folder], replaces: arguments[force])
    let progress = console.progress("think", unit: "texts", total: run.count)
    let provenance = ThinkProvenance(
      provenance: .ofThisProcess(), model: try HashedFile.checkpoint(folder),
      tasks: try files.map { try HashedFile($0) }, text: text)
    try run.run(
      checkpoint: { try Interruption.check() },
      deliver: { answers in
        try output.append(answers)
        progress.advance()
      })
    progress.finish()
    let report = ThinkReport(try output.finish(provenance), seed: arguments.seed())
    if console.wantsJSON {
      try console.print(json: report)
    } else {
      for line in report.lines { try console.print(line) }
    }
  }

  /// How texts are answered.
  ///
  /// - Throws: `ArgumentError.rule` for methods that are named twice, or for none.
  static func settings(
    _ arguments: Arguments, thinkingTokens: Int?, answerTokens: Int
  ) throws(ArgumentError) -> TextSettings {
    let chosen = arguments[methods]
    guard !chosen.isEmpty, Set(chosen).count == chosen.count else {
      throw .rule("--methods must name at least one method, and each once.")
    }
    let step = AdaptationOptions.step(arguments)
    return TextSettings(
      methods: chosen,
      training: SpanTraining(
        steps: arguments[steps], spanLength: arguments[spanLength],
        training: WeightTrainer.Settings(optimizer: .adamW(step.optimizer), clip: step.clip),
        keyValues: step.spanKeyValues),
      thinkingTokens: thinkingTokens, answerTokens: answerTokens,
      sampler: arguments[temperature] == 0
        ? .greedy : Sampler(temperature: arguments[temperature], topP: 0.95, topK: 20),
      precision: arguments[MemoryOptions.keyValuePrecision], seed: arguments.seed())
  }
}

/// Texts whose keys and values memory does not hold.
struct TextTooLong: Error, CustomStringConvertible {
  let neededBytes: Int
  let freeBytes: Int

  var description: String {
    "the longest text needs \(neededBytes >> 20) MiB beside the weights, but \(freeBytes >> 20) MiB "
      + "are free: give --kv-precision float16, or shorter texts"
  }
}
