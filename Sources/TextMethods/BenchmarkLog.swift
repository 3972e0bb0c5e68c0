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
    try Self.forEach(path) { records.append($0) }
    self.records = records
    done = Set(records.map(\.identity))
    file = opened
  }

  /// Calls `body` with each record of a file, in its order.
  ///
  /// - Throws: `FileSystemError`; `JSONError`, whose problem is `truncatedLastLine` when only the last line
  ///   is incomplete, after `body` got all others; and what `body` throws.
  public static func forEach(_ path: String, _ body: (BenchmarkRecord) throws -> Void) throws {
    try JSONLines.forEach(path) { _, value in try body(BenchmarkRecord(value, file: path)) }
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
