import DataFiles
import Synchronization

/// The records of a shard as they arrive, each on disk when `append` returns.
public final class SweepLog: Sendable {
  /// What is done already.
  public let done: Set<String>
  /// What opening the file mended; nil when it was in order.
  public let repair: JSONLinesAppender.Repair?
  private let file: Mutex<JSONLinesAppender>

  /// Opens or creates a log, cutting off a half-written last line.
  ///
  /// - Parameter keys: the keys of the grid.
  /// - Throws: `FileSystemError`, `JSONError`, `SweepError.strayRecord`.
  public init(_ path: String, keys: Set<String>) throws {
    let appender = try JSONLinesAppender(path)
    repair = appender.repair
    var done: Set<String> = []
    try SweepLog.forEach(path) { line, record in
      guard keys.contains(record.key) else {
        throw SweepError.strayRecord(file: path, line: line)
      }
      done.insert(record.key)
    }
    self.done = done
    file = Mutex(appender)
  }

  /// Appends a record and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func append(_ record: SweepRecord) throws {
    try file.withLock { file in try file.append { try record.write(to: &$0) } }
  }

  /// Calls `body` with every record of a file and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    _ path: String, _ body: (_ line: Int, _ record: SweepRecord) throws -> Void
  ) throws {
    var reader = try JSONLinesReader(path, maximumLineBytes: 1 << 26)
    while let (line, value) = try reader.next() {
      try body(line, try SweepRecord(value, file: path))
    }
  }
}
