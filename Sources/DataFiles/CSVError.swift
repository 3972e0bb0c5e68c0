/// What is wrong with a CSV file, and in which line.
public struct CSVError: Error, Sendable, Equatable {
  public enum Problem: Sendable, Equatable {
    case noHeader
    case notUTF8
    case duplicateColumn(String)
    case fieldCount(found: Int, wanted: Int)
    case unterminatedQuote
    case strayQuote
    case textAfterQuote
    case noSuchColumn(String, suggestion: String?, known: [String])
    case mismatch(column: String, found: String, wanted: String)
  }

  public var file: String
  /// Counted from 1; nil when the error is about the file as a whole.
  public var line: Int?
  public var problem: Problem

  public init(file: String, line: Int?, problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }
}

extension CSVError: CustomStringConvertible {
  public var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)."
  }
}

extension CSVError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noHeader: "the file is empty; its first line must name the columns"
    case .notUTF8: "the text is not valid UTF-8"
    case .duplicateColumn(let name): "two columns are named \(quoted(name))"
    case .fieldCount(let found, let wanted):
      "the row has \(found) fields, but the header names \(wanted)"
    case .unterminatedQuote: "the quoted field that starts here is never closed"
    case .strayQuote: "a quote stands inside a field; quote the whole field and double the quote"
    case .textAfterQuote: "text follows a closing quote; a comma or line end should"
    case .noSuchColumn(let name, let suggestion?, _):
      "there is no column \(quoted(name)) (did you mean \(quoted(suggestion))?)"
    case .noSuchColumn(let name, nil, let known):
      "there is no column \(quoted(name)); there are "
        + known.prefix(20).map { quoted($0) }.joined(separator: ", ")
    case .mismatch(let column, let found, let wanted):
      "the column \(quoted(column)) must hold \(wanted), but here holds \(quoted(found))"
    }
  }
}
