import DataFiles

/// The forms in which instances are written, as JSON Lines.
public enum InstanceFormat: String, CaseIterable, Sendable {
  /// Tokens, text, gold spans and settings; reads back as an equal `TaskInstance`.
  case sandbox
  /// English text with the fields of RULER; reads back as an equal `RulerRecord`.
  case ruler

  /// An instance as one line, line feed included.
  ///
  /// - Complexity: O(T); the line has some 9 bytes a token (sandbox) or 50 a fact (ruler).
  public func line(_ instance: TaskInstance) -> [UInt8] {
    var json = JSONWriter()
    switch self {
    case .sandbox: instance.write(to: &json)
    case .ruler: RulerRecord(instance).write(to: &json)
    }
    return json.takeLine()
  }
}

extension TaskInstance {
  /// Calls `body` with each instance of a file in the sandbox format and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    in path: String, _ body: (_ line: Int, _ instance: TaskInstance) throws -> Void
  ) throws {
    try JSONLines.forEach(path) { line, value in
      try body(line, TaskInstance(value, file: path))
    }
  }
}

extension RulerRecord {
  /// Calls `body` with each record of a file in the RULER format and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    in path: String, _ body: (_ line: Int, _ record: RulerRecord) throws -> Void
  ) throws {
    try JSONLines.forEach(path) { line, value in
      try body(line, RulerRecord(value, file: path))
    }
  }
}
