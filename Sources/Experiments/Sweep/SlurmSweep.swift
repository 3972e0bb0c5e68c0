import BatchJobs
import DataFiles
import Foundation
import Runs

/// A sweep whose shards are done by Slurm.
///
/// What is done is read from the records, and what is under way from the queue, so that the same
/// command may be given at any time and after any failure.
public struct SlurmSweep {
  let sweeps: [PlannedSweep]
  let specFile: String
  let root: SweepFolder
  let shardCount: Int
  /// Options of the `sweep` that a task runs: part and seed, as they were given.
  let passedOn: [String]
  /// The parts, where only some are wanted.
  let parts: [String]
  let threads: Int?
  /// For `sbatch`.
  let options: [String]

  /// Sweeps of one spec, about to be handed over.
  public init(
    _ sweeps: [PlannedSweep], specFile: String, root: SweepFolder, shardCount: Int,
    passedOn: [String] = [], parts: [String] = [], threads: Int? = nil, options: [String] = []
  ) {
    self.sweeps = sweeps
    self.specFile = specFile
    self.root = root
    self.shardCount = shardCount
    self.passedOn = passedOn
    self.parts = parts
    self.threads = threads
    self.options = options
  }

  /// Writes the scripts and submits what is missing.
  ///
  /// - Parameter scriptOnly: to submit nothing.
  /// - Throws: `SlurmError`, `SweepError`, `FileSystemError`, `DirectoryLock.Held`.
  public func submit(scriptOnly: Bool, observer: some RunObserver) throws -> SlurmReport {
    // Before anything is written: without Slurm there is nothing to be done.
    let client = scriptOnly ? nil : try SlurmClient()
    let folder = root.slurm
    try FileSystem.createDirectory(folder)
    let lock = try DirectoryLock(folder)
    return try withExtendedLifetime(lock) {
      let (unfinished, isMerged) = try progress()
      let jobs = ShardJobs(run: root.path, path: try canonical(root.path), work: work)
      let plan = try jobs.submission(
        unfinished: unfinished, isMerged: isMerged, queue: try client?.queue() ?? [])
      let scripts = ShardScripts(
        folder: folder, jobs: jobs,
        workingDirectory: FileManager.default.currentDirectoryPath, options: options)
      try write(plan, scripts)
      var report = SlurmReport(
        shards: shardCount, done: shardCount - unfinished.count,
        waiting: plan.waiting.compactMap(\.task).sorted(), submitted: plan.shards,
        arrayScript: plan.shards.isEmpty ? nil : scripts.arrayScript,
        mergeScript: plan.needsMerge ? scripts.mergeScript : nil, mergeJob: plan.waitingMerge,
        results: root.path)
      if let client {
        noteFailures(plan, scripts, observer)
        try hand(plan, scripts, to: client, &report)
      }
      return report
    }
  }

  /// The shards that lack records of any part, and whether the final files of all parts stand.
  private func progress() throws -> (unfinished: [Int], isMerged: Bool) {
    var missing = [Int](repeating: 0, count: shardCount)
    var isMerged = true
    for sweep in sweeps {
      guard let folder = sweep.folder else { preconditionFailure("a sweep for Slurm has a folder") }
      if let other = folder.shardCounts.first(where: { $0 != shardCount }) {
        throw SweepError(
          "\(folder.path) holds shards of \(other): give --shards \(other), or name another --out")
      }
      // What is joined stays done, also when the shards' own records have been cleared away.
      if try folder.isMerged(sweep.run.plan) { continue }
      isMerged = false
      let own = try folder.missing(sweep.run.plan, shards: shardCount)
      for (place, count) in own.enumerated() { missing[place] += count }
    }
    return (missing.indices.filter { missing[$0] > 0 }.map { $0 + 1 }, isMerged)
  }

  /// What distinguishes this work from others that might be done in the same folder.
  private var work: String {
    sweeps.map { "\($0.run.plan.spec.part ?? "") \($0.run.plan.hash)" }.joined(separator: "\n")
      + "\n\(shardCount)"
  }

  private func write(_ plan: ShardSubmission, _ scripts: ShardScripts) throws {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    if !plan.shards.isEmpty {
      // A copy, because a task may start days later, when the spec is another.
      let spec = "\(scripts.folder)/spec.json5"
      try AtomicFile.write(try FileSystem.read(specFile, maximumBytes: 1 << 20), to: spec)
      try scripts.writeArray(
        shards: plan.shards, of: shardCount,
        command: [program, "sweep", spec, "--out", root.path] + passedOn, threads: threads)
    }
    if plan.needsMerge {
      let chosen = parts.flatMap { ["--part", $0] }
      try scripts.writeMerge(command: [program, "merge", root.path, "--out", root.path] + chosen)
    }
  }

  private func hand(
    _ plan: ShardSubmission, _ scripts: ShardScripts, to client: SlurmClient,
    _ report: inout SlurmReport
  ) throws {
    for job in plan.staleMerges { try client.cancel(job) }
    var dependencies = plan.waiting.map(\.id)
    if !plan.shards.isEmpty {
      let array = try client.submit(scripts.arrayScript, purpose: "the array job")
      report.arrayJob = array
      dependencies.append(array)
    }
    guard plan.needsMerge else { return }
    do throws(SlurmError) {
      report.mergeJob = try client.submit(
        scripts.mergeScript, purpose: "the merge job", after: dependencies)
    } catch {
      if case .refused(_, _, let message) = error, let array = report.arrayJob {
        throw SlurmError.mergeRefused(array: array, message: message)
      }
      throw error
    }
  }

  /// Says where tasks that ended too early left their words.
  private func noteFailures(
    _ plan: ShardSubmission, _ scripts: ShardScripts, _ observer: some RunObserver
  ) {
    let failed = plan.shards.filter { FileSystem.exists(scripts.log(shard: $0)) }
    guard let first = failed.first else { return }
    let others = failed.count == 1 ? "" : ", and \(failed.count - 1) more did"
    observer.note(
      "Shard \(first) ended before it was done\(others); \(scripts.log(shard: first)) has its last "
        + "words.")
  }

  private func canonical(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else {
      throw FileSystemError.refused(.open, path: path, code: errno)
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
