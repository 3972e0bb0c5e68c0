import DataFiles

/// The items of a benchmark's file: JSON Lines, or one array of objects.
enum JSONItems {
  /// Calls `body` with each item, one in memory at a time.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  static func forEach(_ path: String, _ body: (inout JSONObjectReader) throws -> Void) throws {
    func take(_ value: JSONValue) throws {
      var reader = try JSONObjectReader(value, file: path)
      try body(&reader)
    }
    if try JSONArrayItems.isArray(path) {
      try JSONArrayItems.forEach(path) { _, value in try take(value) }
    } else {
      try JSONLines.forEach(path) { _, value in try take(value) }
    }
  }
}
