import ArgumentParsing
import DataFiles
import Experiments
import MachineInspection
import Prompts
import Runs
import TestTimeCompute
import TransformerModel

/// Has a language model answer tasks as text: in context, after thinking, after query-only training.
enum ThinkCommand: Subcommand {
  static let tasks = Option.repeated(
    "tasks", .file("jsonl"), isRequired: true,
    help: "A file of texts with RULER's fields; give the option once for each file.")

  static let methods = Option.defaulted(
    "methods", .list(of: .choice(MethodCatalog.names)),
    to: [InContextMethod.name, ThinkingMethod.name, QTTTMethod.name],
    help: "The methods, each behind the same prefill.")

  static let steps = Option.defaulted(
    "steps", .integer(in: AmountKind.steps.range), to: 32,
    help: "N: steps of qttt, to whose operations other methods are matched.")

  static let thinkingTokens = Option.optional(
    "thinking-tokens", .integer(in: 0...1 << 24),
    help: "M: the most tokens of thought; as many as the steps of qttt pay for unless given.")

  static let answerTokens = Option.defaulted(
    "answer-tokens", .integer(in: 1...1 << 20), to: 32, help: "The most tokens of an answer.")

  /// The methods that are for text, and their settings.
  static let kinds = MethodCatalog.kinds.filter { $0.init().defectOnText == nil }
  static let settings = MethodOptions(kinds, without: ["steps"])

  /// The options of methods, which `benchmark` has too.
  static let settingsGroup = OptionGroup("Settings of methods", [steps] + settings.options)

  static let declaration = Command(
    name: "think",
    summary: "answer tasks as text in context, after thinking, and after query training",
    discussion: """
      Reads every text once with the model's own tokenizer and chat template (a model \
      that brings none continues the text), and answers it by each method. Thinking is cut off after M tokens \
      and the answer begun for the model (budget forcing); unless given, M is the largest number with \
      which thinking costs no more than the N steps of qttt, prompts and the longest answer included, \
      counted exactly, and so it is with the amount of every other method. Thoughts of a --temperature above 0 \
      are drawn with top-p .95 and top-k 20 unless other values are given. An answer ends with its turn, with its \
      line, or with --answer-tokens, and scores the share of 'outputs' that it holds (RULER's rule).

      Of the methods, \(MethodOptions.sentence(kinds))

      Writes DIR/answers.jsonl (every answer with its thought; 'dilution score' reads it), \
      DIR/answers.csv (a row for each answer: score, probability of the right one, tokens, operations \
      and seconds) and DIR/think.json (what the results are the results of). A run may be killed at any \
      moment; the same command goes on where it stopped.
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
          ModelArguments.model, ModelArguments.weights, tasks, RunOptions.limit,
          PromptOptions.plain,
          PromptOptions.file, ModelArguments.keyValuePrecision,
        ]),
      OptionGroup("Methods", [methods, answerTokens, thinkingTokens]),
      settingsGroup,
      OptionGroup("Output", [RunOptions.folder, RunOptions.force]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let files = try Arguments.distinct(
      arguments[tasks], of: tasks, because: "each file is answered once")
    let settings = try settings(
      arguments, thinkingTokens: arguments[thinkingTokens], answerTokens: arguments[answerTokens])
    let prompts = try files.flatMap { file in
      try TextPrompt.read(file, limit: arguments[RunOptions.limit]).map { (file: file, prompt: $0) }
    }
    let folder = arguments[ModelArguments.model]
    let shape = try Checkpoint.configuration(folder)
    let text = try PromptOptions.model(
      folder, vocabulary: shape.vocabularySize, arguments, console)
    let run = try TextRun(
      ModelArguments.open(folder, arguments), text, settings: settings,
      prompts: prompts, threads: arguments.threads)
    try MemoryShortage.check(
      run.bytes, free: SystemFiles.memory?.freeBytes, "the longest text needs",
      remedy: "give --kv-precision float16, or shorter texts")
    let answers = try ConsoleObserver.watch(console, "think", unit: "answers") {
      try run.work(
        in: arguments[RunOptions.folder], model: HashedFile.checkpoint(folder),
        tasks: files.map { try HashedFile($0) },
        weights: arguments[ModelArguments.weights]?.rawValue,
        author: .ofThisProcess(), replaces: arguments[RunOptions.force], observer: $0)
    }
    let report = ThinkReport(answers, seed: arguments.seed())
    try console.show(report, lines: report.lines)
  }

  /// How texts are answered.
  ///
  /// - Throws: `ArgumentError.rule` for methods that are named twice, for none, and for one that is not
  ///   for text.
  static func settings(
    _ arguments: Arguments, thinkingTokens: Int?, answerTokens: Int
  ) throws(ArgumentError) -> TextSettings {
    let chosen = arguments[methods]
    guard !chosen.isEmpty, Set(chosen).count == chosen.count else {
      throw .rule("--methods must name at least one method, and each once.")
    }
    // All are matched to qttt, so that its settings count whatever is chosen.
    try settings.rejectStrays(
      arguments, methods: chosen + [QTTTMethod.name], flag: methods.declaration.flag)
    var given = settings.given(arguments)
    given["steps"] = JSONValue(.integer(arguments[steps]))
    if let temperature = given["temperature"]?.double, temperature > 0 {
      given["top_p"] = given["top_p"] ?? JSONValue(.double(0.95))
      given["top_k"] = given["top_k"] ?? JSONValue(.integer(20))
    }
    let reference = try MethodOptions.make(QTTTMethod.self, given).spans
    var made: [ChosenMethod] = []
    for name in chosen {
      var method = ChosenMethod(try MethodOptions.make(MethodOptions.kind(name), given))
      if let defect = method.settings.defectOnText {
        throw .rule("--methods cannot have \(name) on text: it \(defect).")
      }
      if name == QTTTMethod.name {
        method.amount = .given(arguments[steps])
      } else if MethodOptions.kind(name).amount == .tokens {
        method.amount = thinkingTokens.map { .given($0) }
      }
      made.append(method)
    }
    return TextSettings(
      methods: made, training: reference.adaptation(steps: arguments[steps]),
      answerTokens: answerTokens, precision: arguments[ModelArguments.keyValuePrecision],
      seed: arguments.seed())
  }
}
