/// A list of words as JSON writes them, made ready to be joined many times over.
public struct QuotedWords: Sendable, Equatable {
  /// Each word's text behind a space, filled up to whole vectors.
  private let text: [UInt8]
  private let starts: [Int]
  private let lengths: [Int]
  /// Bytes of the longest word with its filling.
  private let longest: Int

  /// The words in the order of their numbers.
  public init(_ words: [String]) {
    var text: [UInt8] = []
    var starts: [Int] = []
    var lengths: [Int] = []
    for word in words {
      var json = JSONWriter()
      json.append(word)
      starts.append(text.count)
      lengths.append(json.bytes.count - 1)
      text.append(UInt8(ascii: " "))
      text += json.bytes.dropFirst().dropLast()
      while text.count % Self.width > 0 { text.append(0) }
    }
    self.text = text
    self.starts = starts
    self.lengths = lengths
    longest = zip(starts, starts.dropFirst() + [text.count]).reduce(0) { max($0, $1.1 - $1.0) }
  }

  private static let width = 16

  /// Appends words joined by single spaces, without quotes; every number must be in range.
  func append(_ numbers: [Int32], to bytes: inout [UInt8]) {
    let chunk = 2048
    for start in stride(from: 0, to: numbers.count, by: chunk) {
      let part = numbers[start..<min(start + chunk, numbers.count)]
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk * longest) { buffer in
        let count = join(part, into: UnsafeMutableRawBufferPointer(buffer))
        // The first word of all has no space before it.
        bytes.append(contentsOf: buffer[(start == 0 ? 1 : 0)..<count])
      }
    }
  }

  /// Words with a space before each; the number of bytes.
  private func join(
    _ numbers: ArraySlice<Int32>, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var count = 0
    text.withUnsafeBytes { text in
      for number in numbers {
        let word = Int(number)
        let start = starts[word]
        // Whole vectors: what is too much is written over by the next word.
        for place in stride(from: 0, to: lengths[word], by: Self.width) {
          buffer.storeBytes(
            of: text.loadUnaligned(fromByteOffset: start + place, as: SIMD16<UInt8>.self),
            toByteOffset: count + place, as: SIMD16<UInt8>.self)
        }
        count += lengths[word]
      }
    }
    return count
  }
}

extension JSONWriter {
  /// A string of words joined by single spaces, by their numbers.
  ///
  /// - Complexity: O(n), some nanoseconds a word.
  public mutating func append(_ numbers: [Int32], of words: QuotedWords) {
    beginValue()
    appendRaw { bytes in
      bytes.append(UInt8(ascii: "\""))
      words.append(numbers, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// A string of words joined by single spaces, by their numbers.
  public mutating func member(_ key: String, _ numbers: [Int32], of words: QuotedWords) {
    self.key(key)
    append(numbers, of: words)
  }
}
