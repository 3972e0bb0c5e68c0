import ArgumentParsing
import BatchJobs
import Experiments

/// The options of `sweep` for Slurm.
enum SlurmOptions {
  static let slurm = Option.flag(
    "slurm",
    help: "Submit the shards as a Slurm job array, and behind it a job that joins them. The same "
      + "command again submits what failed or is missing.")

  static let shards = Option.optional(
    "shards", .integer(in: 1...10_000), help: "With --slurm: how many shards, each a task.")

  static let options = Option.repeated(
    "slurm-option", .text("OPTION"), takesDashes: true,
    help:
      "With --slurm: an option for sbatch, such as --partition=long or --time=2:00:00, for both "
      + "jobs; may be given several times.")

  static let scriptOnly = Option.flag(
    "slurm-script-only",
    help: "With --slurm: write the scripts into RUN/slurm and submit nothing.")

  static let group = OptionGroup("Slurm options", [slurm, shards, options, scriptOnly])

  /// The options as they go into the scripts.
  static func passed(_ arguments: Arguments) throws -> [String] {
    try arguments[options].map { text in
      do {
        return try SlurmOption.normalized(text)
      } catch SlurmOption.Unfit.reserved(let name) {
        throw ArgumentError.rule(
          "--slurm-option \(text): --\(name) is set by the lab itself; leave it out.")
      } catch {
        throw ArgumentError.rule(
          "--slurm-option must be one option of sbatch, such as --partition=long.")
      }
    }
  }

  /// Finds out that options do not go together, before anything is loaded.
  static func check(_ arguments: Arguments, shard: Option<String?>) throws {
    guard arguments[slurm] else {
      if let flag = arguments.firstGiven([shards, options, scriptOnly]) {
        throw ArgumentError.rule("\(flag) goes with --slurm: add that, or leave it out.")
      }
      return
    }
    if arguments.isGiven(shard) {
      throw ArgumentError.rule(
        "--slurm does every shard: give --shards N for their number, and no --shard.")
    }
    if arguments[RunOptions.dryRun] {
      throw ArgumentError.rule(
        "--dry-run submits nothing: leave out --slurm, or use --slurm-script-only.")
    }
    if arguments[shards] == nil {
      throw ArgumentError.rule(
        "--shards is missing: --slurm needs the number of shards, such as --shards 8.")
    }
    _ = try passed(arguments)
  }

  /// Hands sweeps to Slurm, and prints what became of them.
  static func submit(
    _ sweeps: [PlannedSweep], specFile: String, root: SweepFolder, _ arguments: Arguments,
    _ console: Console
  ) throws {
    guard !root.path.contains(where: \.isNewline) else {
      throw ArgumentError.rule("--out must be a path of one line with --slurm.")
    }
    let parts = arguments[SweepCommand.parts]
    let slurm = SlurmSweep(
      sweeps, specFile: specFile, root: root, shardCount: arguments[shards] ?? 1,
      passedOn: parts.flatMap { ["--part", $0] }
        + (arguments[GlobalOptions.seed].map { ["--seed", "\($0)"] } ?? [])
        + (arguments[GlobalOptions.quiet] ? ["--quiet"] : []),
      parts: parts, threads: arguments[GlobalOptions.threads], options: try passed(arguments))
    let report = try ConsoleObserver.watch(console, "sweep", unit: "shards") {
      try slurm.submit(scriptOnly: arguments[scriptOnly], observer: $0)
    }
    try console.show(report, lines: report.lines)
  }
}
