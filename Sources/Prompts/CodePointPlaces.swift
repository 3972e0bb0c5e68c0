/// Places in a text in bytes of UTF-8 and in code points, by which most languages count.
public struct CodePointPlaces: Sendable {
  /// Where each code point starts, and where the text ends; nil where that is every byte.
  private let starts: [Int]?
  /// The number of code points.
  public let count: Int

  /// - Complexity: O(n).
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    let found = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
    count = found.count
    starts = found.count == bytes.count ? nil : found + [bytes.count]
  }

  /// The bytes of code points; all must be in the text.
  public func bytes(_ codePoints: Range<Int>) -> Range<Int> {
    guard let starts else { return codePoints }
    return starts[codePoints.lowerBound]..<starts[codePoints.upperBound]
  }

  /// The code points that hold any of the bytes, which must be in the text.
  public func codePoints(_ bytes: Range<Int>) -> Range<Int> {
    guard starts != nil else { return bytes }
    let start = place(bytes.lowerBound)
    guard let starts, !bytes.isEmpty else { return start..<start }
    let end = place(bytes.upperBound)
    return start..<(starts[end] < bytes.upperBound ? end + 1 : end)
  }

  /// The code point that a byte belongs to.
  private func place(_ byte: Int) -> Int {
    guard let starts else { return byte }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = low + (high - low) / 2
      if starts[middle] > byte { high = middle } else { low = middle + 1 }
    }
    return max(0, low - 1)
  }
}
