/// How far an answer has the words of the right one, from 0 to 1.
public enum WordOverlap {
  /// The harmonic mean of precision and recall of the normalised words, each counted as often as it
  /// stands: the F1 of SQuAD. Without a common word it is 0, for two empty answers too.
  public static func f1(_ answer: String, _ right: String, foldsAccents: Bool = false) -> Double {
    let found = words(answer, foldsAccents: foldsAccents)
    let wanted = words(right, foldsAccents: foldsAccents)
    let common = commonCount(found, wanted)
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(found.count)
    let recall = Double(common) / Double(wanted.count)
    return 2 * precision * recall / (precision + recall)
  }

  /// 1 where the normalised answers are the same, else 0.
  public static func exactMatch(
    _ answer: String, _ right: String, foldsAccents: Bool = false
  ) -> Double {
    words(answer, foldsAccents: foldsAccents) == words(right, foldsAccents: foldsAccents) ? 1 : 0
  }

  /// Normalised words, to be compared byte by byte: Swift takes two spellings of é for equal, Python does not.
  private static func words(_ text: String, foldsAccents: Bool) -> [[UInt8]] {
    AnswerNormalization.words(text, foldsAccents: foldsAccents).map { Array($0.utf8) }
  }

  /// How many elements two lists share, each counted as often as it stands in both.
  static func commonCount<Element: Hashable>(_ a: [Element], _ b: [Element]) -> Int {
    var left: [Element: Int] = [:]
    for element in a { left[element, default: 0] += 1 }
    var count = 0
    for element in b {
      guard let rest = left[element], rest > 0 else { continue }
      left[element] = rest - 1
      count += 1
    }
    return count
  }
}
