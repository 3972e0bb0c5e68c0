/// What turns words into tokens.
enum TokenizerModel: Sendable {
  case bytePair(BytePairModel)
  /// Each word is a token; unknown ones become one of their own.
  case wordLevel(TokenVocabulary, unknown: Int32)

  var vocabulary: TokenVocabulary {
    switch self {
    case .bytePair(let model): model.vocabulary
    case .wordLevel(let vocabulary, _): vocabulary
    }
  }

  func encode(_ bytes: [UInt8], _ word: Range<Int>, _ scratch: inout WordScratch) {
    switch self {
    case .bytePair(let model): model.encode(bytes, word, &scratch)
    case .wordLevel(let vocabulary, let unknown):
      scratch.tokens = [vocabulary.number(bytes, word) ?? unknown]
      scratch.ends = [Int32(word.count)]
    }
  }
}

/// Words that were encoded before, with their tokens.
///
/// Words over some length are not kept, and no more than some number: text repeats its short words.
struct WordCache {
  private var table = ByteStringTable()
  private(set) var tokens: [Int32] = []
  private(set) var ends: [Int32] = []
  private var starts: [Int32] = [0]

  static let wordLimit = 64
  static let countLimit = 1 << 17

  func find(_ bytes: [UInt8], _ word: Range<Int>) -> Range<Int>? {
    guard word.count <= Self.wordLimit, let number = table.value(bytes, word) else { return nil }
    return Int(starts[Int(number)])..<Int(starts[Int(number) + 1])
  }

  mutating func keep(_ bytes: [UInt8], _ word: Range<Int>, _ scratch: WordScratch) {
    guard word.count <= Self.wordLimit, table.count < Self.countLimit else { return }
    table.update(bytes, word, to: Int32(table.count))
    tokens += scratch.tokens
    ends += scratch.ends
    starts.append(Int32(tokens.count))
  }
}
