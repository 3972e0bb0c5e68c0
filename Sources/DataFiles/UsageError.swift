/// What was asked for does not go together: one sentence that names the options and says what would be
/// right. A program ends with the exit code of a wrong command line.
public struct UsageError: Error, Equatable, CustomStringConvertible {
  public let description: String

  /// An error with its sentence.
  public init(_ sentence: String) { description = sentence }
}
