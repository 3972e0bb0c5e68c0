import DataFiles
import Runs

extension BenchmarkRecord: LoggedRecord {}

/// The records of a benchmark's run as they arrive, each on disk when `append` returns.
public final class BenchmarkLog {
  /// What an earlier run did, in its order, and what is done since.
  public private(set) var records: [BenchmarkRecord] = []
  /// What to tell of a half-written last line; nil where there was none.
  public var remark: String? { log.remark }
  private let log: RunLog<BenchmarkRecord>
  private var done: Set<BenchmarkRecord.Identity>

  /// Opens or creates a log, cutting off a half-written last line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ path: String) throws {
    var records: [BenchmarkRecord] = []
    log = try RunLog(path) { records.append($1) }
    self.records = records
    done = Set(records.map(\.identity))
  }

  /// Whether there is such a record.
  public func holds(_ identity: BenchmarkRecord.Identity) -> Bool { done.contains(identity) }

  /// Appends a record and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func append(_ record: BenchmarkRecord) throws {
    try log.append(record)
    records.append(record)
    done.insert(record.identity)
  }
}
