import DataFiles

/// A question of LongBench v2 (Bai et al., 2024), as its file `data.json` holds it.
public struct LongBenchItem: Sendable, Equatable {
  /// How hard people found it.
  public enum Difficulty: String, CaseIterable, Sendable {
    case easy
    case hard
  }

  /// How long its context is: less than 32 thousand words, less than 128 thousand, or more.
  public enum Extent: String, CaseIterable, Sendable {
    case short
    case medium
    case long
  }

  public let id: String
  /// The line of the file on which it begins, counted from 1.
  public let line: Int
  /// One of six categories.
  public let domain: String
  public let subdomain: String
  public let difficulty: Difficulty
  public let extent: Extent
  public let question: String
  /// A to D, in this order.
  public let choices: [String]
  /// The right letter.
  public let answer: Character
  public let context: String

  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    id = try reader.string("_id")
    line = reader.location.line
    domain = try reader.string("domain")
    subdomain = try reader.string("sub_domain")
    difficulty = try reader.choice("difficulty")
    extent = try reader.choice("length")
    question = try reader.string("question")
    var choices: [String] = []
    for letter in ["A", "B", "C", "D"] { choices.append(try reader.string("choice_\(letter)")) }
    self.choices = choices
    let letter = try reader.string("answer")
    guard letter.count == 1, let answer = letter.first, "A"..."D" ~= answer else {
      throw reader.invalid("answer", "must be A, B, C or D")
    }
    self.answer = answer
    context = try reader.string("context")
  }

  /// Calls `body` with each item of a file, one in memory at a time.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(_ path: String, _ body: (LongBenchItem) throws -> Void) throws {
    try JSONItems.forEach(path) { reader in try body(LongBenchItem(&reader)) }
  }

  /// What is asked, in the words of the benchmark's template without examples, and where in it the
  /// question begins, in bytes.
  ///
  /// Source: `prompts/0shot.txt` of the benchmark.
  public var prompt: (input: String, questionStart: Int) {
    let listed = zip("ABCD", choices).map { "(\($0)) \($1.trimmed)" }.joined(separator: "\n")
    let document =
      "Please read the following text and answer the question below.\n\n"
      + "<text>\n\(context.trimmed)\n</text>\n\n"
    return (
      document + "What is the correct answer to this question: \(question.trimmed)\n"
        + "Choices:\n\(listed)\n\n"
        + "Format your response as follows: \"The correct answer is (insert answer here)\".",
      document.utf8.count
    )
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    guard start < endIndex else { return "" }
    let end = lastIndex { !$0.isWhitespace } ?? start
    return String(self[start...end])
  }
}
