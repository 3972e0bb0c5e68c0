import Randomness

/// An endless run of filler words: independent ones, or one drawn sentence over and over.
///
/// Word number i is the same however many words are taken, so haystacks of different lengths nest.
struct FillerWords {
  private var stream: RandomStream
  private var bits: UInt64 = 0
  private var left = 0
  /// The sentence to repeat; empty for independent words.
  private var sentence: [Int32] = []
  private var place = 0

  /// The words of a haystack; words that stand between `needles` are independent ones.
  init(_ haystack: HaystackKind, stream: RandomStream) {
    self.stream = stream
    guard haystack == .repeated else { return }
    sentence = (0..<SandboxToken.fillerCount).map { _ in drawn() }
  }

  /// The next word's token.
  mutating func next() -> Int32 {
    if sentence.isEmpty { return drawn() }
    defer { place = place + 1 == sentence.count ? 0 : place + 1 }
    return sentence[place]
  }

  private mutating func drawn() -> Int32 {
    if left == 0 {
      bits = stream.next()
      left = 21
    }
    defer {
      bits >>= 3
      left -= 1
    }
    return SandboxToken.filler(Int(bits & 7))
  }
}
