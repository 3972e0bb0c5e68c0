import DataFiles
import Foundation

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
  /// - Throws: `SweepError.otherSweep`, `FileSystemError`, `JSONError`.
  public func missing(_ plan: SweepPlan, shards count: Int) throws -> [Int] {
    var done: Set<String> = []
    for shard in shards() where shard.count == count {
      try check(plan, shard)
      do {
        try SweepLog.forEach(records(shard)) { done.insert($1.key) }
      } catch let error as JSONError where error.problem == .truncatedLastLine {
      } catch FileSystemError.refused(.open, _, code: ENOENT) {
      }
    }
    var missing = [Int](repeating: 0, count: count)
    for group in plan.groups() {
      let place = plan.shard(group, of: count).index - 1
      for cell in group.cells
      where !done.contains(plan.key(SweepPlan.Item(cell: cell, index: group.index))) {
        missing[place] += 1
      }
    }
    return missing
  }

  /// Whether the final files of the plan stand here.
  ///
  /// - Throws: `SweepError.otherSweep`, `FileSystemError`, `JSONError`.
  public func isMerged(_ plan: SweepPlan) throws -> Bool {
    guard FileSystem.exists(provenance(.whole)) else { return false }
    try check(plan, .whole)
    return FileSystem.exists(results) && FileSystem.exists(table)
  }

  private func check(_ plan: SweepPlan, _ shard: Shard) throws {
    let known = try SweepProvenance(provenance(shard))
    guard known.planHash == plan.hash else {
      throw SweepError.otherSweep(folder: path, isOtherModel: known.modelHash != plan.modelHash)
    }
  }
}
