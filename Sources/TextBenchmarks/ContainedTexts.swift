/// RULER's measures: which of some texts an answer holds, whatever their case.
///
/// Source: `scripts/eval` of the benchmark: control characters of an answer count as line ends, white
/// space at its ends does not count, and texts are compared in lower case, code point by code point.
public enum ContainedTexts {
  /// The share that it holds; RULER's `string_match_all`.
  public static func share(_ texts: [String], in answer: String) -> Double {
    let answer = settled(answer).lowercasedAsPython.utf8
    return Double(texts.count { answer.contains($0.lowercasedAsPython.utf8) }) / Double(texts.count)
  }

  /// 1 where it holds any of them, else 0; RULER's `string_match_part`.
  public static func any(_ texts: [String], in answer: String) -> Double {
    share(texts, in: answer) > 0 ? 1 : 0
  }

  /// Whether nothing is left of an answer; RULER's nulls.
  public static func isNull(_ answer: String) -> Bool { settled(answer).isEmpty }

  /// An answer as RULER compares it.
  private static func settled(_ answer: String) -> String {
    let scalars = bare(answer.unicodeScalars).map { $0.value < 0x20 ? "\n" : $0 }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bare(scalars[...]))
    return String(text)
  }

  /// Code points without white space at both ends, of which none with a mark behind it is taken for a
  /// character of its own.
  private static func bare<Scalars: BidirectionalCollection>(
    _ scalars: Scalars
  ) -> Scalars.SubSequence where Scalars.Element == Unicode.Scalar {
    let start = scalars.firstIndex { !$0.isPythonSpace } ?? scalars.endIndex
    let end = scalars.lastIndex { !$0.isPythonSpace }.map(scalars.index(after:)) ?? start
    return scalars[start..<end]
  }
}
