import DataFiles

/// Whether a written text of a paper's own tasks has the one fault that its line names.
///
/// Each check derives the fault from the text that a model would read, and uses nothing of the code
/// that wrote it. It returns what is wrong in a sentence without its full stop; nil where all is right.
extension TextPrompt {
  /// Replays a transaction log: exactly one line is wrong, and it is the answer and the gold fact of
  /// hop 0; the line that it contradicts, if any, is that of hop 1.
  public var transactionLogDefect: String? {
    let checker = TransactionLogChecker(haystack)
    guard checker.faults.count == 1 else {
      return "the log has \(checker.faults.count) wrong lines, but must have exactly one"
    }
    let fault = checker.faults[0]
    guard outputs == [fault.bugType, fault.transaction] else {
      return "outputs say \(outputs.listed), but replaying the log finds "
        + "\(fault.bugType) in \(fault.transaction)"
    }
    let lines = haystack.split(separator: "\n", omittingEmptySubsequences: false)
    let places = [fault.line] + (fault.contradicted.map { [$0] } ?? [])
    guard gold.map(\.hop) == Array(places.indices),
      zip(gold, places).allSatisfy({ text($0.span) == lines[$1] })
    else { return "gold must be the wrong line, and then the line that it contradicts" }
    return nil
  }

  /// Compares the line with the bug with the original one that the source gives: it stands once, at the
  /// gold span, under the answer's file and number, and the named operator makes the one of the other.
  public var codeBugDefect: String? {
    let needle = source?["needle"]
    guard let name = needle?["operator"]?.string, let mutation = MutationOperator(rawValue: name),
      let file = needle?["file"]?.string, let number = needle?["line"]?.int,
      let original = needle?["original"]?.string, let changed = needle?["changed"]?.string
    else {
      return "source.needle must have operator, file, line, original and changed"
    }
    guard outputs == ["\(file):\(number)"] else {
      return "outputs say \(outputs.listed), but source.needle says \(file):\(number)"
    }
    guard CodeBugChecker.accepts(mutation, from: original, to: changed) else {
      return "\(mutation.rawValue) does not make “\(changed)” of “\(original)”"
    }
    let header = "=== \(file) ==="
    let lines = haystack.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = "\(number): \(changed)"
    guard let start = lines.firstIndex(where: { $0 == header }),
      lines[(start + 1)...].prefix(while: { !$0.hasPrefix("=== ") }).contains(where: {
        $0 == wanted
      })
    else { return "the text has no line “\(wanted)” in \(file)" }
    guard gold.count == 1, text(gold[0].span) == wanted, gold[0].value.map(text) == "\(number)"
    else { return "gold must be the line with the bug, with its number as value" }
    return nil
  }

  /// The paragraphs between the introduction and the question.
  private var haystack: String {
    let front = text(context)
    let start = front.firstRange(of: "\n\n")?.upperBound ?? front.startIndex
    let end =
      front[start...].hasSuffix("\n\n") ? front.index(front.endIndex, offsetBy: -2) : front.endIndex
    return String(front[start..<end])
  }

  private func text(_ bytes: Range<Int>) -> String {
    String(decoding: Array(input.utf8)[bytes], as: UTF8.self)
  }
}
