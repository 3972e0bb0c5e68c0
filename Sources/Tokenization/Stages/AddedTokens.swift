/// A token that is found in text as it stands, before any model sees it.
public struct AddedToken: Sendable, Equatable {
  /// Its text.
  public let content: String
  /// Its number.
  public let id: Int32
  /// Whether decoding may leave it out.
  public let isSpecial: Bool
  /// Whether it counts only between characters that are no part of a word.
  public let isSingleWord: Bool
  /// Whether the white space before it belongs to it.
  public let stripsLeft: Bool
  /// Whether the white space after it belongs to it.
  public let stripsRight: Bool
  /// Whether it is looked for in the normalized text rather than in the given one.
  public let isNormalized: Bool
}

/// Finds added tokens: from left to right, at each place the longest.
struct AddedTokenFinder: Sendable {
  private var tokens: [AddedToken] = []
  /// A tree of bytes: the children of each node by byte, and the token that ends there.
  private var children: [[UInt8: Int32]] = [[:]]
  private var ending: [Int32] = [-1]
  /// The bytes that a token starts with.
  private var isStart = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.isEmpty }

  /// Adds a token that is to be found by a text of its own, as where that is normalized.
  mutating func add(_ token: AddedToken, as text: ArraySlice<UInt8>) {
    guard let first = text.first else { return }
    isStart[Int(first)] = true
    var node = 0
    for byte in text {
      if let child = children[node][byte] {
        node = Int(child)
      } else {
        children[node][byte] = Int32(children.count)
        node = children.count
        children.append([:])
        ending.append(-1)
      }
    }
    ending[node] = Int32(tokens.count)
    tokens.append(token)
  }

  /// Calls `body` with the stretches between tokens, without a number, and with the tokens.
  func forEachPart(
    _ bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>, Int32?) -> Void
  ) {
    var done = range.lowerBound
    var place = range.lowerBound
    while let (match, token) = nextMatch(bytes, place..<range.upperBound) {
      place = match.upperBound
      if token.isSingleWord, !isAlone(bytes, match, range) { continue }
      var (start, end) = (match.lowerBound, match.upperBound)
      if token.stripsLeft { start = bytes.droppingSpace(done..<max(done, start)).upperBound }
      if token.stripsRight {
        end = bytes.skippingSpace(end..<range.upperBound).lowerBound
      }
      // White space that the token before took may hide the beginning of this one.
      start = max(start, done)
      guard end > start else { continue }
      if start > done { body(done..<start, nil) }
      body(start..<end, token.id)
      done = end
      place = max(place, end)
    }
    if done < range.upperBound { body(done..<range.upperBound, nil) }
  }

  private func nextMatch(
    _ bytes: [UInt8], _ range: Range<Int>
  ) -> (Range<Int>, AddedToken)? {
    guard !tokens.isEmpty else { return nil }
    for start in range where isStart[Int(bytes[start])] {
      var node = 0
      var found: (Int, Int32)?
      for place in start..<range.upperBound {
        guard let child = children[node][bytes[place]] else { break }
        node = Int(child)
        if ending[node] >= 0 { found = (place + 1, ending[node]) }
      }
      if let (end, token) = found { return (start..<end, tokens[Int(token)]) }
    }
    return nil
  }

  private func isAlone(_ bytes: [UInt8], _ match: Range<Int>, _ range: Range<Int>) -> Bool {
    if match.lowerBound > range.lowerBound {
      let before = bytes.scalar(at: bytes.scalarStart(before: match.lowerBound)).value
      if ScalarSet.isWordOfRegex(before) { return false }
    }
    guard match.upperBound < range.upperBound else { return true }
    return !ScalarSet.isWordOfRegex(bytes.scalar(at: match.upperBound).value)
  }
}
