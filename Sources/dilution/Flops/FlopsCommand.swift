import ArgumentParsing
import MachineInspection
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Predicts what each method of spending compute at test time costs, without running any.
enum FlopsCommand: Subcommand {
  static let model = Option.optional(
    "model", .directory, help: "A checkpoint folder whose config.json gives the shape.")

  static let shape = Option.optional(
    "shape", .choice(KnownShape.all.map(\.name)),
    help: "A shape known by name, instead of a checkpoint.")

  static let length = Option.defaulted(
    "length", .size(in: 2...1 << 30), to: 8192, help: "T, the tokens of the context.")

  static let steps = Option.defaulted(
    "steps", .integer(in: 1...1 << 30), to: 32, help: "N, the number of training steps.")

  static let span = Option.defaulted(
    "span-length", .size(in: 1...1 << 30), to: 128, help: "k, the tokens of a span.")

  static let traces = Option.defaulted(
    "traces", .integer(in: 1...1 << 20), to: 8,
    help: "n, the samples of self-consistency, or the beams.")

  static let scan = Option.flag(
    "scan", help: "Hold the rule 2Nk against the exact count over contexts and known shapes.")

  static let estimate = Option.flag(
    "estimate", help: "Also measure this machine for some seconds, and predict time and memory.")

  static let weights = Option.optional(
    "weights", .choice as ValueKind<StoragePrecision>,
    help: "How weights are kept, for --estimate: as the checkpoint's files have them unless given, "
      + "or bfloat16 for a shape known by name.")

  static let cache = Option.defaulted(
    "kv-precision", .choice, to: StoragePrecision.float32,
    help: "How keys and values are kept, for --estimate.")

  static let declaration = Command(
    name: "flops",
    summary: "count what each method costs, match budgets, and predict time and memory",
    discussion: """
      Counts floating-point operations in closed form, a multiply-add as two, exactly as the kernels \
      tally them: matrix products, and attention over visible query-key pairs. For each method of training \
      N steps it then finds the largest number M of thinking tokens, decoded behind the context, \
      that cost no more, and sets the paper's rule 2Nk beside it.

      The rule takes a step for two forward passes over the span. It is too high where attention \
      counts: a span that starts anywhere sees half of the context on average, a thinking token all \
      of it, and the thinking before it. The narrower the model, the sooner that is so.

      With --estimate it runs single layers of the shape for some seconds and predicts how long reading, \
      training and thinking would take here, and how much memory. A folder needs no weights for that, \
      only config.json, unless the weights' own precision is to be found out.
      """,
    examples: [
      Example("dilution flops --shape qwen3-4b --length 8K", "The paper's settings: N=32, k=128"),
      Example("dilution flops --shape sandbox --length 4K --span-length 64", "The lab's own shape"),
      Example(
        "dilution flops --shape qwen3-4b --length 8K --estimate",
        "How long that takes here, and how much memory"),
      Example("dilution flops --scan", "Where the rule 2Nk is off, and by how much"),
    ],
    groups: [
      OptionGroup("Options", [model, shape, length, steps, span, traces, scan]),
      OptionGroup("Time and memory", [estimate, weights, cache]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    if arguments[model] != nil && arguments[shape] != nil {
      throw ArgumentError.rule("--model and --shape both give a shape: give one of them.")
    }
    var given: KnownShape?
    if let folder = arguments[model] {
      given = KnownShape(name: folder, configuration: try Checkpoint.configuration(folder))
    } else if let name = arguments[shape] {
      given = KnownShape.named(name)
    }
    let steps = arguments[steps]
    let span = arguments[span]
    if arguments[scan] {
      let report = RuleScan(given: given, steps: steps, span: span)
      return try console.show(report, lines: report.lines)
    }
    guard let given else {
      throw ArgumentError.rule("A shape is missing: give --model DIR, --shape NAME or --scan.")
    }
    let length = arguments[length]
    guard span < length else {
      throw ArgumentError.rule(
        "--span-length must be less than --length, which is \(length): a span needs the token behind it."
      )
    }
    var report = CostReport(
      shape: given, length: length, steps: steps, span: span, traces: arguments[traces])
    guard arguments[estimate] else {
      if arguments[weights] != nil {
        throw ArgumentError.rule("--weights goes with --estimate: add that, or leave it out.")
      }
      return try console.show(report, lines: report.lines)
    }
    var precision = arguments[weights]
    if precision == nil, let folder = arguments[model] {
      precision = try Checkpoint.storedPrecision(folder)
    }
    report.here = TimeReport(
      given.configuration, costs: report, weights: precision ?? .bfloat16,
      cache: arguments[cache], threads: arguments.threads,
      freeBytes: SystemFiles.memory?.freeBytes)
    try console.show(report, lines: report.lines + (report.here?.lines(report) ?? []))
  }
}
