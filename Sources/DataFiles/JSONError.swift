/// What is wrong with a JSON file, and where.
public struct JSONError: Error, Sendable, Equatable {
  /// What is wrong.
  public indirect enum Problem: Sendable, Equatable {
    // The text is not JSON.
    case notUTF8
    case unexpectedEnd(wanted: String)
    case unexpected(found: String, wanted: String)
    case unterminatedString
    case unterminatedComment
    case invalidEscape(String)
    case malformedNumber(String)
    case numberTooLarge(String)
    case tooDeep(limit: Int)
    case duplicateKey(String, first: TextLocation)
    case lineTooLong(limit: Int)
    /// The last line stops in the middle, as a writer that was killed leaves it.
    case truncatedLastLine

    // The JSON is not what the reader asks for; `path` names the value, as in `spans[2].length`.
    /// `similar` is a key that is there and was perhaps meant to be it.
    case missingKey(path: String, similar: String? = nil)
    case unknownKey(path: String, suggestion: String?, known: [String])
    case mismatch(path: String, wanted: String, found: String)
    case invalid(path: String, reason: String)
  }

  public var file: String
  public var location: TextLocation
  public var problem: Problem

  public init(file: String, location: TextLocation, problem: Problem) {
    self.file = file
    self.location = location
    self.problem = problem
  }
}
