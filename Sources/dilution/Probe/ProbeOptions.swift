import ArgumentParsing
import Experiments
import Instrumentation
import TestTimeCompute
import TransformerModel

/// The options of `probe`.
enum ProbeOptions {
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

  static let groups = [
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

  /// The settings that the options ask for.
  ///
  /// - Throws: `ArgumentError.rule` for an option of adaptation without `--adapt`.
  static func settings(_ arguments: Arguments) throws(ArgumentError) -> ProbeSettings {
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
