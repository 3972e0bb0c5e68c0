import Foundation

/// JSON Lines: one value a line.
public enum JSONLines {
  /// Calls `body` with each value of a file and the number of its line, counted from 1.
  ///
  /// Memory is that of the longest line, whatever the length of the file. Blank lines are skipped.
  ///
  /// - Throws: `FileSystemError`; `JSONError`, whose problem is `truncatedLastLine` when only the last
  ///   line is incomplete, after `body` got all others; and what `body` throws.
  public static func forEach(
    _ path: String, maximumLineBytes: Int = JSONLinesReader.maximumLineBytes,
    _ body: (_ line: Int, _ value: JSONValue) throws -> Void
  ) throws {
    var reader = try JSONLinesReader(path, maximumLineBytes: maximumLineBytes)
    while let (line, value) = try reader.next() { try body(line, value) }
  }
}

/// Reads a JSON Lines file value by value.
public struct JSONLinesReader: ~Copyable {
  /// The default bound on one line: far above a record that holds a million tokens.
  public static let maximumLineBytes = 1 << 28

  public let path: String

  private let file: Descriptor
  private let limit: Int
  private var chunk: [UInt8] = []
  private var position = 0
  private var lineNumber = 0

  private static let chunkBytes = 1 << 18

  /// - Throws: `FileSystemError`.
  public init(_ path: String, maximumLineBytes: Int = JSONLinesReader.maximumLineBytes) throws {
    self.path = path
    limit = maximumLineBytes
    file = try Descriptor(opening: path, O_RDONLY, for: .open)
  }

  /// The next value with its line number, or nil at the end.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public mutating func next() throws -> (line: Int, value: JSONValue)? {
    while let (text, isTerminated) = try nextLine() {
      if text.allSatisfy({ $0 == 0x20 || 0x09...0x0D ~= $0 }) { continue }
      do {
        return (lineNumber, try JSONValue.parse(text, file: path, firstLine: lineNumber))
      } catch {
        guard !isTerminated else { throw error }
        throw JSONError(file: path, location: error.location, problem: .truncatedLastLine)
      }
    }
    return nil
  }

  /// The next line without its line feed, and whether it had one.
  private mutating func nextLine() throws -> (text: [UInt8], isTerminated: Bool)? {
    var line: [UInt8] = []
    var isFirstPiece = true
    while true {
      if position == chunk.count {
        chunk = try file.read(atMost: Self.chunkBytes)
        position = 0
        guard !chunk.isEmpty else { return line.isEmpty ? nil : (line, false) }
      }
      if isFirstPiece { lineNumber += 1 }
      isFirstPiece = false
      let end = chunk[position...].firstIndex(of: 0x0A) ?? chunk.count
      line += chunk[position..<end]
      position = min(end + 1, chunk.count)
      guard line.count <= limit else {
        throw JSONError(
          file: path, location: TextLocation(line: lineNumber, column: 1),
          problem: .lineTooLong(limit: limit))
      }
      if end < chunk.count { return (line, true) }
    }
  }
}
