/// Places in a text in bytes of UTF-8 and in code points, by which most languages count.
public struct CodePointPlaces: Sendable {
  /// Where each code point starts, and where the text ends; nil where that is every byte.
  private let starts: [Int]?
  /// The number of code points.
  public let count: Int

  /// - Complexity: O(n).
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 >= 0x80 }) else {
      (starts, count) = (nil, bytes.count)
      return
    }
    let found = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
    (starts, count) = (found + [bytes.count], found.count)
  }

  /// The bytes of code points; all must be in the text.
  public func bytes(_ codePoints: Range<Int>) -> Range<Int> {
    guard let starts else { return codePoints }
    return starts[codePoints.lowerBound]..<starts[codePoints.upperBound]
  }

  /// The code points that hold any of the bytes, which must be in the text.
  public func codePoints(_ bytes: Range<Int>) -> Range<Int> {
    guard let starts else { return bytes }
    /// The number of code points that begin before a byte.
    func begun(before byte: Int) -> Int {
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] < byte { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let start = begun(before: bytes.lowerBound + 1) - 1
    return start..<max(start, begun(before: bytes.upperBound))
  }
}
