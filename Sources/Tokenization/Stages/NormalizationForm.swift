/// A normalisation form of Unicode 17 (UAX #15).
///
/// Forms of a character never change once it has one, so that libraries of another version differ only in
/// characters that they do not know yet. Hugging Face tokenizers hold Unicode 9 here: they leave the few
/// hundred characters with a form that came later, such as U+1E030, as they are, and marks in their places.
enum NormalizationForm: String, CaseIterable, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// Whether what comes apart is put together again.
  var composes: Bool { self == .nfc || self == .nfkc }
  /// Whether ligatures and the like come apart too.
  var isCompatible: Bool { self == .nfkc || self == .nfkd }
  /// Where the traits of the form are among those of a scalar.
  var shift: UInt8 {
    switch self {
    case .nfc: 0
    case .nfd: 2
    case .nfkc: 4
    case .nfkd: 6
    }
  }

  /// Normalises a stretch of text.
  ///
  /// Normalisation acts inside segments: a scalar with what follows it and may compose, or change places,
  /// with what is before. So each segment that changes is one edit, and the others are copied.
  func apply(to text: inout AlignedText) {
    let table = NormalizationTable.shared
    let bytes = text.bytes
    var rewriting: Rewriting?
    var copied = text.range.lowerBound
    var start = text.range.lowerBound
    var segment: [UInt32] = []
    while start < text.range.upperBound {
      let (first, after) = bytes.scalar(at: start)
      var isInert = !table.traits(of: first, self).contains(.changes)
      var end = after
      segment.removeAll(keepingCapacity: true)
      while end < text.range.upperBound {
        let (value, next) = bytes.scalar(at: end)
        guard table.traits(of: value, self).contains(.continues) else { break }
        if segment.isEmpty { segment.append(first) }
        segment.append(value)
        isInert = false
        end = next
      }
      if !isInert {
        if segment.isEmpty { segment.append(first) }
        let normal = normalized(segment, table)
        if normal != segment {
          var edited = rewriting ?? Rewriting(from: text.range.lowerBound)
          rewriting = nil
          edited.copy(bytes, copied..<start)
          edited.replace(start..<end, by: String(normal).utf8)
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

  private func normalized(_ segment: [UInt32], _ table: NormalizationTable) -> [UInt32] {
    var parts: [UInt32] = []
    for scalar in segment { table.decompose(scalar, isCompatible: isCompatible, &parts) }
    let classes = Self.order(&parts)
    return composes ? Self.compose(parts, classes, table) : parts
  }

  /// Sorts each run of marks by combining class, those of one class as they stand, and returns the classes.
  private static func order(_ scalars: inout [UInt32]) -> [UInt8] {
    var classes = scalars.map(NormalizationTable.combiningClass)
    var start = 0
    while start < scalars.count {
      var end = start + 1
      if classes[start] != 0 {
        while end < scalars.count, classes[end] != 0 { end += 1 }
        let order = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
        scalars.replaceSubrange(start..<end, with: order.map { scalars[$0] })
        classes.replaceSubrange(start..<end, with: order.map { classes[$0] })
      }
      start = end
    }
    return classes
  }

  /// Puts each starter together with the scalars after it that no other keeps from it.
  private static func compose(
    _ parts: [UInt32], _ classes: [UInt8], _ table: NormalizationTable
  ) -> [UInt32] {
    var composed: [UInt32] = []
    var starter: Int?
    // The class of the last scalar kept behind the starter; nil where none is.
    var last: UInt8?
    for (scalar, rank) in zip(parts, classes) {
      if let starter, last.map({ $0 < rank }) ?? true,
        let composite = table.composite(composed[starter], scalar)
      {
        composed[starter] = composite
        continue
      }
      if rank == 0 {
        starter = composed.count
        last = nil
      } else {
        last = rank
      }
      composed.append(scalar)
    }
    return composed
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
