extension JSONValue {
  /// Reads one value from JSON5 text: JSON, and beyond it comments, trailing commas, keys without
  /// quotes, single quotes, hexadecimal and signed numbers, `Infinity`, `NaN` and line continuations.
  ///
  /// Keys may not repeat, and nesting is bounded by 128.
  ///
  /// - Parameters:
  ///   - bytes: the text, in UTF-8.
  ///   - file: what errors call the text.
  ///   - firstLine: the number of the text's first line in that file.
  /// - Throws: `JSONError`.
  public static func parse(
    _ bytes: [UInt8], file: String, firstLine: Int = 1
  ) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes, file: file, firstLine: firstLine)
    return try parser.document()
  }

  /// Reads one value from JSON5 text.
  ///
  /// - Throws: `JSONError`.
  public static func parse(_ text: String, file: String = "text") throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8), file: file)
  }

  /// Reads the JSON or JSON5 file at `path`, of at most `maximumBytes`.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public static func read(_ path: String, maximumBytes: Int = 1 << 28) throws -> JSONValue {
    try parse(FileSystem.read(path, maximumBytes: maximumBytes), file: path)
  }
}
