import Foundation

/// Adds records to a JSON Lines file, each of which survives a crash once `append` has returned.
///
/// A file that an earlier process left with a half-written last line is repaired on opening. One
/// process at a time may append to a file; see `DirectoryLock`.
public struct JSONLinesAppender: ~Copyable {
  /// What opening the file mended.
  public enum Repair: Sendable, Equatable {
    /// The last line was incomplete and was cut off: that many bytes.
    case removedLastLine(line: Int, bytes: Int)
    /// The last line was a whole object or array without a line end, which it was given.
    case completedLastLine(line: Int)
  }

  public let path: String
  /// What opening the file mended; nil when it was in order or new.
  public let repair: Repair?

  private let file: Descriptor
  private var json = JSONWriter()
  /// Bytes of whole records.
  private var length: Int
  /// Whether a failed `append` may have left bytes after them.
  private var hasRemains = false

  /// Opens or creates the file.
  ///
  /// - Throws: `FileSystemError`.
  public init(_ path: String) throws {
    let isNew = !FileSystem.exists(path)
    let opened = try Descriptor(opening: path, O_RDWR | O_CREAT | O_APPEND, for: .write)
    let status = try opened.status()
    guard status.isRegular else { throw FileSystemError.notAFile(path: path) }
    let mended = try Self.mend(opened, size: status.size)
    if isNew || mended.repair != nil {
      try opened.sync()
      try Descriptor.syncDirectory(of: path)
    }
    self.path = path
    file = opened
    (length, repair) = mended
  }

  /// Appends the one value that `body` writes and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, also where the file has been removed meanwhile; and what `body` throws.
  ///   The file then holds what it held before.
  public mutating func append(_ body: (inout JSONWriter) throws -> Void) throws {
    try json.writeLine(body)
    if hasRemains { try dropRemains() }
    do {
      try json.bytes.withUnsafeBytes { try file.write($0) }
      try file.sync()
    } catch {
      hasRemains = true
      try? dropRemains()
      throw error
    }
    length += json.bytes.count
    // Hours of records could go into a file that nobody will ever find.
    guard try file.status().hasName else { throw FileSystemError.removed(path: path) }
  }

  /// Appends one record and brings it to disk.
  ///
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public mutating func append(_ value: JSONValue) throws { try append { try $0.append(value) } }

  private mutating func dropRemains() throws {
    guard ftruncate(file.number, length) == 0 else { throw file.failure(.write) }
    hasRemains = false
  }

  /// Makes the file end with a whole line; its length then, and what was done.
  private static func mend(
    _ file: Descriptor, size: Int
  ) throws -> (length: Int, repair: Repair?) {
    let end = try file.endOfLastLine(size: size)
    guard end < size else { return (size, nil) }
    let line = try file.countLineEnds(upTo: end) + 1
    let rest = size - end
    if rest <= JSONLinesReader.maximumLineBytes {
      let text = try file.read(rest, at: end)
      if let value = try? JSONValue.parse(text, file: file.path),
        value.members != nil || value.elements != nil
      {
        try [UInt8(ascii: "\n")].withUnsafeBytes { try file.write($0) }
        return (size + 1, .completedLastLine(line: line))
      }
    }
    guard ftruncate(file.number, end) == 0 else { throw file.failure(.write) }
    return (end, .removedLastLine(line: line, bytes: rest))
  }
}

extension Descriptor {
  /// Exactly `count` bytes at `offset`, or fewer at the end of the file.
  fileprivate func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    guard lseek(number, offset, SEEK_SET) >= 0 else { throw failure(.read) }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try read(atMost: count - bytes.count)
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  /// The offset after the last line feed, found from the end.
  fileprivate func endOfLastLine(size: Int) throws -> Int {
    var end = size
    while end > 0 {
      let start = max(0, end - 1 << 16)
      if let last = try read(end - start, at: start).lastIndex(of: 0x0A) { return start + last + 1 }
      end = start
    }
    return 0
  }

  fileprivate func countLineEnds(upTo end: Int) throws -> Int {
    var count = 0
    for start in stride(from: 0, to: end, by: 1 << 18) {
      count += try read(min(1 << 18, end - start), at: start).count { $0 == 0x0A }
    }
    return count
  }
}
