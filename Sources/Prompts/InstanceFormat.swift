import SandboxTasks

/// The forms in which instances are written, as JSON Lines.
public enum InstanceFormat: String, CaseIterable, Sendable {
  /// Tokens, text, gold spans and settings; reads back as an equal `TaskInstance`.
  case sandbox
  /// English text with the fields of RULER; reads back as a `TextPrompt`.
  case ruler

  /// An instance as one line, line feed included.
  ///
  /// - Complexity: O(T); the line has some 9 bytes a token (sandbox) or 50 a fact (ruler).
  public func line(_ instance: TaskInstance) -> [UInt8] {
    switch self {
    case .sandbox: instance.line()
    case .ruler: TextPrompt(instance).line()
    }
  }
}
