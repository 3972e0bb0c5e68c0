import Foundation

/// A normalisation form of Unicode.
enum NormalizationForm: String, CaseIterable, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// Normalises a stretch of text.
  ///
  /// Normalisation acts inside segments: a scalar with the marks and Hangul letters after it, for only
  /// those compose with, or change places with, what is before them. So each segment that changes is
  /// one edit, and the others are copied.
  func apply(to text: inout AlignedText) {
    let bytes = text.bytes
    var rewriting: Rewriting?
    var copied = text.range.lowerBound
    var start = text.range.lowerBound
    while start < text.range.upperBound {
      let (first, after) = bytes.scalar(at: start)
      var end = after
      while end < text.range.upperBound {
        let (value, next) = bytes.scalar(at: end)
        guard continuesSegment(value) else { break }
        end = next
      }
      if end > after || !isInert(first) {
        let segment = bytes[start..<end]
        let normal = normalized(String(decoding: segment, as: UTF8.self)).utf8
        if !normal.elementsEqual(segment) {
          var edited = rewriting ?? Rewriting(from: text.range.lowerBound)
          rewriting = nil
          edited.copy(bytes, copied..<start)
          edited.replace(start..<end, by: normal)
          rewriting = edited
          copied = end
        }
      }
      start = end
    }
    guard var rewriting else { return }
    rewriting.copy(bytes, copied..<text.range.upperBound)
    text.rewrite(as: rewriting)
  }

  private func normalized(_ text: String) -> String {
    switch self {
    case .nfc: text.precomposedStringWithCanonicalMapping
    case .nfd: text.decomposedStringWithCanonicalMapping
    case .nfkc: text.precomposedStringWithCompatibilityMapping
    case .nfkd: text.decomposedStringWithCompatibilityMapping
    }
  }

  /// Whether a scalar may compose or change places with what is before it. That a few more are said to
  /// only makes segments longer.
  private func continuesSegment(_ scalar: UInt32) -> Bool {
    switch scalar {
    case ..<0x300: false
    // The vowels and final consonants of Hangul; vowel signs of Kirat Rai, which are letters.
    case 0x1160...0x11FF, 0x16D63...0x16D6A: true
    // Letters that stand for such ones or for voicing marks in the compatibility forms.
    case 0x3131...0x318E, 0xFF9E...0xFFDC: self == .nfkc || self == .nfkd
    default: !GeneralCategories.marks.isDisjoint(with: GeneralCategories.of(scalar))
    }
  }

  /// Whether a scalar alone is its own normal form.
  private func isInert(_ scalar: UInt32) -> Bool {
    guard scalar >= 0x80 else { return true }
    guard scalar < 0x10000 else { return isOwnForm(scalar) }
    let table =
      switch self {
      case .nfc: Self.nfcTable
      case .nfd: Self.nfdTable
      case .nfkc: Self.nfkcTable
      case .nfkd: Self.nfkdTable
      }
    return table[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 == 1
  }

  private static let nfcTable = nfc.inertScalars()
  private static let nfdTable = nfd.inertScalars()
  private static let nfkcTable = nfkc.inertScalars()
  private static let nfkdTable = nfkd.inertScalars()

  /// A bit for each scalar below U+10000 that is its own normal form.
  private func inertScalars() -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: 0x10000 / 64)
    for scalar in UInt32(0)..<0x10000 where isOwnForm(scalar) {
      bits[Int(scalar >> 6)] |= 1 << UInt64(scalar & 63)
    }
    return bits
  }

  private func isOwnForm(_ value: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return true }
    let text = String(scalar)
    return normalized(text).unicodeScalars.elementsEqual(text.unicodeScalars)
  }
}
