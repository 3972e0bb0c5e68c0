import ArgumentParsing
import Experiments
import Instrumentation
import MachineInspection
import Prompts
import Runs
import TestTimeCompute
import TransformerModel

/// Measures where a model's attention goes while it answers, before and after adaptation.
enum ProbeCommand: Subcommand {
  static let tasks = Option.repeated(
    "tasks", .file("jsonl"), isRequired: true,
    help:
      "A tasks file as 'dilution generate' writes it, as sandbox tokens or as text; give the option "
      + "once for each file.")

  static let profile = Option.gathered(
    "profile", .integer(in: 0...Int.max),
    help: "Instances, by their number, whose attention is written position by position to "
      + "DIR/profile.csv, before and after the adaptation, and that of all heads, in bins, to "
      + "DIR/attention.jsonl.")

  static let instruments = Option.optional(
    "instruments", .list(of: .choice(Instruments.optionalNames)),
    help: "Instruments to read beside target mass, margin, gap and bound; their columns come last.")

  static let adapt = Option.optional(
    "adapt", .choice(MethodCatalog.names).shown(as: "METHOD"),
    help:
      "Adapt to each context, and measure before and after: qttt trains the query weights alone.")

  static let steps = Option.defaulted(
    "steps", .integer(in: AmountKind.steps.range), to: 32, help: "N: steps of adaptation.")

  static let interval = Option.defaulted(
    "every", .integer(in: 1...1_000_000), to: 1,
    help: "Measure after every N-th step, and always after the last.")

  /// The settings of methods that can be probed.
  static let method = MethodOptions(MethodCatalog.kinds.filter { $0.init().defectInProbe == nil })

  private static let groups = [
    OptionGroup(
      "What is probed",
      [
        ModelArguments.model, ModelArguments.weights, tasks, RunOptions.limit,
        PromptOptions.plain, PromptOptions.file, RunOptions.rotary,
        ModelArguments.keyValuePrecision,
      ]),
    OptionGroup("Adaptation", [adapt, steps, interval] + method.options),
    OptionGroup(
      "Output",
      [
        RunOptions.optionalFolder, profile, instruments, RunOptions.force, RunOptions.dryRun,
      ]),
  ]

  static let declaration = Command(
    name: "probe",
    summary: "measure answers and attention to the needle, before and after adaptation",
    discussion: """
      Reads the context of each instance once, then question and answer, and records for every layer \
      and head how much attention falls on the facts that hold the answer, whether greedy decoding \
      would write exactly the answer, and how probable the answer is. With --adapt qttt the query \
      weights are then trained on spans of the context, against its frozen keys and values, and the \
      same is recorded after every step; afterwards the weights are restored bit for bit.

      Writes DIR/probe.csv (a row for each instance and step), DIR/heads.csv (a row for each layer, \
      head and answer token of these), DIR/probe.jsonl (everything), DIR/probe.json (what the results \
      are the results of) and, with --profile, DIR/profile.csv (a row for each position that the \
      best head sees) and DIR/attention.jsonl (all heads, for the explorer of 'dilution report'). \
      'Best head' is one fixed head a family: the one with the greatest mean target mass in context where \
      it predicts the first token of a fact's value, over the instances of the shortest length. It is \
      followed at all lengths and steps. A probe may be killed at any moment; the same command goes on \
      where it stopped.
      """,
    examples: [
      Example(
        "dilution probe --model Models/sandbox-facts --tasks tasks/key-value-160.jsonl "
          + "--out out/probe",
        "Measure in context"),
      Example(
        "dilution probe --model Models/sandbox-facts --tasks tasks/key-value-160.jsonl "
          + "--tasks tasks/key-value-2560.jsonl --adapt qttt --steps 32 --span-length 128 "
          + "--learning-rate 1e-3 --out out/qttt",
        "The same at two lengths, before and after each of 32 steps"),
      Example(
        "dilution probe --model Models/sandbox-facts --tasks tasks/key-value-640.jsonl --adapt qttt "
          + "--profile 0,3 --out out/probe",
        "With the attention of two instances, position by position"),
      Example(
        "dilution probe --model Models/sandbox-facts --tasks tasks/key-value-131072.jsonl "
          + "--kv-precision float16 --dry-run",
        "What a long context costs in memory and time, before it is read"),
    ],
    groups: groups)

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let settings = try settings(arguments)
    let out = try RunOptions.folder(arguments)
    let files = try Arguments.distinct(
      arguments[tasks], of: tasks, because: "each file is probed once")
    let (items, form) = try items(files, arguments, console)
    let numbers = Set(items.map(\.instance.index))
    if let unknown = settings.profiled.subtracting(numbers).min() {
      throw ArgumentError.rule(
        "--profile \(unknown): no tasks file has an instance of that number among those probed.")
    }
    let folder = arguments[ModelArguments.model]
    let model = try ModelArguments.open(folder, arguments)
    let run = try ProbeRun(
      model, settings: settings, items: items, threads: arguments.threads,
      freeBytes: SystemFiles.memory?.freeBytes)
    note(run, threads: arguments.threads, console)
    guard let out else {
      let report = ProbeCostReport(run)
      return try console.show(report, lines: report.lines)
    }
    let (summaries, heads) = try ConsoleObserver.watch(console, "probe", unit: "instances") {
      try run.work(
        in: out, model: HashedFile.checkpoint(folder), tasks: files.map { try HashedFile($0) },
        chatTemplate: form, weights: arguments[ModelArguments.weights]?.rawValue,
        author: .ofThisProcess(),
        replaces: arguments[RunOptions.force], observer: $0)
    }
    let table = try ProbeTable(summaries, heads: heads, seed: settings.seed)
    let report = ProbeReport(table, heads: heads)
    try console.show(report, lines: report.lines)
  }

  /// The instances of all files, those of text in the tokens of the model, and the form in which it
  /// reads these.
  private static func items(
    _ files: [String], _ arguments: Arguments, _ console: Console
  ) throws -> (items: [ProbeItem], form: String?) {
    let limit = arguments[RunOptions.limit]
    var text: TextModel?
    let items = try files.flatMap { file in
      guard try TextPrompt.isText(file) else { return try ProbeItem.read(file, limit: limit) }
      let folder = arguments[ModelArguments.model]
      let model =
        try text
        ?? PromptOptions.model(
          folder, vocabulary: Checkpoint.configuration(folder).vocabularySize, arguments, console)
      text = model
      return try ProbeItem.readText(file, model, limit: limit)
    }
    return (items, text?.template.name)
  }

  private static func note(_ run: ProbeRun, threads: Int, _ console: Console) {
    if run.workers.count < min(threads, run.items.count) {
      console.note(
        "Memory holds \(run.workers.count) of \(threads) contexts at a time, so as many are probed."
      )
    }
    guard let adaptation = run.settings.adaptation else { return }
    let lengths = Set(run.items.map { $0.instance.context.count })
    let short = lengths.filter { $0 <= adaptation.method.settings.spanLength ?? 0 }
    if !short.isEmpty {
      let list = short.sorted().map(String.init).joined(separator: ", ")
      console.note(
        "Contexts of \(list) tokens are shorter than --span-length + 1; their spans are one token "
          + "shorter than they are.")
    }
  }

  /// The settings that the options ask for.
  ///
  /// - Throws: `ArgumentError.rule` for an option of adaptation without `--adapt`.
  private static func settings(_ arguments: Arguments) throws(ArgumentError) -> ProbeSettings {
    var settings = ProbeSettings(
      options: PassOptions(rotary: arguments[RunOptions.rotary] == .on),
      keyValuePrecision: arguments[ModelArguments.keyValuePrecision], seed: arguments.seed(),
      profiled: Set(arguments[profile]),
      instruments: Instruments.optionalNames.filter((arguments[instruments] ?? []).contains))
    guard let name = arguments[adapt] else {
      if let flag = arguments.firstGiven([steps, interval]) {
        throw .rule("\(flag) belongs to an adaptation: add --adapt qttt, or leave it out.")
      }
      try method.rejectStrays(arguments, methods: [], flag: adapt.declaration.flag)
      return settings
    }
    let kind = MethodOptions.kind(name)
    if let defect = kind.init().defectInProbe { throw .rule("--adapt \(name): \(name) \(defect).") }
    try method.rejectStrays(arguments, methods: [name], flag: adapt.declaration.flag)
    var chosen = ChosenMethod(try MethodOptions.make(kind, method.given(arguments)))
    if let defect = chosen.settings.defectInProbe {
      throw .rule("--adapt \(name): \(name) \(defect).")
    }
    if kind.amount != nil { chosen.amount = .given(arguments[steps]) }
    settings.adaptation = ProbeSettings.Adaptation(chosen, interval: arguments[interval])
    return settings
  }
}
