/// A normalization form of Unicode (UAX #15).
///
/// Forms of a character never change once it has one, so that libraries of another version differ only in
/// characters that they do not know yet. Hugging Face tokenizers hold Unicode 9 here, and the lab 15: the
/// few hundred characters with a form that came between, such as U+1E030, they leave as they are.
enum NormalizationForm: String, CaseIterable, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// Normalizes a stretch of text.
  ///
  /// Normalization acts inside segments: a scalar with what follows it and may compose, or change places,
  /// with what is before. So each segment that changes is one edit, and the others are copied.
  func apply(to text: inout AlignedText) {
    let table = NormalizationTable.of(self)
    let bytes = text.bytes
    var rewriting = Rewriting(of: text)
    var start = text.range.lowerBound
    var segment: [UInt32] = []
    while start < text.range.upperBound {
      if bytes[start] < 0x80, start + 1 == text.range.upperBound || bytes[start + 1] < 0x80 {
        start += 1
        continue
      }
      let (first, after) = bytes.scalar(at: start)
      var end = after
      segment.removeAll(keepingCapacity: true)
      segment.append(first)
      while end < text.range.upperBound {
        let (value, next) = bytes.scalar(at: end)
        guard table.continues(value) else { break }
        segment.append(value)
        end = next
      }
      if segment.count > 1 || table.changes(first) {
        let normal = table.normalized(segment)
        if normal != segment { rewriting.replace(start..<end, by: String(normal).utf8) }
      }
      start = end
    }
    text.rewrite(as: rewriting)
  }
}

extension String {
  /// The text of scalars that are valid.
  fileprivate init(_ scalars: [UInt32]) {
    var view = UnicodeScalarView()
    for scalar in scalars { view.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
    self.init(view)
  }
}
