import ArgumentParsing
import Experiments
import MachineInspection

/// Runs a grid of tasks, lengths and methods, record by record, so that nothing done is ever lost.
enum SweepCommand: Subcommand {
  static let spec = Positional.required(
    "SPEC", .file("json5", "json"), help: "The sweep's spec in JSON5.")

  static let folder = Option.optional(
    "out", .directory,
    help: "Where records and results go; created when missing. Not needed with --dry-run.")

  static let shard = Option.optional(
    "shard", .text("I/N"),
    help: "Do part I of N alone, counted from 1; 'dilution merge' joins the parts.")

  static let parts = Option.repeated(
    "part", .text("NAME"),
    help: "Do this part of the study alone; may be given several times. All parts when not given.")

  static let dryRun = Option.flag(
    "dry-run", help: "Print cells, operations and an estimated time, and do nothing else.")

  static let declaration = Command(
    name: "sweep",
    summary: "run a grid of tasks, lengths and methods, at matched FLOPs",
    discussion: """
      A spec needs model, tasks, lengths and methods, and may have budgets, count, seed, split, rotary \
      and kv_precision; Tasks/Studies/README.md tells every key. For example:

      {model: "Models/sandbox-facts", tasks: {task: "key-value"}, lengths: [160, 640, 2560], \
      budgets: {steps: 32, span_length: 128}, methods: [{method: "in-context"}, \
      {method: "qttt", learning_rate: 1e-3}, {method: "thinking"}], count: 100}

      A method that names no amount of its own is there once for each budget, with the greatest \
      amount that costs no more, counted exactly: here qttt with 32 steps, and thinking with as many \
      tokens as these cost. Methods are in-context, query-scale, scalable-softmax, qttt, alignment, \
      full-ttt, thinking, self-consistency, beam and qttt-thinking. A list in the place of any setting of \
      a task, a method or a budget means each of its elements in turn. All combinations are the \
      cells of the grid, and each cell is computed on the same instances. A task with text: true, or \
      with the name of a file of text, is asked in the tokens of the model's own tokenizer.

      Each (cell, instance) is one line of RUN/records.jsonl, on disk before the next begins. A run \
      may be killed at any moment; the same command goes on where it stopped. When all is done, \
      RUN/results.jsonl and RUN/results.csv hold every record in the order of the grid, the same \
      bytes however often the run was interrupted, but for the seconds.

      A spec may have several parts, each a sweep with a name; the folder of part NAME is RUN/NAME.
      """,
    examples: [
      Example(
        "dilution sweep Tasks/Studies/quick.json5 --out runs/quick",
        "The reduced study; repeat the command to go on after an interruption"),
      Example(
        "dilution sweep Tasks/Studies/quick.json5 --dry-run", "What it costs, before it is started"),
      Example(
        "dilution sweep spec.json5 --shard 2/3 --out runs/part-2", "The second of three machines"),
      Example(
        "dilution sweep spec.json5 --out runs/study --slurm --shards 16 --slurm-option --time=2:00:00",
        "Sixteen tasks of a Slurm cluster; repeat the command to submit again what failed"),
    ],
    positionals: [spec],
    groups: [OptionGroup("Options", [folder, parts, shard, dryRun]), SlurmOptions.group])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let shard = try shard(arguments)
    try SlurmOptions.check(arguments, shard: Self.shard, dryRun: dryRun)
    let specFile = arguments[spec]
    let specs = try chosen(SweepStudy.read(specFile), arguments)
    if arguments[folder] == nil && !arguments[dryRun] {
      throw ArgumentError.rule("--out is missing: name the folder for records and results.")
    }
    let root = arguments[folder].map(SweepFolder.init)
    // All of them before the first is worked off, so that a mistake in the last shows at once.
    let sweeps = try specs.map { spec in
      var spec = spec
      spec.seed = arguments.seed(default: spec.seed)
      return try PlannedSweep(
        spec, specFile: specFile, shard: shard, folder: root?.part(spec.part),
        threads: arguments.threads,
        freeBytes: arguments[SlurmOptions.slurm] ? nil : SystemFiles.memory?.freeBytes)
    }
    if let root, arguments[SlurmOptions.slurm] {
      return try SlurmOptions.submit(sweeps, specFile: specFile, root: root, arguments, console)
    }
    if arguments[dryRun] { return try EstimateReport.print(sweeps, console) }
    var reports: [SweepReport] = []
    for sweep in sweeps { reports.append(try SweepConsole.work(sweep, console)) }
    if console.wantsJSON {
      if sweeps.count == 1 { return try console.print(json: reports[0]) }
      return try console.print(json: reports)
    }
    for line in reports.flatMap(\.lines) { try console.print(line) }
    if !shard.isWhole {
      try console.print("When all \(shard.count) shards are done, join them with 'dilution merge'.")
    }
  }

  private static func chosen(
    _ study: SweepStudy, _ arguments: Arguments
  ) throws(ArgumentError) -> [SweepSpec] {
    let wanted = arguments[parts]
    guard !wanted.isEmpty else { return study.specs }
    let known = study.specs.compactMap(\.part)
    for name in wanted where !known.contains(name) {
      throw .rule(
        known.isEmpty
          ? "--part \(name): the spec has no parts; leave the option out."
          : "--part \(name): the spec has no such part; it has \(known.joined(separator: ", ")).")
    }
    return study.specs.filter { wanted.contains($0.part ?? "") }
  }

  private static func shard(_ arguments: Arguments) throws(ArgumentError) -> Shard {
    guard let text = arguments[shard] else { return .whole }
    guard let shard = Shard(text) else {
      throw .rule("--shard must be I/N with I from 1 to N, such as 2/3, not '\(text)'.")
    }
    return shard
  }
}
