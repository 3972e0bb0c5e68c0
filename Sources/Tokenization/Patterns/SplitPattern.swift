/// A regular expression that parts text into pieces, as pre-tokenizers name them.
///
/// The matcher is a backtracking one, because the order of alternatives counts in these patterns, over
/// UTF-8 without decoding it first. A run of one class is one step with one entry on the stack, and a run
/// whose every end has failed is remembered, so that lines of a megabyte take time in proportion.
/// Classes follow Unicode as the Swift runtime knows it.
struct SplitPattern: Sendable {
  private let program: PatternProgram

  /// - Throws: `PatternError` for what is no regular expression or not supported.
  init(_ pattern: String) throws(PatternError) {
    program = try PatternProgram(pattern)
  }

  /// Calls `body` with each match inside a range of valid UTF-8, from left to right, without overlap;
  /// empty ones are left out.
  func forEachMatch(
    in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void
  ) {
    var matcher = PatternMatcher(program, bytes, end: range.upperBound)
    var start = range.lowerBound
    while start < range.upperBound {
      if let end = matcher.match(at: start), end > start {
        body(start..<end)
        start = end
      } else {
        start += bytes.scalarLength(at: start)
      }
    }
  }
}

extension [UInt8] {
  /// How many bytes the scalar takes that starts at `offset`.
  @inline(__always) func scalarLength(at offset: Int) -> Int {
    switch self[offset] {
    case ..<0x80: 1
    case ..<0xE0: 2
    case ..<0xF0: 3
    default: 4
    }
  }

  /// The scalar that starts at `offset`, and where the next one does.
  @inline(__always) func scalar(at offset: Int) -> (value: UInt32, next: Int) {
    let first = UInt32(self[offset])
    if first < 0x80 { return (first, offset + 1) }
    let second = UInt32(self[offset + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, offset + 2) }
    let third = UInt32(self[offset + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, offset + 3) }
    let fourth = UInt32(self[offset + 3] & 0x3F)
    return ((first & 0x07) << 18 | second << 12 | third << 6 | fourth, offset + 4)
  }

  /// Where the scalar starts that ends before `offset`.
  @inline(__always) func scalarStart(before offset: Int) -> Int {
    var start = offset - 1
    while self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}

extension SplitPattern {
  /// The pattern that matches a text and nothing else.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { "\\x{\(String($0.value, radix: 16))}" }.joined()
  }
}
