import DataFiles
import Tokenization

/// A fitted text as a line of a file: RULER's fields, and where everything stands in tokens.
public struct TextRecord: Sendable, Equatable {
  /// The running number.
  public var index: Int
  /// The prompt: introduction, context, question.
  public var input: String
  /// What a right answer holds.
  public var outputs: [String]
  /// The number of tokens of all that the model reads.
  public var length: Int
  /// By how many tokens that is shorter than was asked for.
  public var missing: Int
  /// How an answer starts.
  public var answerPrefix: String
  /// The right answer as it is to follow the prefix.
  public var answer: String
  /// The facts on the way to the answer, by hop, in bytes of `input`.
  public var gold: [GoldSpan]
  /// The same facts in tokens of all that the model reads.
  public var goldTokens: [GoldSpan]
  /// The tokens that hold any of the context, and any of the question.
  public var contextTokens: Range<Int>
  public var questionTokens: Range<Int>
  /// What stands around the prompt.
  public var frame: PromptFrame
  /// By whose tokens it was counted.
  public var tokenizer: TokenizerName
  /// What the item was made of.
  public var source: JSONValue

  /// The version of the format that is written and read.
  public static let formatVersion = 1

  /// The record of a fitted text.
  public init(
    _ text: FittedText, index: Int, frame: PromptFrame, tokenizer: TokenizerName,
    source: JSONValue
  ) {
    self.index = index
    input = text.item.prompt
    outputs = text.item.outputs
    length = text.tokens.count
    missing = text.missing
    answerPrefix = text.item.answerPrefix
    answer = text.item.answer
    gold = text.item.gold
    goldTokens = text.gold
    contextTokens = text.contextTokens
    questionTokens = text.questionTokens
    self.frame = frame
    self.tokenizer = tokenizer
    self.source = source
  }

  /// The record as one line, line feed included.
  public func line() -> [UInt8] {
    var json = JSONWriter()
    let places = CodePointPlaces(input)
    json.object { json in
      json.member("version", Self.formatVersion)
      json.member("index", index)
      json.member("input", input)
      json.member("outputs", strings: outputs)
      json.member("length", length)
      json.member("missing", missing)
      json.member("answer_prefix", answerPrefix)
      json.member("answer", answer)
      json.array("gold") { json in
        for (fact, tokens) in zip(gold, goldTokens) {
          json.object { json in
            json.member("hop", fact.hop)
            json.member("span", places.codePoints(fact.span))
            json.optionalMember("key", fact.key.map(places.codePoints))
            json.optionalMember("value", fact.value.map(places.codePoints))
            json.member("tokens", tokens.span)
            json.optionalMember("key_tokens", tokens.key)
            json.optionalMember("value_tokens", tokens.value)
          }
        }
      }
      json.member("context_tokens", contextTokens)
      json.member("question_tokens", questionTokens)
      json.object("frame") { json in
        json.member("before", frame.before)
        json.member("after", frame.after)
        json.member("begins_answer", frame.beginsAnswer)
        json.member("adds_special_tokens", frame.addsSpecialTokens)
      }
      json.object("tokenizer") { tokenizer.writeMembers(to: &$0) }
      guard (try? json.member("source", source)) != nil else {
        preconditionFailure("a source holds no number that JSON lacks")
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`, which names file, line and member.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    try reader.version(understood: Self.formatVersion)
    index = try reader.int("index", in: 0 ... .max)
    input = try reader.string("input")
    outputs = try reader.strings("outputs")
    guard !outputs.isEmpty else { throw reader.invalid("outputs", "is empty") }
    length = try reader.int("length", in: 1...1 << 40)
    missing = try reader.int("missing", in: 0...1 << 40)
    answerPrefix = try reader.string("answer_prefix")
    answer = try reader.string("answer")
    let tokens = 0..<length
    contextTokens = try reader.span("context_tokens", in: tokens)
    questionTokens = try reader.span("question_tokens", in: tokens)
    let places = CodePointPlaces(input)
    (gold, goldTokens) = ([], [])
    for var fact in try reader.objects("gold") {
      let hop = try fact.int("hop")
      guard hop == gold.count else { throw fact.invalid("hop", "must be \(gold.count), in order") }
      let span = try fact.span("span", in: 0..<places.count)
      gold.append(
        GoldSpan(
          hop: hop, span: span, key: try fact.optionalSpan("key", in: span),
          value: try fact.optionalSpan("value", in: span)
        ).mapRanges(places.bytes))
      let covering = try fact.span("tokens", in: tokens)
      goldTokens.append(
        GoldSpan(
          hop: hop, span: covering, key: try fact.optionalSpan("key_tokens", in: covering),
          value: try fact.optionalSpan("value_tokens", in: covering)))
      try fact.finish()
    }
    var around = try reader.object("frame")
    frame = PromptFrame(
      before: try around.string("before"), after: try around.string("after"),
      beginsAnswer: try around.bool("begins_answer"),
      addsSpecialTokens: try around.bool("adds_special_tokens"))
    try around.finish()
    var name = try reader.object("tokenizer")
    tokenizer = try TokenizerName(&name)
    source = try reader.value("source")
    try reader.finish()
  }

  /// Calls `body` with each record of a file and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    in path: String, _ body: (_ line: Int, _ record: TextRecord) throws -> Void
  ) throws {
    try JSONLines.forEach(path) { line, value in
      try body(line, TextRecord(value, file: path))
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ key: String, _ range: Range<Int>) {
    member(key, integers: [range.lowerBound, range.upperBound])
  }

  fileprivate mutating func optionalMember(_ key: String, _ range: Range<Int>?) {
    if let range { member(key, range) }
  }
}

extension JSONObjectReader {
  /// A range [start, end] inside another.
  fileprivate mutating func span(
    _ key: String, in whole: Range<Int>
  ) throws(JSONError) -> Range<Int> {
    let ends = try ints(key)
    guard ends.count == 2, whole.lowerBound <= ends[0], ends[0] <= ends[1],
      ends[1] <= whole.upperBound
    else {
      throw invalid(
        key,
        "must be [start, end] with \(whole.lowerBound) ≤ start ≤ end ≤ \(whole.upperBound)")
    }
    return ends[0]..<ends[1]
  }

  fileprivate mutating func optionalSpan(
    _ key: String, in whole: Range<Int>
  ) throws(JSONError) -> Range<Int>? {
    guard let value = valueIfPresent(key), !value.isNull else { return nil }
    return try span(key, in: whole)
  }
}
