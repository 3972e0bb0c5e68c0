import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import Synchronization
import TransformerModel

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

  static let dryRun = Option.flag(
    "dry-run", help: "Print cells, operations and an estimated time, and do nothing else.")

  static let declaration = Command(
    name: "sweep",
    summary: "run a grid of tasks, lengths and methods",
    discussion: """
      A spec names model, tasks, lengths, methods and budgets; a list in the place of any setting of \
      a task, a method or a budget means each of its elements in turn. All combinations are the \
      cells of the grid, and each cell is computed on the same instances.

      Each (cell, instance) is one line of RUN/records.jsonl, on disk before the next begins. A run \
      may be killed at any moment; the same command goes on where it stopped. When all is done, \
      RUN/results.jsonl and RUN/results.csv hold every record in the order of the grid, the same \
      bytes however often the run was interrupted, but for the seconds.
      """,
    examples: [
      Example(
        "dilution sweep Tasks/Studies/quick.json5 --out runs/quick",
        "The reduced study; repeat the command to go on after an interruption"),
      Example(
        "dilution sweep Tasks/Studies/quick.json5 --dry-run", "What it costs, before it is started"),
      Example(
        "dilution sweep spec.json5 --shard 2/3 --out runs/part-2", "The second of three machines"),
    ],
    positionals: [spec],
    groups: [OptionGroup("Options", [folder, shard, dryRun])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let shard = try shard(arguments)
    let specFile = arguments[spec]
    var spec = try SweepSpec.read(specFile)
    spec.seed = arguments.seed(default: spec.seed)
    if arguments[folder] == nil && !arguments[dryRun] {
      throw ArgumentError.rule("--out is missing: name the folder for records and results.")
    }
    let model = Transformer(try Checkpoint.load(spec.model))
    let files = try HashedFile.checkpoint(spec.model)
    let plan = SweepPlan(spec, modelHash: SweepPlan.hash(of: files))
    let run = try SweepRun(
      plan, model: model, threads: arguments.threads, freeBytes: SystemFiles.memory?.freeBytes)
    if arguments[dryRun] {
      return try estimate(run, shard, arguments[folder].map(SweepFolder.init), console)
    }
    let folder = SweepFolder(arguments[folder] ?? ".")
    try FileSystem.createDirectory(folder.path)
    let lock = try folder.lock(shard)
    try withExtendedLifetime(lock) {
      try claim(folder, shard, plan, specFile: specFile, model: files)
      try work(run, shard, folder, console)
    }
  }

  private static func shard(_ arguments: Arguments) throws(ArgumentError) -> Shard {
    guard let text = arguments[shard] else { return .whole }
    guard let shard = Shard(text) else {
      throw .rule("--shard must be I/N with I from 1 to N, such as 2/3, not '\(text)'.")
    }
    return shard
  }

  /// Makes the folder the plan's, or finds that it is.
  private static func claim(
    _ folder: SweepFolder, _ shard: Shard, _ plan: SweepPlan, specFile: String,
    model: [HashedFile]
  ) throws {
    let path = folder.provenance(shard)
    guard FileSystem.exists(path) else {
      try SweepProvenance.write(
        plan, specFile: specFile, shard: shard, model: model, provenance: .ofThisProcess(),
        to: path)
      return
    }
    try check(folder, shard, plan)
  }

  private static func check(_ folder: SweepFolder, _ shard: Shard, _ plan: SweepPlan) throws {
    let known = try SweepProvenance(folder.provenance(shard))
    guard known.planHash == plan.hash else {
      throw SweepError.otherSweep(
        folder: folder.path, isOtherModel: known.modelHash != plan.modelHash)
    }
  }

  private static func work(
    _ run: SweepRun, _ shard: Shard, _ folder: SweepFolder, _ console: Console
  ) throws {
    let log = try SweepLog(folder.records(shard), keys: run.plan.keys)
    if case .removedLastLine(let line, _) = log.repair {
      console.note("Line \(line) of \(folder.records(shard)) was half written; it is done again.")
    }
    let all = run.pending(shard).reduce(0) { $0 + $1.cells.count }
    let pending = run.pending(shard, done: log.done)
    let left = pending.reduce(0) { $0 + $1.cells.count }
    if left > 0 {
      let cells = CellCounter(run, shard, pending: pending)
      let progress = console.progress(
        "sweep", unit: "records", total: all, alreadyDone: all - left)
      try run.run(
        pending, checkpoint: { try Interruption.check() },
        deliver: { cell, record in
          try log.append(record)
          progress.advance(note: cells.finish(cell))
        })
      progress.finish()
    }
    try report(run, shard, folder, made: left, all: all, console)
  }

  private static func report(
    _ run: SweepRun, _ shard: Shard, _ folder: SweepFolder, made: Int, all: Int, _ console: Console
  ) throws {
    if shard.isWhole {
      try SweepResults(run.plan, logs: [folder.records(shard)]).write(to: folder)
    }
    let report = SweepReport(
      records: shard.isWhole ? folder.results : folder.records(shard),
      table: shard.isWhole ? folder.table : nil, shard: shard.description, count: all, made: made,
      plan: run.plan.hash)
    if console.wantsJSON { return try console.print(json: report) }
    try console.print("\(report.records): \(all) records, \(made) of them made now")
    if let table = report.table { try console.print("\(table): the same as a table") }
    if !shard.isWhole {
      try console.print("When all \(shard.count) shards are done, join them with 'dilution merge'.")
    }
  }

  private static func estimate(
    _ run: SweepRun, _ shard: Shard, _ folder: SweepFolder?, _ console: Console
  ) throws {
    var done: Set<String> = []
    if let folder, FileSystem.exists(folder.provenance(shard)) {
      try check(folder, shard, run.plan)
      // Only looked at: a half-written line stays what it is.
      do {
        try SweepLog.forEach(folder.records(shard)) { done.insert($1.key) }
      } catch let error as JSONError where error.problem == .truncatedLastLine {
      } catch FileSystemError.refused(.open, _, code: ENOENT) {
      }
    }
    let estimate = SweepEstimate(
      run, pending: run.pending(shard, done: done), rates: try SweepEstimate.measureRates(run))
    let report = EstimateReport(run, estimate)
    if console.wantsJSON { return try console.print(json: report) }
    for line in report.lines { try console.print(line) }
  }
}

/// What `sweep` prints when it is done.
struct SweepReport: Encodable {
  var records: String
  var table: String?
  var shard: String
  var count: Int
  var made: Int
  var plan: String
}

/// Counts the cells that are done, as records arrive in any order.
private final class CellCounter: Sendable {
  private let left: Mutex<[Int: Int]>
  private let total: Int

  init(
    _ run: SweepRun, _ shard: Shard, pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    var left: [Int: Int] = [:]
    for (_, cells) in pending {
      for cell in cells { left[cell, default: 0] += 1 }
    }
    self.left = Mutex(left)
    total = run.plan.cells.count
  }

  /// Takes a record of a cell, and says how many cells are done.
  func finish(_ cell: Int) -> String {
    left.withLock { left in
      if let count = left[cell] { left[cell] = count > 1 ? count - 1 : nil }
      return "\(total - left.count)/\(total) cells"
    }
  }
}
