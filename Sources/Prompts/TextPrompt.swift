import DataFiles
import SandboxTasks
import TextBenchmarks

/// One line of a tasks file as text: RULER's fields and, where the lab wrote it, where the answer is.
public struct TextPrompt: Sendable, Equatable {
  /// The running number.
  public var index: Int
  /// The line of its file, counted from 1; nil where it was not read from one.
  public var line: Int?
  /// The text to read, with the question at its end.
  public var input: String
  /// What a right answer holds.
  public var outputs: [String]
  /// How an answer starts; empty where the task does not say.
  public var answerPrefix: String
  /// The right answer as it is to follow the prefix.
  public var answer: String
  /// The facts on the way to the answer, in bytes of `input`; empty where the file names none.
  public var gold: [GoldSpan]
  /// The number of tokens to which the text was fitted; nil where it was not.
  public var fittedLength: Int?
  /// The tokenizer to which it was fitted; nil where the file names none.
  public var tokenizer: TokenizerName?
  /// The sandbox family; nil for files of others.
  public var family: TaskFamily?
  public var seed: UInt64
  public var split: Split

  /// Where the question begins, in bytes of `input`; nil for its last paragraph.
  public var questionStart: Int?

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

  /// A text that is known.
  public init(
    index: Int, input: String, questionStart: Int?, outputs: [String], answerPrefix: String,
    answer: String, gold: [GoldSpan], fittedLength: Int?, family: TaskFamily?, seed: UInt64,
    split: Split, line: Int? = nil, tokenizer: TokenizerName? = nil
  ) {
    self.index = index
    self.line = line
    self.tokenizer = tokenizer
    self.input = input
    self.questionStart = questionStart
    self.outputs = outputs
    self.answerPrefix = answerPrefix
    self.answer = answer
    self.gold = gold
    self.fittedLength = fittedLength
    self.family = family
    self.seed = seed
    self.split = split
  }

  /// A question of a benchmark, which does not say where its answer is.
  ///
  /// - Parameter index: its running number.
  public init(_ question: BenchmarkQuestion, index: Int) {
    let right: String
    if case .contained(any: false) = question.metric {
      right = " " + Self.list(question.right) + "."
    } else {
      let first = question.right.first { !$0.isEmpty } ?? " "
      right = (question.answerPrefix.isEmpty ? "" : " ") + first
    }
    self.init(
      index: index, input: question.input, questionStart: question.questionStart,
      outputs: question.right, answerPrefix: question.answerPrefix, answer: right, gold: [],
      fittedLength: nil, family: nil, seed: 0, split: .test, line: question.line,
      tokenizer: question.tokenizer)
  }

  /// Reads a line.
  ///
  /// Members beside these are passed over, because RULER's tasks bring some of their own.
  ///
  /// - Throws: `JSONError`, which names file, line and member.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    line = reader.location.line
    index = try reader.int("index", in: 0 ... .max)
    input = try reader.string("input")
    questionStart = nil
    guard !input.isEmpty else { throw reader.invalid("input", "is empty") }
    outputs = try reader.strings("outputs")
    guard !outputs.isEmpty, outputs.allSatisfy({ !$0.isEmpty }) else {
      throw reader.invalid("outputs", "must hold at least one text, and no empty one")
    }
    answerPrefix = try reader.string("answer_prefix", default: "")
    answer = try reader.string("answer", default: " " + Self.list(outputs) + ".")
    guard !answer.isEmpty else { throw reader.invalid("answer", "is empty") }
    gold = []
    if reader.contains("gold") {
      let places = CodePoints(input)
      for var fact in try reader.objects("gold") {
        func bytes(_ range: Range<Int>) -> Range<Int> {
          places.byte(range.lowerBound)..<places.byte(range.upperBound)
        }
        let span = try Self.range("span", &fact, 0..<places.count)
        gold.append(
          GoldSpan(
            hop: try fact.int("hop", in: 0...1 << 20), span: bytes(span),
            key: fact.contains("key") ? bytes(try Self.range("key", &fact, span)) : nil,
            value: fact.contains("value") ? bytes(try Self.range("value", &fact, span)) : nil))
      }
    }
    fittedLength = nil
    if reader.contains("missing") {
      fittedLength =
        try reader.int("length", in: 1...1 << 40) + reader.int("missing", in: 0...1 << 40)
    }
    tokenizer = try TokenizerName(of: &reader)
    family = nil
    seed = 0
    split = .test
    if reader.contains("source") {
      var source = try reader.object("source")
      family = TaskFamily(rawValue: try source.string("task", default: ""))
      seed = try source.contains("seed") ? source.uint64("seed") : 0
      split = Split(rawValue: try source.string("split", default: "test")) ?? .test
    }
  }

  /// The lines of a file.
  ///
  /// - Parameter limit: how many to read at most; nil reads all.
  /// - Throws: `FileSystemError`, `JSONError`, `TextMethodError.noPrompts`, `.sandboxTasks`.
  public static func read(_ file: String, limit: Int? = nil) throws -> [TextPrompt] {
    var prompts: [TextPrompt] = []
    var reader = try JSONLinesReader(file)
    while prompts.count < limit ?? .max, let (_, value) = try reader.next() {
      if value["input"] == nil && value["context"] != nil {
        throw TextMethodError.sandboxTasks(file: file)
      }
      prompts.append(try TextPrompt(value, file: file))
    }
    guard !prompts.isEmpty else { throw TextMethodError.noPrompts(file: file) }
    return prompts
  }

  /// Whether a tasks file holds text: whether its first line has a member `input`.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public static func isText(_ file: String) throws -> Bool {
    var reader = try JSONLinesReader(file)
    return try reader.next()?.value["input"] != nil
  }

  /// RULER's measure: the share of `outputs` that a text holds, whatever their case.
  public func score(_ text: String) -> Double { ContainedTexts.share(outputs, in: text) }

  private static func range(
    _ key: String, _ reader: inout JSONObjectReader, _ bounds: Range<Int>
  ) throws(JSONError) -> Range<Int> {
    let ends = try reader.ints(key)
    guard ends.count == 2, ends[0] < ends[1], ends[0] >= bounds.lowerBound,
      ends[1] <= bounds.upperBound
    else {
      throw reader.invalid(
        key, "must be [start, end] within \(bounds.lowerBound) and \(bounds.upperBound)")
    }
    return ends[0]..<ends[1]
  }

  private static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}

/// Where the code points of a text start, in bytes.
private struct CodePoints {
  private let starts: [Int]?
  let count: Int

  init(_ text: String) {
    let bytes = Array(text.utf8)
    if bytes.allSatisfy({ $0 < 0x80 }) {
      starts = nil
      count = bytes.count
    } else {
      let found = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
      count = found.count
      starts = found + [bytes.count]
    }
  }

  func byte(_ place: Int) -> Int { starts?[place] ?? place }
}
