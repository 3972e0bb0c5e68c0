import Tokenization

/// A token for every word and one for every other character but spaces: enough to count by.
struct WordEncoder: TextEncoder {
  var specialTokens = 0

  func encode(_ text: String, addsSpecialTokens: Bool) -> TokenizedText {
    var result = TokenizedText(
      tokens: Array(repeating: 0, count: addsSpecialTokens ? specialTokens : 0),
      ranges: Array(repeating: 0..<0, count: addsSpecialTokens ? specialTokens : 0))
    var start: Int?
    let bytes = Array(text.utf8)
    for (place, byte) in bytes.enumerated() {
      let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      if let begin = start, !isLetter {
        result.append(1, begin..<place)
        start = nil
      }
      if isLetter {
        start = start ?? place
      } else if byte > 0x20 {
        result.append(2, place..<place + 1)
      }
    }
    if let start { result.append(1, start..<bytes.count) }
    return result
  }
}

extension TokenizedText {
  fileprivate mutating func append(_ token: Int32, _ range: Range<Int>) {
    tokens.append(token)
    ranges.append(range)
  }
}
