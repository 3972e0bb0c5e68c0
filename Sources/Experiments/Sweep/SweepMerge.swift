import DataFiles
import Runs

/// The runs of one sweep, about to become one.
public struct SweepMerge: Sendable {
  /// The plan that all runs share.
  public let plan: SweepPlan
  /// The path under which the spec was read first.
  public let specFile: String
  /// The records of all runs.
  public let logs: [String]

  private let shardCount: Int

  /// Opens the shards that stand in folders.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public init(_ folders: [SweepFolder]) throws {
    var first: (path: String, provenance: SweepProvenance)?
    var logs: [String] = []
    var shardCount = 1
    for folder in folders {
      let shards = folder.shards()
      guard !shards.isEmpty else { throw SweepError.noSweep(in: folder.path) }
      for shard in shards {
        let path = folder.provenance(shard)
        let provenance = try SweepProvenance(path)
        let known = first ?? (path, provenance)
        first = known
        guard provenance.planHash == known.provenance.planHash else {
          let isOtherModel = provenance.modelHash != known.provenance.modelHash
          throw SweepError(
            "\(path) holds \(SweepError.difference(isOtherModel)) than \(known.path) does: merge runs "
              + "of one spec and one model alone")
        }
        let log = folder.records(shard)
        // A shard that was killed at once has no log yet.
        if FileSystem.exists(log), !logs.contains(log) { logs.append(log) }
        shardCount = max(shardCount, shard.count)
      }
    }
    guard let first, !logs.isEmpty else {
      throw SweepError.noSweep(in: folders.first?.path ?? ".")
    }
    guard let plan = try first.provenance.plan(), plan.hash == first.provenance.planHash else {
      throw SweepError.editedProvenance(file: first.path)
    }
    self.plan = plan
    specFile = first.provenance.specFile
    self.logs = logs
    self.shardCount = shardCount
  }

  /// All records.
  ///
  /// - Throws: `SweepError`, which names the shards; `FileSystemError`, `JSONError`.
  public func results() throws -> SweepResults {
    try SweepResults(plan, logs: logs, shardCount: shardCount)
  }

  /// Writes the joined sweep into a folder, as the sweep in one piece would have.
  ///
  /// - Throws: `SweepError`, `DirectoryLock.Held`, `FileSystemError`, `JSONError`.
  public func write(to folder: SweepFolder, author: Provenance) throws -> SweepReport {
    let results = try results()
    try FileSystem.createDirectory(folder.path)
    let lock = try folder.run(.whole).lock()
    try withExtendedLifetime(lock) {
      try folder.claim(for: plan, .whole) {
        plan.provenance(
          .whole, specFile: specFile, model: [], author: author,
          mergedFrom: try logs.map { try HashedFile($0) })
      }
      try results.write(to: folder)
      // So that a sweep of the same spec finds nothing left to do here.
      if !FileSystem.exists(folder.records(.whole)) {
        try results.writeLog(folder.records(.whole))
      }
    }
    return SweepReport(
      records: folder.results, table: folder.table, shard: Shard.whole.description,
      count: results.records.count, made: 0, plan: plan.hash)
  }
}
