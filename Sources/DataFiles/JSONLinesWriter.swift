/// Writes a JSON Lines file record by record; it appears as a whole on `commit`.
public struct JSONLinesWriter: ~Copyable {
  private var file: AtomicFileWriter
  private var json = JSONWriter()

  /// - Throws: `FileSystemError`.
  public init(_ path: String) throws { file = try AtomicFileWriter(path) }

  /// Appends the one value that `body` writes.
  ///
  /// - Throws: `FileSystemError`, and what `body` throws; nothing of the record is then kept.
  public mutating func append(_ body: (inout JSONWriter) throws -> Void) throws {
    try json.writeLine(body)
    try file.write(json.bytes)
  }

  /// Appends one record.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public mutating func append(_ value: JSONValue) throws { try append { try $0.append(value) } }

  /// Brings all records to disk and puts the file in place.
  ///
  /// - Throws: `FileSystemError`.
  public mutating func commit() throws { try file.commit() }
}

extension JSONWriter {
  /// Replaces the text by the one value that `body` writes and a line feed.
  mutating func writeLine(_ body: (inout JSONWriter) throws -> Void) rethrows {
    removeAll()
    try body(&self)
    finishLine()
  }
}
