import DataFiles
import Runs

extension SweepFolder {
  /// Where the scripts and logs of batch jobs stand.
  public var slurm: String { file("slurm") }

  /// The numbers of shards into which what stands here was split; that of a whole sweep is no split.
  public var shardCounts: [Int] {
    Set(shards().filter { !$0.isWhole }.map(\.count)).sorted()
  }

  /// How many records each shard of a count lacks, the first shard first.
  ///
  /// Looks only: a line that is being written at this moment counts as missing.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public func missing(_ plan: SweepPlan, shards count: Int) throws -> [Int] {
    var done: Set<String> = []
    for shard in shards() where shard.count == count { done.formUnion(try self.done(plan, shard)) }
    return plan.missing(done, shards: count)
  }

  /// The keys of a shard's records; none where it was not begun.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public func done(_ plan: SweepPlan, _ shard: Shard) throws -> Set<String> {
    guard try isClaimed(by: plan, shard) else { return [] }
    return try SweepLog.done(records(shard))
  }

  /// Whether the final files of the plan stand here.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public func isMerged(_ plan: SweepPlan) throws -> Bool {
    try isClaimed(by: plan, .whole) && FileSystem.exists(results) && FileSystem.exists(table)
  }

  /// Makes the folder a plan's, or finds that it is.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public func claim(
    for plan: SweepPlan, _ shard: Shard, _ provenance: () throws -> RunProvenance
  ) throws {
    if try isClaimed(by: plan, shard) { return }
    // A sweep may be interrupted: what its records took is known from them.
    try provenance().write(to: self.provenance(shard), isDone: false)
  }

  private func isClaimed(by plan: SweepPlan, _ shard: Shard) throws -> Bool {
    guard FileSystem.exists(provenance(shard)) else { return false }
    let known = try SweepProvenance(provenance(shard))
    guard known.planHash == plan.hash else {
      throw SweepError.otherSweep(folder: path, isOtherModel: known.modelHash != plan.modelHash)
    }
    return true
  }
}
