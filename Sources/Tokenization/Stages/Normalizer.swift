/// A step that rewrites text before it is parted into words.
enum Normalizer: Sendable {
  case form(NormalizationForm)
  case lowercase
  /// Text before a piece that is not empty.
  case prepend(String)
  case replace(SplitPattern, by: String)
  case strip(left: Bool, right: Bool)

  /// Rewrites a stretch of text.
  func apply(to text: inout AlignedText) {
    guard !text.range.isEmpty else { return }
    switch self {
    case .form(let form): form.apply(to: &text)
    case .lowercase: Self.lowercase(&text)
    case .prepend(let prefix):
      var rewriting = Rewriting(from: text.range.lowerBound)
      rewriting.replace(text.range.lowerBound..<text.range.lowerBound, by: prefix.utf8)
      rewriting.copy(text.bytes, text.range)
      text.rewrite(as: rewriting)
    case .replace(let pattern, let content):
      var rewriting = Rewriting(from: text.range.lowerBound)
      var done = text.range.lowerBound
      pattern.forEachMatch(in: text.bytes, text.range) { match in
        rewriting.copy(text.bytes, done..<match.lowerBound)
        rewriting.replace(match, by: content.utf8)
        done = match.upperBound
      }
      guard done > text.range.lowerBound else { return }
      rewriting.copy(text.bytes, done..<text.range.upperBound)
      text.rewrite(as: rewriting)
    case .strip(let left, let right):
      if left { text.range = text.bytes.skippingSpace(text.range) }
      if right { text.range = text.bytes.droppingSpace(text.range) }
    }
  }

  private static func lowercase(_ text: inout AlignedText) {
    var rewriting = Rewriting(from: text.range.lowerBound)
    var copied = text.range.lowerBound
    var place = copied
    while place < text.range.upperBound {
      let (value, next) = text.bytes.scalar(at: place)
      if let scalar = Unicode.Scalar(value) {
        let lower = scalar.properties.lowercaseMapping
        if lower != String(scalar) {
          rewriting.copy(text.bytes, copied..<place)
          rewriting.replace(place..<next, by: lower.utf8)
          copied = next
        }
      }
      place = next
    }
    guard copied > text.range.lowerBound else { return }
    rewriting.copy(text.bytes, copied..<text.range.upperBound)
    text.rewrite(as: rewriting)
  }
}

extension [UInt8] {
  /// A range without the white space that it starts with.
  func skippingSpace(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start < range.upperBound {
      let (value, next) = scalar(at: start)
      guard ScalarTest.whitespace.contains(value) else { break }
      start = next
    }
    return start..<range.upperBound
  }

  /// A range without the white space that it ends with.
  func droppingSpace(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound {
      let start = scalarStart(before: end)
      guard ScalarTest.whitespace.contains(scalar(at: start).value) else { break }
      end = start
    }
    return range.lowerBound..<end
  }
}
