import DataFiles

/// The records of a benchmark's run as they arrive, each on disk when `append` returns.
public final class BenchmarkLog {
  /// What an earlier run did, in its order.
  public private(set) var records: [BenchmarkRecord]
  /// What opening the file mended; nil when it was in order.
  public var repair: JSONLinesAppender.Repair? { file.repair }
  private var file: JSONLinesAppender
  private var done: Set<BenchmarkRecord.Identity>

  /// Opens or creates a log, cutting off a half-written last line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ path: String) throws {
    let opened = try JSONLinesAppender(path)
    var records: [BenchmarkRecord] = []
    try JSONLines.forEach(path) { _, value in
      records.append(try BenchmarkRecord(value, file: path))
    }
    self.records = records
    done = Set(records.map(\.identity))
    file = opened
  }

  /// Whether there is such a record.
  public func holds(_ identity: BenchmarkRecord.Identity) -> Bool { done.contains(identity) }

  /// Appends a record and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func append(_ record: BenchmarkRecord) throws {
    try file.append { try record.write(to: &$0) }
    records.append(record)
    done.insert(record.identity)
  }
}
