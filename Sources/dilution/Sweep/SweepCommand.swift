import ArgumentParsing
import Experiments
import MachineInspection

/// Runs a grid of tasks, lengths and methods, record by record, so that nothing done is ever lost.
enum SweepCommand: Subcommand {
  static let spec = Positional.required(
    "SPEC", .file("json5", "json"), help: "The sweep's spec in JSON5.")

  static let shard = Option.optional(
    "shard", .text("I/N"),
    help: "Do part I of N alone, counted from 1; 'dilution merge' joins the parts.")

  static let parts = Option.repeated(
    "part", .text("NAME"),
    help: "Do this part of the study alone; may be given several times. All parts when not given.")

  static let declaration = Command(
    name: "sweep",
    summary: "run a grid of tasks, lengths and methods, at matched FLOPs",
    discussion: """
      A spec needs model, tasks, lengths and methods, and may have budgets, count, seed, split, rotary \
      and kv_precision; Tasks/Studies/README.md describes every key. For example:

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
    groups: [
      OptionGroup(
        "Options", [RunOptions.optionalFolder, parts, shard, RunOptions.dryRun]),
      SlurmOptions.group,
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let shard = try shard(arguments)
    try SlurmOptions.check(arguments, shard: Self.shard)
    let specFile = arguments[spec]
    let study = try SweepStudy.read(specFile)
    let chosen = try PartChoice.chosen(
      arguments[parts], of: study.specs.compactMap(\.part), in: "the spec")
    let specs =
      chosen.isEmpty ? study.specs : study.specs.filter { chosen.contains($0.part ?? "") }
    // A dry run may name a folder, to leave out what is done there.
    _ = try RunOptions.folder(arguments)
    let root = arguments[RunOptions.optionalFolder].map(SweepFolder.init)
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
    if arguments[RunOptions.dryRun] { return try EstimateReport.print(sweeps, console) }
    let reports = try sweeps.map { sweep in
      let label = sweep.run.plan.spec.part.map { "sweep \($0)" } ?? "sweep"
      return try ConsoleObserver.watch(console, label, unit: "records") {
        try sweep.work(author: .ofThisProcess(), observer: $0)
      }
    }
    var lines = reports.flatMap(\.lines)
    if !shard.isWhole {
      lines.append("When all \(shard.count) shards are done, join them with 'dilution merge'.")
    }
    try console.show(reports, hasParts: sweeps.count > 1, lines: lines)
  }

  private static func shard(_ arguments: Arguments) throws(ArgumentError) -> Shard {
    guard let text = arguments[shard] else { return .whole }
    guard let shard = Shard(text) else {
      throw .rule("--shard must be I/N with I from 1 to N, such as 2/3, not '\(text)'.")
    }
    return shard
  }
}

/// Which parts of a study a command is about.
enum PartChoice {
  /// The parts that are asked for, in the study's order; all where none is.
  ///
  /// - Parameter owner: what has the parts, for errors.
  /// - Throws: `ArgumentError.rule` for one that there is not.
  static func chosen(
    _ wanted: [String], of known: [String], in owner: String
  ) throws(ArgumentError) -> [String] {
    for name in wanted where !known.contains(name) {
      throw .rule(
        known.isEmpty
          ? "--part \(name): \(owner) has no parts; leave the option out."
          : "--part \(name): \(owner) has no such part; it has \(known.joined(separator: ", ")).")
    }
    return wanted.isEmpty ? known : known.filter(wanted.contains)
  }
}
