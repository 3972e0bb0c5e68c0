import Foundation

/// How characters come apart and together in one normalization form.
///
/// Decompositions of single characters are Foundation's, which knows Unicode 15; combining classes are
/// those of the Swift runtime. Order and composition follow here, because Foundation gets them wrong: it
/// composes marks with characters beyond U+FFFF as if these had no high bits, leaves Hangul letters and
/// half-width kana apart, and sorts marks that came out of ligatures into the wrong places.
struct NormalizationTable: Sendable {
  /// Full decompositions, by scalar.
  private let decompositions: [UInt32: [UInt32]]
  /// What two scalars compose to; empty in forms that leave characters apart.
  private let composites: [UInt64: UInt32]
  /// For each scalar whether, alone, it is not its own form, and whether it `continues`.
  private var traits = [UInt8](repeating: 0, count: 0x30000)

  private static let changing: UInt8 = 1
  private static let continuing: UInt8 = 2

  /// Made at the first use, in some ten milliseconds.
  private static let nfc = NormalizationTable(isCompatible: false, composes: true)
  private static let nfd = NormalizationTable(isCompatible: false, composes: false)
  private static let nfkc = NormalizationTable(isCompatible: true, composes: true)
  private static let nfkd = NormalizationTable(isCompatible: true, composes: false)

  static func of(_ form: NormalizationForm) -> NormalizationTable {
    switch form {
    case .nfc: nfc
    case .nfd: nfd
    case .nfkc: nfkc
    case .nfkd: nfkd
    }
  }

  private init(isCompatible: Bool, composes: Bool) {
    decompositions = isCompatible ? Self.compatible : Self.canonical
    composites = composes ? Self.pairs() : [:]
    let seconds = Set(composites.keys.map { UInt32(truncatingIfNeeded: $0) })
    for scalar in Self.scalars {
      let first = decompositions[scalar.value]?[0] ?? scalar.value
      if Self.combiningClass(first) != 0 || seconds.contains(first) {
        traits[Int(scalar.value)] = Self.continuing
      }
    }
    for scalar in decompositions.keys where normalized([scalar]) != [scalar] {
      traits[Int(scalar)] |= Self.changing
    }
  }

  // MARK: What Unicode says

  /// The scalars that may have a decomposition or a combining class: of the second plane, those that
  /// stand for other ideographs.
  private static let scalars = [UInt32(0xA0)..<0x20000, 0x2F800..<0x2FA20].joined()
    .compactMap(Unicode.Scalar.init).filter {
      ![.unassigned, .privateUse].contains($0.properties.generalCategory)
        && !$0.properties.isUnifiedIdeograph
    }

  private static let canonical = decompositions(by: \.decomposedStringWithCanonicalMapping)
  private static let compatible = decompositions(by: \.decomposedStringWithCompatibilityMapping)

  /// The scalars that a mapping takes apart.
  private static func decompositions(by mapping: (String) -> String) -> [UInt32: [UInt32]] {
    var decompositions: [UInt32: [UInt32]] = [:]
    for scalar in scalars {
      let parts = mapping(String(scalar)).unicodeScalars.map(\.value)
      if parts != [scalar.value] { decompositions[scalar.value] = parts }
    }
    return decompositions
  }

  /// What two scalars compose to: all but the last part of a composite are, together, one as well.
  private static func pairs() -> [UInt64: UInt32] {
    let restored = canonical.filter { scalar, _ in
      Unicode.Scalar(scalar)?.properties.isFullCompositionExclusion == false
    }
    let wholes = Dictionary(uniqueKeysWithValues: restored.map { ($1, $0) })
    var pairs: [UInt64: UInt32] = [:]
    for (scalar, parts) in restored {
      let head = Array(parts.dropLast())
      if let first = head.count == 1 ? head[0] : wholes[head], let second = parts.last {
        pairs[pair(first, second)] = scalar
      }
    }
    return pairs
  }

  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// The canonical combining class; 0 for what starts a sequence.
  private static func combiningClass(_ scalar: UInt32) -> UInt8 {
    guard scalar >= 0x300, let scalar = Unicode.Scalar(scalar) else { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  // MARK: Looking up

  /// Whether a scalar alone is not its own form.
  @inline(__always) func changes(_ scalar: UInt32) -> Bool {
    scalar < traits.count && traits[Int(scalar)] & Self.changing != 0
  }

  /// Whether a scalar may compose, or change places, with what is before it.
  @inline(__always) func continues(_ scalar: UInt32) -> Bool {
    scalar < traits.count && traits[Int(scalar)] & Self.continuing != 0
  }

  // MARK: Normalizing

  /// The form of a segment.
  func normalized(_ segment: [UInt32]) -> [UInt32] {
    var parts: [UInt32] = []
    for scalar in segment {
      if let own = decompositions[scalar] { parts += own } else { parts.append(scalar) }
    }
    let classes = Self.order(&parts)
    return composites.isEmpty ? parts : compose(parts, classes)
  }

  /// Sorts each run of marks by combining class, those of one class as they stand, and returns the classes.
  private static func order(_ scalars: inout [UInt32]) -> [UInt8] {
    var classes = scalars.map(combiningClass)
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
  private func compose(_ parts: [UInt32], _ classes: [UInt8]) -> [UInt32] {
    var composed: [UInt32] = []
    var starter: Int?
    // The class of the last scalar kept behind the starter; nil where none is.
    var last: UInt8?
    for (scalar, rank) in zip(parts, classes) {
      if let starter, last.map({ $0 < rank }) ?? true,
        let composite = composites[Self.pair(composed[starter], scalar)]
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
