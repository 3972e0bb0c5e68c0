import DataFiles
import SandboxTasks
import TextBenchmarks

/// One text as a line of a tasks file: RULER's fields and, where the lab wrote it, where the answer is.
///
/// There is one writer and one reader of such lines, in `TextPrompt+JSON`, whatever the text is: a sandbox
/// task in English, a log or code base, any of them fitted to a number of tokens, or a line of RULER's own.
public struct TextPrompt: Sendable, Equatable {
  /// The running number.
  public var index: Int
  /// The line of its file, counted from 1; nil where it was not read from one.
  public var lineNumber: Int?
  /// The text to read, with the question at its end.
  public var input: String
  /// Where the question begins, in bytes of `input`; nil for its last paragraph.
  public var questionStart: Int?
  /// What a right answer holds.
  public var outputs: [String]
  /// How an answer starts; empty where the task does not say.
  public var answerPrefix: String
  /// The right answer as it is to follow the prefix.
  public var answer: String
  /// The facts on the path to the answer, in bytes of `input`; empty where the file names none.
  public var gold: [GoldSpan] = []
  /// Where everything stands in tokens; nil where the text was not fitted.
  public var fit: TextFit?
  /// The tokenizer to which it was fitted; nil where the file names none.
  public var tokenizer: TokenizerName?
  /// What it was made of; nil for files of others that do not say.
  public var source: JSONValue?

  /// An item, which is `source` made text.
  public init(_ item: TextItem, index: Int, source: JSONValue?) {
    self.index = index
    input = item.prompt
    questionStart = item.question.lowerBound
    outputs = item.outputs
    answerPrefix = item.answerPrefix
    answer = item.answer
    gold = item.gold
    self.source = source
  }

  /// The item of a task with a haystack of a size.
  public init(_ task: some TextTask, index: Int, size: Int) {
    self.init(task.item(size: size, padding: ""), index: index, source: task.source(size: size))
  }

  /// The English rendering of an instance.
  public init(_ instance: TaskInstance) {
    self.init(
      TextItem(instance), index: instance.index, source: TaskSource(instance).value)
  }

  /// A fitted text.
  public init(
    _ text: FittedText, index: Int, frame: PromptFrame, tokenizer: TokenizerName,
    source: JSONValue?
  ) {
    self.init(text.item, index: index, source: source)
    fit = TextFit(text, frame: frame)
    self.tokenizer = tokenizer
  }

  /// A question of a benchmark, which does not say where its answer is.
  ///
  /// - Parameter index: its running number.
  public init(_ question: BenchmarkQuestion, index: Int) {
    self.index = index
    lineNumber = question.line
    input = question.input
    questionStart = question.questionStart
    outputs = question.right
    answerPrefix = question.answerPrefix
    tokenizer = question.tokenizer
    if case .contained(any: false) = question.metric {
      answer = Self.answer(outputs)
    } else {
      answer =
        (answerPrefix.isEmpty ? "" : " ") + (question.right.first { !$0.isEmpty } ?? " ")
    }
  }

  /// The answer of a text that gives only what a right one holds.
  static func answer(_ outputs: [String]) -> String { " \(outputs.listed)." }

  /// The bytes of `input` that come before the question.
  public var context: Range<Int> {
    if let questionStart { return 0..<questionStart }
    let bytes = Array(input.utf8)
    let lineFeed = UInt8(ascii: "\n")
    let end = (bytes.lastIndex { $0 != lineFeed } ?? -1) + 1
    guard let last = bytes[..<end].lastIndex(of: lineFeed) else {
      // Without lines, the last word is all that is certainly asked behind the context.
      let space = bytes[..<end].lastIndex(of: UInt8(ascii: " "))
      return 0..<(space ?? 0)
    }
    return 0..<last + 1
  }

  /// The sandbox family; nil for files of others.
  public var family: TaskFamily? {
    source?["task"]?.string.flatMap { TaskFamily(rawValue: $0) }
  }

  /// The seed and the split that the source names; 0 and the test split where it names none.
  public var seed: UInt64 { source?["seed"]?.uint64 ?? 0 }
  public var split: Split { source?["split"]?.string.flatMap { Split(rawValue: $0) } ?? .test }

  /// RULER's measure: the share of `outputs` that a text holds, whatever their case.
  public func score(_ text: String) -> Double { ContainedTexts.share(outputs, in: text) }
}

/// Where the parts of a fitted text stand in the tokens of all that a model reads.
public struct TextFit: Sendable, Equatable {
  /// The number of these tokens.
  public var length: Int
  /// By how many tokens that is shorter than was asked for.
  public var missing: Int
  /// The facts on the path to the answer, in the order of the prompt's.
  public var gold: [GoldSpan]
  /// The tokens that hold any of the context, and any of the question.
  public var context: Range<Int>
  public var question: Range<Int>
  /// What stands around the prompt.
  public var frame: PromptFrame

  init(_ text: FittedText, frame: PromptFrame) {
    length = text.tokens.count
    missing = text.missing
    gold = text.gold
    context = text.contextTokens
    question = text.questionTokens
    self.frame = frame
  }
}
