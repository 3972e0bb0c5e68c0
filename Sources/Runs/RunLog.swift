import DataFiles
import Synchronization

/// What a run appends to its folder.
public protocol LoggedRecord: Sendable {
  /// Writes the record as one value.
  func write(to json: inout JSONWriter) throws
  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  init(_ value: JSONValue, file: String) throws
}

/// The records of a run as they arrive, each on disk when `append` returns.
public final class RunLog<Record: LoggedRecord>: Sendable {
  public let path: String
  /// What opening the file mended; nil when it was in order.
  private let repair: JSONLinesAppender.Repair?
  private let file: Mutex<JSONLinesAppender>

  /// Opens or creates a log, cutting off a half-written last line.
  ///
  /// - Parameter visit: called with each record that stands there, and the number of its line.
  /// - Throws: `FileSystemError`, `JSONError`, and what `visit` throws.
  public init(_ path: String, visiting visit: (Int, Record) throws -> Void) throws {
    let appender = try JSONLinesAppender(path)
    self.path = path
    repair = appender.repair
    try Self.forEach(path, visit)
    file = Mutex(appender)
  }

  /// Appends a record and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func append(_ record: Record) throws {
    try file.withLock { file in try file.append { try record.write(to: &$0) } }
  }

  /// What to say of a half-written last line; nil where there was none.
  public var remark: String? {
    guard case .removedLastLine(let line, _) = repair else { return nil }
    return "Line \(line) of \(path) was half written; it is done again."
  }

  /// Calls `body` with every record of a file and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    _ path: String, _ body: (_ line: Int, _ record: Record) throws -> Void
  ) throws {
    try JSONLines.forEach(path) { line, value in try body(line, Record(value, file: path)) }
  }

  /// As `forEach`, of a file to which somebody may be writing: a half-written last line is none, and no
  /// file no record.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func look(
    _ path: String, _ body: (_ line: Int, _ record: Record) throws -> Void
  ) throws {
    guard FileSystem.exists(path) else { return }
    do {
      try forEach(path, body)
    } catch let error as JSONError where error.problem == .truncatedLastLine {
      // It is being written, or was when the writer was killed.
    }
  }
}
