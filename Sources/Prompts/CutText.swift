import TextBenchmarks
import Tokenization

/// A question of a benchmark whose text gives way, token by token, where it is too long.
public struct CutText {
  private let question: BenchmarkQuestion
  private let bytes: [UInt8]
  /// The tokens of the part that gives way, in bytes.
  private let tokens: [Range<Int>]

  /// Nil for a question that is asked whole.
  public init?(_ question: BenchmarkQuestion, _ model: TextModel) {
    self.question = question
    bytes = Array(question.input.utf8)
    let part: String
    switch question.cut {
    case .nothing: return nil
    case .middle: part = question.input
    case .end:
      part = String(decoding: bytes[..<(question.questionStart ?? bytes.count)], as: UTF8.self)
    }
    tokens = model.tokenizer.encode(part, addsSpecialTokens: false).ranges
  }

  /// The tokens of the part that gives way.
  public var count: Int { tokens.count }

  /// The text with so many of these tokens; nil where the question itself would have to go.
  ///
  /// Characters that a cut would halve go as a whole.
  public func text(keeping kept: Int) -> (input: String, questionStart: Int)? {
    guard 0..<tokens.count ~= kept, let start = question.questionStart else { return nil }
    switch question.cut {
    case .nothing: return nil
    case .middle:
      // Of an odd number the end gets one more, as in the benchmark's own code.
      let head = characterStart(tokens[kept / 2].lowerBound, isEnd: true)
      let last = tokens.count - (kept + 1) / 2
      let tail =
        last < tokens.count
        ? characterStart(tokens[last].lowerBound, isEnd: false) : bytes.count
      guard tail <= start else { return nil }
      return (
        String(decoding: bytes[..<head] + bytes[tail...], as: UTF8.self), head + start - tail
      )
    case .end(let separator):
      let head = characterStart(tokens[kept].lowerBound, isEnd: true)
      let front = bytes[..<head] + Array(separator.utf8)
      return (String(decoding: front + bytes[start...], as: UTF8.self), front.count)
    }
  }

  /// The start of the character that holds a byte, or of the next one.
  private func characterStart(_ place: Int, isEnd: Bool) -> Int {
    var place = place
    while 0..<bytes.count ~= place, bytes[place] & 0xC0 == 0x80 { place += isEnd ? -1 : 1 }
    return place
  }
}
