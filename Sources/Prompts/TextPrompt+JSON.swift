import DataFiles
import SandboxTasks

extension TextPrompt {
  /// The version of the lines of fitted text; RULER's form has none.
  public static let formatVersion = 1

  /// The text as one line of a file, line feed included.
  ///
  /// Ranges are written in characters (code points) of `input`, as other languages count them.
  public func line() -> [UInt8] {
    var json = JSONWriter()
    let places = CodePointPlaces(input)
    json.object { json in
      if fit != nil { json.member("version", Self.formatVersion) }
      json.member("index", index)
      json.member("input", input)
      json.member("outputs", strings: outputs)
      json.member("length", fit?.length ?? wordCount)
      if let fit { json.member("missing", fit.missing) }
      json.member("answer_prefix", answerPrefix)
      // RULER's own form has no answer beside the outputs.
      if fit != nil || answer != Self.answer(outputs) { json.member("answer", answer) }
      json.array("gold") { json in
        for (number, fact) in gold.enumerated() {
          json.object { json in
            json.member("hop", fact.hop)
            fact.mapRanges(places.codePoints).write(to: &json, Self.placeKeys)
            fit?.gold[number].write(to: &json, Self.tokenKeys)
          }
        }
      }
      fit?.write(to: &json)
      if let tokenizer { json.object("tokenizer") { tokenizer.writeMembers(to: &$0) } }
      guard let source else { return }
      guard (try? json.member("source", source)) != nil else {
        preconditionFailure("a source holds no number that JSON lacks")
      }
    }
    return json.takeLine()
  }

  /// What files call a fact's ranges in the text, and in tokens.
  fileprivate typealias Keys = (span: String, key: String, value: String)
  fileprivate static let placeKeys: Keys = ("span", "key", "value")
  fileprivate static let tokenKeys: Keys = ("tokens", "key_tokens", "value_tokens")

  /// How many words `input` has, separated by white space.
  private var wordCount: Int {
    let bytes = input.utf8
    guard bytes.allSatisfy({ $0 < 0x80 }) else {
      return input.split(whereSeparator: \.isWhitespace).count
    }
    var (count, wasSpace) = (0, true)
    for byte in bytes {
      let isSpace = byte == 32 || 9...13 ~= byte
      if wasSpace && !isSpace { count += 1 }
      wasSpace = isSpace
    }
    return count
  }

  /// Reads a line.
  ///
  /// Members beside these are passed over, because RULER's tasks bring some of their own.
  ///
  /// - Throws: `JSONError`, which names file, line and member.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    lineNumber = reader.location.line
    index = try reader.int("index", in: 0 ... .max)
    input = try reader.string("input")
    guard !input.isEmpty else { throw reader.invalid("input", "is empty") }
    outputs = try reader.strings("outputs")
    guard !outputs.isEmpty, outputs.allSatisfy({ !$0.isEmpty }) else {
      throw reader.invalid("outputs", "must hold at least one text, and no empty one")
    }
    answerPrefix = try reader.string("answer_prefix", default: "")
    answer = try reader.string("answer", default: Self.answer(outputs))
    guard !answer.isEmpty else { throw reader.invalid("answer", "is empty") }
    var fit = reader.contains("missing") ? try TextFit(&reader) : nil
    if reader.contains("gold") {
      let places = CodePointPlaces(input)
      for var fact in try reader.objects("gold") {
        let hop = try fact.int("hop", in: 0...1 << 20)
        gold.append(
          try GoldSpan(hop: hop, &fact, Self.placeKeys, in: 0..<places.count)
            .mapRanges(places.bytes))
        if let length = fit?.length {
          fit?.gold.append(
            try GoldSpan(hop: hop, &fact, Self.tokenKeys, in: 0..<length, mayBeEmpty: true))
        }
      }
    }
    self.fit = fit
    tokenizer = try TokenizerName(of: &reader)
    if reader.contains("source") {
      source = try reader.value("source")
      var members = try reader.object("source")
      _ = try members.string("task", default: "")
      if members.contains("seed") { _ = try members.uint64("seed") }
      _ = try members.string("split", default: "")
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
}

extension TextFit {
  /// Writes what is not of one fact into an open object.
  fileprivate func write(to json: inout JSONWriter) {
    json.member("context_tokens", context)
    json.member("question_tokens", question)
    json.object("frame") { json in
      json.member("before", frame.before)
      json.member("after", frame.after)
      json.member("begins_answer", frame.beginsAnswer)
      json.member("adds_special_tokens", frame.addsSpecialTokens)
    }
  }

  /// Reads all but the facts.
  fileprivate init(_ reader: inout JSONObjectReader) throws(JSONError) {
    try reader.version(understood: TextPrompt.formatVersion)
    length = try reader.int("length", in: 1...1 << 40)
    missing = try reader.int("missing", in: 0...1 << 40)
    gold = []
    context = try reader.range("context_tokens", in: 0..<length, mayBeEmpty: true)
    question = try reader.range("question_tokens", in: 0..<length, mayBeEmpty: true)
    var around = try reader.object("frame")
    frame = PromptFrame(
      before: try around.string("before"), after: try around.string("after"),
      beginsAnswer: try around.bool("begins_answer"),
      addsSpecialTokens: try around.bool("adds_special_tokens"))
  }
}

extension GoldSpan {
  fileprivate func write(to json: inout JSONWriter, _ keys: TextPrompt.Keys) {
    json.member(keys.span, span)
    if let key { json.member(keys.key, key) }
    if let value { json.member(keys.value, value) }
  }

  fileprivate init(
    hop: Int, _ reader: inout JSONObjectReader, _ keys: TextPrompt.Keys, in whole: Range<Int>,
    mayBeEmpty: Bool = false
  ) throws(JSONError) {
    let span = try reader.range(keys.span, in: whole, mayBeEmpty: mayBeEmpty)
    func part(_ key: String) throws(JSONError) -> Range<Int>? {
      reader.contains(key) ? try reader.range(key, in: span, mayBeEmpty: mayBeEmpty) : nil
    }
    self.init(hop: hop, span: span, key: try part(keys.key), value: try part(keys.value))
  }
}
