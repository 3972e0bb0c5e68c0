/// ROUGE scores of a summary against another (Lin, 2004), as the package `rouge_score` computes them.
public struct Rouge: Sendable, Equatable {
  /// Precision, recall and their harmonic mean, from 0 to 1.
  public struct Score: Sendable, Equatable {
    public let precision: Double
    public let recall: Double
    public let f1: Double

    /// Of `common` units, out of `found` in the summary and `wanted` in the right one.
    init(common: Int, found: Int, wanted: Int) {
      precision = Double(common) / Double(max(found, 1))
      recall = Double(common) / Double(max(wanted, 1))
      let sum = precision + recall
      f1 = sum > 0 ? 2 * precision * recall / sum : 0
    }
  }

  /// Of single words.
  public let rouge1: Score
  /// Of pairs of neighbouring words.
  public let rouge2: Score
  /// Of the longest common subsequence of words.
  public let rougeL: Score

  /// Scores a summary.
  ///
  /// - Parameter stems: whether words of more than three characters lose their endings first.
  public init(_ summary: String, _ right: String, stems: Bool = false) {
    let found = Self.words(summary, stems: stems)
    let wanted = Self.words(right, stems: stems)
    rouge1 = Self.overlap(found, wanted)
    rouge2 = Self.overlap(Self.pairs(found), Self.pairs(wanted))
    rougeL = Score(
      common: Self.commonSubsequence(found, wanted), found: found.count, wanted: wanted.count)
  }

  /// The stem of a word of ASCII letters and digits in lower case, as scores with stems use it.
  public static func stem(_ word: String) -> String { PorterStemmer.stem(word) }

  /// The words that are compared: runs of ASCII letters and digits, in lower case.
  static func words(_ text: String, stems: Bool) -> [String] {
    let words = text.lowercasedAsPython.utf8
      .split { !(0x30...0x39 ~= $0 || 0x61...0x7A ~= $0) }
      .map { String(decoding: $0, as: UTF8.self) }
    return stems ? words.map { $0.utf8.count > 3 ? PorterStemmer.stem($0) : $0 } : words
  }

  private struct Pair: Hashable {
    var first: String
    var second: String
  }

  private static func pairs(_ words: [String]) -> [Pair] {
    zip(words, words.dropFirst()).map { Pair(first: $0, second: $1) }
  }

  private static func overlap<Unit: Hashable>(_ found: [Unit], _ wanted: [Unit]) -> Score {
    Score(
      common: WordOverlap.commonCount(found, wanted), found: found.count, wanted: wanted.count)
  }

  /// The length of the longest common subsequence.
  ///
  /// - Complexity: O(n·m) time, O(m) memory.
  private static func commonSubsequence(_ a: [String], _ b: [String]) -> Int {
    // Numbers are compared faster than words.
    var numbers: [String: Int32] = [:]
    func number(_ word: String) -> Int32 {
      if let known = numbers[word] { return known }
      numbers[word] = Int32(numbers.count)
      return Int32(numbers.count - 1)
    }
    let rows = a.map(number)
    let columns = b.map(number)
    var lengths = [Int32](repeating: 0, count: columns.count + 1)
    for row in rows {
      var diagonal: Int32 = 0
      for column in columns.indices {
        let above = lengths[column + 1]
        lengths[column + 1] =
          row == columns[column] ? diagonal + 1 : max(above, lengths[column])
        diagonal = above
      }
    }
    return Int(lengths[columns.count])
  }
}
