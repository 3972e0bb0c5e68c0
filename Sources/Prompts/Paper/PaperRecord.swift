import DataFiles
import SandboxTasks

/// An item as one object, with the fields that harnesses for RULER read and a few more.
public struct PaperRecord: Sendable, Equatable {
  /// The running number.
  public var index: Int
  public var item: TextItem
  /// Everything that the item was made of.
  public var source: JSONValue

  /// The record of a log of a number of lines.
  public init(_ log: TransactionLogText, lines: Int) {
    index = log.index
    item = log.item(lines: lines)
    source = Self.source(
      "transaction-log", log.index, log.split, log.seed,
      [
        JSONMember("lines", JSONValue(.integer(lines))),
        JSONMember("accounts", JSONValue(.integer(log.settings.accounts))),
        JSONMember("depth", Self.number(log.settings.depth)),
        JSONMember("anomaly", Self.text(log.settings.anomaly?.rawValue)),
      ],
      [
        JSONMember("bug_type", Self.text(log.anomaly.rawValue)),
        JSONMember("tx_id", Self.text(log.transaction)),
      ])
  }

  /// The record of a code base of a number of lines; `hash` is that of the source it is made of.
  public init(_ code: CodeBugText, lines: Int, hash: String?) {
    index = code.index
    item = code.item(lines: lines)
    let operators = code.settings.operators.map { Self.text($0.rawValue) }
    source = Self.source(
      "code-bug", code.index, code.split, code.seed,
      [
        JSONMember("lines", JSONValue(.integer(lines))),
        JSONMember("operators", JSONValue(.array(operators))),
        JSONMember("depth", Self.number(code.settings.depth)),
        JSONMember("file_lines", JSONValue(.integer(code.settings.fileLines))),
        JSONMember("source_sha256", Self.text(hash)),
      ],
      [
        JSONMember("operator", Self.text(code.mutation.rawValue)),
        JSONMember("file", Self.text(code.original.path)),
        JSONMember("line", JSONValue(.integer(code.line + 1))),
        JSONMember("original", Self.text(code.original.lines[code.line])),
        JSONMember("changed", Self.text(code.changed)),
      ])
  }

  private static func source(
    _ task: String, _ index: Int, _ split: Split, _ seed: UInt64, _ settings: [JSONMember],
    _ needle: [JSONMember]
  ) -> JSONValue {
    [
      "task": text(task), "index": JSONValue(.integer(index)), "split": text(split.rawValue),
      "seed": JSONValue(Int(exactly: seed).map { .integer($0) } ?? .unsigned(seed)),
      "settings": JSONValue(.object(settings)), "needle": JSONValue(.object(needle)),
    ]
  }

  private static func text(_ text: String?) -> JSONValue {
    text.map { JSONValue(.string($0)) } ?? .null
  }

  private static func number(_ number: Double?) -> JSONValue {
    number.map { JSONValue(.double($0)) } ?? .null
  }

  /// The record as one line, line feed included.
  ///
  /// Ranges are written in characters (code points) of `input`, as other languages count them.
  public func line() -> [UInt8] {
    var json = JSONWriter()
    let input = item.prompt
    let ranges = CodePointRanges(input)
    json.object { json in
      json.member("index", index)
      json.member("input", input)
      json.member("outputs", strings: item.outputs)
      json.member("length", input.split(whereSeparator: \.isWhitespace).count)
      json.member("answer_prefix", item.answerPrefix)
      json.member("answer", item.answer)
      json.array("gold") { json in
        for line in item.gold {
          json.object { json in
            json.member("hop", line.hop)
            json.member("span", integers: ranges[line.span])
            if let key = line.key { json.member("key", integers: ranges[key]) }
            if let value = line.value { json.member("value", integers: ranges[value]) }
          }
        }
      }
      // Nothing in a source is a number that JSON lacks.
      guard (try? json.member("source", source)) != nil else {
        preconditionFailure("a source is JSON")
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

/// Turns ranges of bytes of a text into ranges of its code points.
private struct CodePointRanges {
  private let text: [UInt8]
  private let isASCII: Bool

  init(_ text: String) {
    self.text = Array(text.utf8)
    isASCII = self.text.allSatisfy { $0 < 0x80 }
  }

  subscript(range: Range<Int>) -> [Int] {
    [place(range.lowerBound), place(range.upperBound)]
  }

  private func place(_ byte: Int) -> Int {
    isASCII ? byte : text[..<byte].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }
}
