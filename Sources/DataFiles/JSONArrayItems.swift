/// A file that is one JSON array, read element by element.
public enum JSONArrayItems {
  /// Whether the first sign of a file opens an array.
  ///
  /// - Throws: `FileSystemError`.
  public static func isArray(_ path: String) throws -> Bool {
    let file = try MappedFile(path)
    // The mapping goes with the object, which nothing else keeps.
    return withExtendedLifetime(file) {
      file.bytes.first { !isSpace($0) } == UInt8(ascii: "[")
    }
  }

  /// Calls `body` with each element and the line on which it starts, counted from 1.
  ///
  /// The file is mapped, and memory is that of its largest element. The array itself must be plain JSON,
  /// without comments between its elements.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    _ path: String, _ body: (_ line: Int, _ value: JSONValue) throws -> Void
  ) throws {
    let file = try MappedFile(path)
    try withExtendedLifetime(file) { try forEach(of: file.bytes, path, body) }
  }

  private static func forEach(
    of bytes: UnsafeRawBufferPointer, _ path: String,
    _ body: (_ line: Int, _ value: JSONValue) throws -> Void
  ) throws {
    var line = 1
    var position = 0

    func skipSpace() {
      while position < bytes.count, isSpace(bytes[position]) {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
      }
    }
    func failure(_ wanted: String) -> JSONError {
      JSONError(
        file: path, location: TextLocation(line: line, column: 1),
        problem: position < bytes.count
          ? .unexpected(
            found: quoted(String(decoding: bytes[position..<position + 1], as: UTF8.self)),
            wanted: wanted)
          : .unexpectedEnd(wanted: wanted))
    }

    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else {
      throw failure("an array")
    }
    position += 1
    skipSpace()
    var isFirst = true
    while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
      if !isFirst {
        guard bytes[position] == UInt8(ascii: ",") else { throw failure("a comma or ']'") }
        position += 1
        skipSpace()
        // A comma behind the last element does no harm.
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { break }
      }
      isFirst = false
      let start = position
      let startLine = line
      position = end(of: bytes, from: start, &line)
      let element = Array(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      try body(startLine, JSONValue.parse(element, file: path, firstLine: startLine))
      skipSpace()
    }
    guard position < bytes.count else { throw failure("a comma or ']'") }
    position += 1
    skipSpace()
    guard position == bytes.count else { throw failure("the end of the text") }
  }

  /// Where the element that starts at `start` ends: before the comma or bracket behind it.
  private static func end(
    of bytes: UnsafeRawBufferPointer, from start: Int, _ line: inout Int
  ) -> Int {
    var depth = 0
    var isText = false
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") { line += 1 }
      if isText {
        if byte == UInt8(ascii: "\\") { position += 1 } else { isText = byte != UInt8(ascii: "\"") }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return position }
          depth -= 1
        case UInt8(ascii: ","):
          if depth == 0 { return position }
        default: break
        }
      }
      position += 1
    }
    return min(position, bytes.count)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
