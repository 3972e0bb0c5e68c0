import ArgumentParsing
import PaperTasks
import SandboxTasks

/// The options of a log or a code base as English text, in a number of lines.
enum LineOptions {
  static let lines = Option.optional(
    "lines", .list(of: .size(in: 1...TransactionLogText.lineLimit)),
    help: "Lines of text in place of --length: a log or code for real models, not of the sandbox's "
      + "own words.")

  static let accounts = Option.defaulted(
    "accounts", .integer(in: 2...1000), to: 6, help: "Accounts of a log.")

  static let source = Option.optional(
    "source", .directory,
    help: "A tree of source files to take the code from; made from templates when not given.")

  static let operators = Option.optional(
    "operators", .list(of: .choice.shown(as: "OPERATOR") as ValueKind<MutationOperator>),
    help: "The ways in which a line may be made wrong; all when not given.")

  static let fileLines = Option.defaulted(
    "file-lines", .size(in: 1...1_000_000), to: 100,
    help: "Lines of the file with the bug, at most.")

  static let group = OptionGroup(
    "Text of a number of lines (--task transaction-log or code-bug)",
    [lines, accounts, source, operators, fileLines])

  /// What is to be made: `--length` or `--lines`, and nothing that belongs to the other.
  static func check(_ arguments: Arguments) throws(ArgumentError) {
    let task = arguments[TaskOptions.task]
    let wantsLines = arguments.isGiven(lines)
    guard wantsLines || arguments.isGiven(TaskOptions.lengths) else {
      throw .rule("--length is missing: give context lengths in tokens.")
    }
    let foreign: [(Bool, String)] =
      wantsLines
      ? [
        (arguments.isGiven(TaskOptions.lengths), "--length"),
        (arguments.isGiven(TaskOptions.rehearsal), "--rehearsal"),
        (arguments.isGiven(TaskOptions.similar), "--similar"),
        (arguments.isGiven(GenerateCommand.format), "--format"),
        (task != .transactionLog && arguments.isGiven(accounts), "--accounts"),
        (task != .codeBug && arguments.isGiven(source), "--source"),
        (task != .codeBug && arguments.isGiven(operators), "--operators"),
        (task != .codeBug && arguments.isGiven(fileLines), "--file-lines"),
      ]
      : [
        (arguments.isGiven(accounts), "--accounts"), (arguments.isGiven(source), "--source"),
        (arguments.isGiven(operators), "--operators"),
        (arguments.isGiven(fileLines), "--file-lines"),
      ]
    if wantsLines && task != .transactionLog && task != .codeBug {
      throw .rule(
        "--lines is for --task transaction-log and code-bug; give --length to \(task.rawValue).")
    }
    if wantsLines && task != .transactionLog && arguments.isGiven(TaskOptions.anomaly) {
      throw .rule("--anomaly is an option of --task transaction-log, not of \(task.rawValue).")
    }
    if let (_, flag) = foreign.first(where: \.0) {
      throw .rule(
        wantsLines
          ? "\(flag) is no option of a text of --lines for --task \(task.rawValue)."
          : "\(flag) is for a text of --lines.")
    }
  }

  /// The texts that the options ask for, one maker of lines for each number of lines.
  ///
  /// - Throws: `ArgumentError`, `SourceTreeError`, `FileSystemError`.
  static func makers(
    _ arguments: Arguments
  ) throws -> [(lines: Int, make: @Sendable (Int) throws -> [UInt8])] {
    let counts = arguments[lines] ?? []
    for (place, count) in counts.enumerated() where counts[..<place].contains(count) {
      throw ArgumentError.rule("--lines names \(count) twice; each number of lines makes one file.")
    }
    let (seed, split) = (arguments.seed(), arguments[TaskOptions.split])
    if arguments[TaskOptions.task] == .transactionLog {
      let settings = TransactionLogSettings(
        accounts: arguments[accounts], depth: arguments[TaskOptions.depth],
        anomaly: arguments[TaskOptions.anomaly])
      let least = TransactionLogText.leastLineLimit
      if let count = counts.first(where: { $0 < least }) {
        throw ArgumentError.rule("--lines must be at least \(least) for a log, not \(count).")
      }
      return counts.map { count in
        (
          count,
          { index in
            let log = TransactionLogText(settings, seed: seed, split: split, index: index)
            return PaperRecord(log, lines: count).line()
          }
        )
      }
    }
    let settings = CodeBugSettings(
      operators: arguments[operators] ?? MutationOperator.allCases,
      depth: arguments[TaskOptions.depth], fileLines: arguments[fileLines])
    let tree = try arguments[source].map { try SourceTree(folder: $0) }
    let code: any CodeSource = tree ?? SyntheticCode(seed: seed)
    return counts.map { count in
      (
        count,
        { index in
          let text = try CodeBugText(settings, source: code, seed: seed, split: split, index: index)
          try CodeSizeError.check(text, lines: count)
          return PaperRecord(text, lines: count, hash: code.hash).line()
        }
      )
    }
  }
}

/// A number of lines that a code base cannot have.
enum CodeSizeError: Error, CustomStringConvertible {
  case tooFew(index: Int, lines: Int, file: String, least: Int)
  case tooMany(lines: Int, most: Int)

  static func check(_ code: CodeBugText, lines: Int) throws(CodeSizeError) {
    guard lines >= code.leastLines else {
      throw .tooFew(
        index: code.index, lines: lines, file: code.original.path, least: code.leastLines)
    }
    if let most = code.mostLines, lines > most { throw .tooMany(lines: lines, most: most) }
  }

  var description: String {
    switch self {
    case .tooFew(let index, let lines, let file, let least):
      "--lines \(lines) is too few for item \(index): its file with the bug, \(file), has \(least); "
        + "raise --lines or lower --file-lines."
    case .tooMany(let lines, let most):
      "--lines \(lines) is more than the \(most) lines that --source holds."
    }
  }
}
