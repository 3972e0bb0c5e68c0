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
      var rewriting = Rewriting(of: text)
      rewriting.replace(text.range.lowerBound..<text.range.lowerBound, by: prefix.utf8)
      text.rewrite(as: rewriting)
    case .replace(let pattern, let content):
      var rewriting = Rewriting(of: text)
      pattern.forEachMatch(in: text.bytes, text.range) { rewriting.replace($0, by: content.utf8) }
      text.rewrite(as: rewriting)
    case .strip(let left, let right):
      if left { text.range = text.bytes.skippingSpace(text.range) }
      if right { text.range = text.bytes.droppingSpace(text.range) }
    }
  }

  private static func lowercase(_ text: inout AlignedText) {
    var rewriting = Rewriting(of: text)
    var place = text.range.lowerBound
    while place < text.range.upperBound {
      let (value, next) = text.bytes.scalar(at: place)
      if let scalar = Unicode.Scalar(value) {
        let lower = scalar.properties.lowercaseMapping
        if lower != String(scalar) { rewriting.replace(place..<next, by: lower.utf8) }
      }
      place = next
    }
    text.rewrite(as: rewriting)
  }
}

extension [UInt8] {
  /// A range without the white space that it starts with.
  func skippingSpace(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start < range.upperBound {
      let (value, next) = scalar(at: start)
      guard ScalarSet.whitespace.contains(value) else { break }
      start = next
    }
    return start..<range.upperBound
  }

  /// A range without the white space that it ends with.
  func droppingSpace(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound {
      let start = scalarStart(before: end)
      guard ScalarSet.whitespace.contains(scalar(at: start).value) else { break }
      end = start
    }
    return range.lowerBound..<end
  }
}
