import ArgumentParsing
import Prompts
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
    help: "How a line may be made wrong; all operators when not given.")

  static let fileLines = Option.defaulted(
    "file-lines", .size(in: 1...1_000_000), to: 100,
    help: "Lines of the file with the bug, at most.")

  static let group = OptionGroup(
    "Text of --task transaction-log and code-bug, by --lines or as --format text",
    [lines, accounts, source, operators, fileLines])

  /// A task by its number.
  typealias Items = @Sendable (Int) throws -> any TextTask

  /// A family whose texts for real models are lines of a paper's own.
  private struct Paper: Sendable {
    var family: TaskFamily
    /// The options of its texts.
    var options: [any OptionDeclaring]
    /// The fewest lines that a text may have, whatever its needle is.
    var leastLines = 1
    var items: @Sendable (Arguments) throws -> Items
    /// What is wrong with a text that was read back; nil where nothing is.
    var defect: @Sendable (TextPrompt) -> String?
  }

  private static let papers = [
    Paper(
      family: .transactionLog, options: [accounts], leastLines: TransactionLogText.leastLineLimit,
      items: logs, defect: { $0.transactionLogDefect }),
    Paper(
      family: .codeBug, options: [source, operators, fileLines], items: code,
      defect: { $0.codeBugDefect }),
  ]

  /// What makes the texts of a family; nil for one whose texts are the English of its instances.
  private static func paper(_ family: TaskFamily) -> Paper? {
    papers.first { $0.family == family }
  }

  /// What is wrong with a text that was read back; the English of instances is compared as a whole alone.
  static func defect(_ family: TaskFamily) -> @Sendable (TextPrompt) -> String? {
    guard let paper = paper(family) else { return { _ in nil } }
    return paper.defect
  }

  /// What is to be made: `--length` or `--lines`, and nothing that belongs to the other.
  static func check(_ arguments: Arguments) throws(ArgumentError) {
    let task = arguments[TaskOptions.task]
    let wantsLines = arguments.isGiven(lines)
    let isText =
      task.hasPaperText && (wantsLines || arguments[GenerateCommand.format] == .text)
    guard wantsLines || arguments.isGiven(TaskOptions.lengths) else {
      throw .rule("--length is missing: give context lengths in tokens, such as --length 1K.")
    }
    if wantsLines && arguments.isGiven(TaskOptions.lengths) {
      throw .rule("--length and --lines exclude each other: give one of them.")
    }
    if wantsLines && !task.hasPaperText {
      throw .rule(
        "--lines is for --task transaction-log and code-bug; give --length to \(task.rawValue).")
    }
    if wantsLines && arguments.isGiven(GenerateCommand.format) {
      throw .rule("--format goes with --length, not with --lines.")
    }
    _ = try TaskOptions.shape(arguments)
    for paper in papers {
      guard let flag = arguments.firstGiven(paper.options) else { continue }
      if task != paper.family {
        throw .rule(
          "\(flag) is an option of --task \(paper.family.rawValue), not of \(task.rawValue).")
      }
      if !isText { throw .rule("\(flag) goes with --lines or --format text.") }
    }
    let sandboxOnly: [any OptionDeclaring] = [TaskOptions.rehearsal, TaskOptions.similar]
    if isText, let flag = arguments.firstGiven(sandboxOnly) {
      throw .rule("\(flag) is an option of the sandbox's own words, not of text.")
    }
  }

  /// The texts that the options ask for, by their number.
  ///
  /// - Throws: `SourceTreeError`, `FileSystemError`; the function throws `SourceTreeError`.
  static func items(_ arguments: Arguments) throws -> Items {
    guard let paper = paper(arguments[TaskOptions.task]) else {
      preconditionFailure("\(arguments[TaskOptions.task].rawValue) has no text of its own")
    }
    return try paper.items(arguments)
  }

  private static func logs(_ arguments: Arguments) throws -> Items {
    let (seed, split) = (arguments.seed(), arguments[TaskOptions.split])
    let settings = TransactionLogSettings(
      accounts: arguments[accounts], depth: arguments[TaskOptions.depth].double,
      anomaly: try TaskOptions.shape(arguments).own(TransactionLogTask.self)?.anomaly)
    return { TransactionLogText(settings, seed: seed, split: split, index: $0) }
  }

  private static func code(_ arguments: Arguments) throws -> Items {
    let (seed, split) = (arguments.seed(), arguments[TaskOptions.split])
    let settings = CodeBugSettings(
      operators: arguments[operators] ?? MutationOperator.allCases,
      depth: arguments[TaskOptions.depth].double, fileLines: arguments[fileLines])
    let tree = try arguments[source].map { try SourceTree(folder: $0) }
    let code: any CodeSource = tree ?? SyntheticCode(seed: seed)
    return { try CodeBugText(settings, source: code, seed: seed, split: split, index: $0) }
  }

  /// One maker of lines of a file for each number of lines.
  ///
  /// - Throws: `ArgumentError`, and what `items` throws; the functions also `LineCountError`.
  static func makers(
    _ arguments: Arguments
  ) throws -> [(lines: Int, make: @Sendable (Int) throws -> [UInt8])] {
    let counts = try Arguments.distinct(
      arguments[lines] ?? [], of: lines, because: "each number of lines makes one file")
    if let paper = paper(arguments[TaskOptions.task]),
      let few = counts.first(where: { $0 < paper.leastLines })
    {
      throw ArgumentError.rule(
        "--lines must be at least \(paper.leastLines) for \(paper.family.rawValue), not \(few).")
    }
    let items = try items(arguments)
    return counts.map { count in
      (
        count,
        { index in
          let task = try items(index)
          guard task.sizes.contains(count) else {
            throw LineCountError(index: index, lines: count, sizes: task.sizes)
          }
          return TextPrompt(task, index: index, size: count).line()
        }
      )
    }
  }
}

/// A number of lines that an item cannot have.
struct LineCountError: Error, CustomStringConvertible {
  let index: Int
  let lines: Int
  let sizes: ClosedRange<Int>

  var description: String {
    lines < sizes.lowerBound
      ? "--lines \(lines) is too few for item \(index), whose file with the bug has "
        + "\(sizes.lowerBound): raise --lines or lower --file-lines."
      : "--lines \(lines) is more than the \(sizes.upperBound) lines that --source holds."
  }
}
