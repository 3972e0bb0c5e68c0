import DataFiles

/// An instance as English text, with the fields that harnesses for RULER read.
///
/// The text is ASCII, so characters, bytes and code points count alike.
public struct RulerRecord: Sendable, Equatable {
  /// A fact on the way to the answer, as it stands in `input`; ranges in characters.
  public struct GoldText: Sendable, Equatable {
    /// As in `GoldFact`.
    public var hop: Int
    /// The sentence, full stop included.
    public var span: Range<Int>
    /// The name that the sentence is about.
    public var key: Range<Int>
    /// The name that it tells.
    public var value: Range<Int>
  }

  /// The running number.
  public var index: Int
  /// The text to read, with the question at its end.
  public var input: String
  /// The names that the answer must hold, in order.
  public var outputs: [String]
  /// How many words `input` has, separated by white space.
  public var length: Int
  /// How the answer starts; a prompt is `input` + `answerPrefix`.
  public var answerPrefix: String
  /// The facts on the way to the answer, by hop.
  public var gold: [GoldText]
  /// What the instance was made of.
  public var source: TaskSource

  /// The English rendering of an instance.
  public init(_ instance: TaskInstance) {
    let text = EnglishRendering(instance)
    index = instance.index
    input = text.input
    outputs = text.outputs
    length = Self.wordCount(text.input)
    answerPrefix = text.answerPrefix
    gold = text.gold
    source = TaskSource(instance)
  }

  /// Where context and question stand in `input`, after the introduction; ranges in characters.
  ///
  /// Blank lines part the three, and there are no others.
  public var paragraphs: (context: Range<Int>, question: Range<Int>) {
    let bytes = Array(input.utf8)
    let lineFeed = UInt8(ascii: "\n")
    guard let first = bytes.firstIndex(of: lineFeed), let last = bytes.lastIndex(of: lineFeed),
      first + 2 <= last - 1
    else { return (0..<0, 0..<bytes.count) }
    return (first + 2..<last - 1, last + 1..<bytes.count)
  }

  /// Writes the record as one object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("index", index)
      json.member("input", input)
      json.member("outputs", strings: outputs)
      json.member("length", length)
      json.member("answer_prefix", answerPrefix)
      json.array("gold") { json in
        for fact in gold {
          json.object { json in
            json.member("hop", fact.hop)
            json.member("span", fact.span)
            json.member("key", fact.key)
            json.member("value", fact.value)
          }
        }
      }
      json.object("source") { source.writeMembers(to: &$0) }
    }
  }

  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`, which names file, line and member.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    index = try reader.int("index", in: 0 ... .max)
    input = try reader.string("input")
    outputs = try reader.strings("outputs")
    guard !outputs.isEmpty else { throw reader.invalid("outputs", "is empty") }
    length = try reader.int("length")
    let words = Self.wordCount(input)
    guard length == words else {
      throw reader.invalid("length", "is \(length), but input has \(words) words")
    }
    answerPrefix = try reader.string("answer_prefix")
    let whole = 0..<input.utf8.count
    gold = []
    for (number, var fact) in try reader.objects("gold").enumerated() {
      let hop = try fact.int("hop")
      let next = gold.last.map { $0.hop + 1 } ?? 0
      guard hop == next || number > 0 && hop == next - 1 else {
        throw fact.invalid("hop", "must be \(next), in order")
      }
      let span = try fact.range("span", in: whole)
      gold.append(
        GoldText(
          hop: hop, span: span, key: try fact.range("key", in: span),
          value: try fact.range("value", in: span)))
      try fact.finish()
    }
    var members = try reader.object("source")
    source = try TaskSource(&members)
    try members.finish()
    try reader.finish()
  }

  private static func wordCount(_ text: String) -> Int {
    var count = 0
    var isInWord = false
    for byte in text.utf8 {
      let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
      if isInWord == isSpace {
        if !isSpace { count += 1 }
        isInWord = !isSpace
      }
    }
    return count
  }
}
