/// What Unicode says of how characters come apart and together, ready for use.
///
/// The decompositions are those of `NormalizationData`; combining classes are the Swift runtime's, which
/// holds the same version of Unicode. Hangul syllables follow from their numbers.
struct NormalizationTable: Sendable {
  /// What a form must know of a scalar at once.
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// Alone, it is not its own form.
    static let changes = Traits(rawValue: 1)
    /// It may compose, or change places, with what is before it.
    static let continues = Traits(rawValue: 2)
  }

  /// Made at the first use, in some milliseconds.
  static let shared = NormalizationTable()

  /// Full decompositions, by scalar.
  private var canonical: [UInt32: [UInt32]] = [:]
  private var compatible: [UInt32: [UInt32]] = [:]
  /// What two scalars compose to.
  private var composites: [UInt64: UInt32] = [:]
  /// The traits of the scalars that can have any: two bits a form.
  private var traits = [UInt8](repeating: 0, count: 0x30000)

  private init() {
    forEachEntry(NormalizationData.canonical) { scalar, targets, composes in
      canonical[scalar] = targets
      if composes { composites[Self.pair(targets[0], targets[1])] = scalar }
    }
    forEachEntry(NormalizationData.compatible) { scalar, targets, _ in
      compatible[scalar] = targets
    }
    // What decomposes canonically may do so further, and into what has a compatible form.
    for scalar in canonical.keys { canonical[scalar] = full(scalar, isCompatible: false) }
    for scalar in Array(canonical.keys) + Array(compatible.keys) {
      compatible[scalar] = full(scalar, isCompatible: true)
    }
    setTraits()
  }

  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  private func full(_ scalar: UInt32, isCompatible: Bool) -> [UInt32] {
    guard let targets = (isCompatible ? compatible[scalar] : nil) ?? canonical[scalar] else {
      return [scalar]
    }
    return targets.flatMap { full($0, isCompatible: isCompatible) }
  }

  private mutating func setTraits() {
    // Nothing beyond these scripts has a class of its own.
    for scalar in UInt32(0x300)..<0x1F000 where Self.combiningClass(scalar) != 0 {
      for form in NormalizationForm.allCases { insert(.continues, scalar, form) }
    }
    for pair in composites.keys {
      for form in [NormalizationForm.nfc, .nfkc] {
        insert(.continues, UInt32(truncatingIfNeeded: pair), form)
      }
    }
    for scalar in UInt32(0x1100)..<0x1200 where Hangul.isLaterLetter(scalar) {
      for form in [NormalizationForm.nfc, .nfkc] { insert(.continues, scalar, form) }
    }
    for scalar in Hangul.allSyllables {
      for form in [NormalizationForm.nfd, .nfkd] { insert(.changes, scalar, form) }
    }
    let restored = Set(composites.values)
    for (scalar, further) in compatible {
      for form in NormalizationForm.allCases {
        guard let parts = form.isCompatible ? further : canonical[scalar] else { continue }
        // A composite whose parts have no other compatible form is put together again.
        if !form.composes || !restored.contains(scalar) || parts != canonical[scalar] {
          insert(.changes, scalar, form)
        }
        if traits(of: parts[0], form).contains(.continues) { insert(.continues, scalar, form) }
      }
    }
  }

  private mutating func insert(_ trait: Traits, _ scalar: UInt32, _ form: NormalizationForm) {
    traits[Int(scalar)] |= trait.rawValue << form.shift
  }

  // MARK: Looking up

  /// The traits of a scalar for a form.
  @inline(__always) func traits(of scalar: UInt32, _ form: NormalizationForm) -> Traits {
    guard scalar < traits.count else { return [] }
    return Traits(rawValue: traits[Int(scalar)] >> form.shift & 3)
  }

  /// The canonical combining class; 0 for what starts a sequence.
  static func combiningClass(_ scalar: UInt32) -> UInt8 {
    guard scalar >= 0x300, let scalar = Unicode.Scalar(scalar) else { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  /// Appends the full decomposition of a scalar.
  func decompose(_ scalar: UInt32, isCompatible: Bool, _ parts: inout [UInt32]) {
    if let targets = isCompatible ? compatible[scalar] : canonical[scalar] {
      parts += targets
    } else if Hangul.isSyllable(scalar) {
      parts += Hangul.letters(scalar)
    } else {
      parts.append(scalar)
    }
  }

  /// What two scalars, the first a starter, compose to.
  func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.syllable(first, second) ?? composites[Self.pair(first, second)]
  }
}

/// Calls `body` with each entry of `NormalizationData`.
private func forEachEntry(
  _ data: StaticString, _ body: (_ scalar: UInt32, _ targets: [UInt32], _ composes: Bool) -> Void
) {
  let bytes = UnsafeBufferPointer(start: data.utf8Start, count: data.utf8CodeUnitCount)
  var scalar: UInt32 = 0
  for word in bytes.split(separator: UInt8(ascii: " ")) {
    var numbers: [UInt32] = [0]
    var (composes, repeats, names) = (false, false, false)
    for byte in word {
      switch byte {
      case UInt8(ascii: "="): names = true
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "*"):
        composes = composes || byte == UInt8(ascii: "+")
        repeats = byte == UInt8(ascii: "*")
        numbers.append(0)
      default:
        let digit = byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : byte - UInt8(ascii: "7")
        numbers[numbers.count - 1] = numbers[numbers.count - 1] << 4 | UInt32(digit)
      }
    }
    if names {
      scalar = numbers[0]
      continue
    }
    let count = repeats ? numbers.removeLast() : 1
    for _ in 0..<count {
      body(scalar, numbers, composes)
      scalar += 1
      numbers[numbers.count - 1] += 1
    }
  }
}

/// The arithmetic of Korean syllables: a leading consonant, a vowel and often a trailing consonant.
enum Hangul {
  private static let (syllables, leading, vowels, trailing) = (
    UInt32(0xAC00), UInt32(0x1100), UInt32(0x1161), UInt32(0x11A7)
  )
  private static let (leadingCount, vowelCount, trailingCount) = (
    UInt32(19), UInt32(21), UInt32(28)
  )
  private static let count = leadingCount * vowelCount * trailingCount

  static let allSyllables = syllables..<syllables + count

  static func isSyllable(_ scalar: UInt32) -> Bool {
    allSyllables ~= scalar
  }

  /// Whether a scalar is a vowel or a trailing consonant that composes.
  static func isLaterLetter(_ scalar: UInt32) -> Bool {
    vowels..<vowels + vowelCount ~= scalar || isTrailing(scalar)
  }

  private static func isTrailing(_ scalar: UInt32) -> Bool {
    trailing + 1..<trailing + trailingCount ~= scalar
  }

  /// The letters of a syllable.
  static func letters(_ syllable: UInt32) -> [UInt32] {
    let number = syllable - syllables
    let first = leading + number / (vowelCount * trailingCount)
    let second = vowels + number / trailingCount % vowelCount
    let third = number % trailingCount
    return third == 0 ? [first, second] : [first, second, trailing + third]
  }

  /// What a consonant and a vowel make, or a syllable of the two and a trailing consonant.
  static func syllable(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leading..<leading + leadingCount ~= first, vowels..<vowels + vowelCount ~= second {
      return syllables
        + ((first - leading) * vowelCount + second - vowels) * trailingCount
    }
    if isSyllable(first), (first - syllables) % trailingCount == 0, isTrailing(second) {
      return first + second - trailing
    }
    return nil
  }
}
