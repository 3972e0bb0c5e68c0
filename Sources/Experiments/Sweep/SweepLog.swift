import DataFiles
import Runs

/// The records of a sweep's shard as they arrive.
public typealias SweepLog = RunLog<SweepRecord>

extension SweepRecord: LoggedRecord {}

extension RunLog<SweepRecord> {
  /// Opens or creates a log, and returns the keys of what is done already.
  ///
  /// - Parameter keys: the keys of the grid.
  /// - Throws: `FileSystemError`, `JSONError`, `SweepError`.
  public static func open(
    _ path: String, keys: Set<String>
  ) throws -> (log: SweepLog, done: Set<String>) {
    var done: Set<String> = []
    let log = try SweepLog(path) { line, record in
      guard keys.contains(record.key) else {
        throw SweepError.strayRecord(file: path, line: line)
      }
      done.insert(record.key)
    }
    return (log, done)
  }

  /// The keys of the records that stand in a log, to which somebody may be writing.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  static func done(_ path: String) throws -> Set<String> {
    var done: Set<String> = []
    try look(path) { done.insert($1.key) }
    return done
  }
}

extension SweepPlan {
  /// How many records each shard of a count lacks, the first shard first.
  func missing(_ done: Set<String>, shards count: Int) -> [Int] {
    var missing = [Int](repeating: 0, count: count)
    for group in groups() {
      let place = shard(group, of: count).index - 1
      missing[place] += group.cells.count { cell in
        !done.contains(key(Item(cell: cell, index: group.index)))
      }
    }
    return missing
  }
}
