/// Lines of a context, with the gold ones' places in bytes.
struct ContextText {
  private(set) var text = ""
  /// By hop.
  private(set) var gold: [GoldSpan] = []

  /// Appends a line and says where it starts.
  @discardableResult
  mutating func append(_ line: String) -> Int {
    if !text.isEmpty { text += "\n" }
    let start = text.utf8.count
    text += line
    return start
  }

  /// Appends a gold line; `key` and `value` are in bytes of the line.
  mutating func append(_ line: String, hop: Int, key: Range<Int>?, value: Range<Int>) {
    let start = append(line)
    let span = GoldSpan(hop: hop, span: 0..<line.utf8.count, key: key, value: value)
    gold.append(span.mapRanges { $0.lowerBound + start..<$0.upperBound + start })
    gold.sort { $0.hop < $1.hop }
  }
}
