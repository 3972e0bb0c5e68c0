/// A text as tokens, each with the place in the text that it stands for.
public struct TokenizedText: Sendable, Equatable {
  /// The token ids.
  public var tokens: [Int32]
  /// For each token the bytes of the text, in UTF-8, that it stands for: ascending, and empty for a
  /// token that was added to the text. A character that is split into several tokens is split here
  /// too.
  public var ranges: [Range<Int>]

  /// Tokens with as many ranges.
  public init(tokens: [Int32] = [], ranges: [Range<Int>] = []) {
    precondition(tokens.count == ranges.count, "every token has a range")
    self.tokens = tokens
    self.ranges = ranges
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The tokens that hold any of the bytes, from the first to the last; empty where none does.
  ///
  /// - Complexity: O(log n).
  public func tokens(covering bytes: Range<Int>) -> Range<Int> {
    let start = ranges.partitionPoint { $0.upperBound > bytes.lowerBound }
    let end = ranges.partitionPoint { $0.lowerBound >= bytes.upperBound }
    return bytes.isEmpty ? start..<start : start..<max(start, end)
  }
}

extension [Range<Int>] {
  /// The first place from which on a condition holds that, once true, stays true.
  func partitionPoint(_ holds: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// What turns text into tokens.
public protocol TextEncoder: Sendable {
  /// The tokens of a text.
  ///
  /// - Parameter addsSpecialTokens: whether the tokens that the tokenizer wants around every text,
  ///   such as the one that marks its beginning, are added.
  func encode(_ text: String, addsSpecialTokens: Bool) -> TokenizedText
}
