/// What a character class of a pattern says about a scalar.
indirect enum ScalarTest: Sendable {
  case range(ClosedRange<UInt32>)
  case categories(GeneralCategories)
  /// `\s`: the property White_Space.
  case whitespace
  /// `\w` of Oniguruma: letters and what counts as one, marks, decimal digits and connectors, and
  /// superscripts and fractions of Latin-1.
  case word
  case any([ScalarTest])
  case all([ScalarTest])
  case not(ScalarTest)
  /// The scalars that differ in case alone from one that passes.
  case folded(ScalarTest)

  static func scalar(_ scalar: Unicode.Scalar) -> ScalarTest {
    .range(scalar.value...scalar.value)
  }

  func contains(_ value: UInt32) -> Bool {
    switch self {
    case .range(let range): return range.contains(value)
    case .categories(let categories):
      return !categories.isDisjoint(with: GeneralCategories.of(value))
    case .whitespace:
      return Unicode.Scalar(value)?.properties.isWhitespace ?? false
    case .word:
      guard let scalar = Unicode.Scalar(value) else { return false }
      return scalar.properties.isAlphabetic || Self.wordCategories.contains(value)
        || Self.latinNumbers.contains(value)
    case .any(let tests): return tests.contains { $0.contains(value) }
    case .all(let tests): return tests.allSatisfy { $0.contains(value) }
    case .not(let test): return !test.contains(value)
    case .folded(let test):
      return test.contains(value) || Self.caseVariants(value).contains { test.contains($0) }
    }
  }

  private static let wordCategories = ScalarTest.categories(
    .marks.union(GeneralCategories.named["Nd"] ?? []).union(GeneralCategories.named["Pc"] ?? []))

  private static let latinNumbers: Set<UInt32> = [0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE]

  /// Whether a scalar is `\w` of Rust's `regex`, which tokenizers ask about the neighbours of added tokens
  /// and by which they part text into words: no superscript or fraction, but the two joiners.
  static func isWordOfRegex(_ value: UInt32) -> Bool {
    switch value {
    case 0x200C, 0x200D: true
    default: !latinNumbers.contains(value) && word.contains(value)
    }
  }

  /// Patterns of the class that `isWordOfRegex` tells, and of the class of what is neither in it nor
  /// white space.
  static let wordOfRegex = #"[\w\x{200C}\x{200D}&&[^²³¹¼½¾]]"#
  static let signOfRegex = #"[[^\w\s\x{200C}\x{200D}]²³¹¼½¾]"#

  /// The other scalars that simple case mappings lead to.
  private static func caseVariants(_ value: UInt32) -> [UInt32] {
    value < 0x10000 ? caseTable[value] ?? [] : mapped(value)
  }

  /// The case variants of the scalars below U+10000 that have any.
  private static let caseTable: [UInt32: [UInt32]] = {
    var table: [UInt32: [UInt32]] = [:]
    for value in UInt32(0)..<0x10000 {
      guard let properties = Unicode.Scalar(value)?.properties, properties.changesWhenCaseMapped
      else { continue }
      table[value] = mapped(value)
    }
    return table
  }()

  private static func mapped(_ value: UInt32) -> [UInt32] {
    guard let scalar = Unicode.Scalar(value) else { return [] }
    let lower = single(scalar.properties.lowercaseMapping) ?? scalar
    let upper = single(scalar.properties.uppercaseMapping) ?? scalar
    let lowered = single(upper.properties.lowercaseMapping) ?? upper
    let raised = single(lower.properties.uppercaseMapping) ?? lower
    return [lower, upper, lowered, raised].map(\.value)
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }

  // MARK: The basic plane

  /// A bit for each scalar below U+10000 that passes.
  func basicPlane() -> [UInt64] {
    switch self {
    case .range(let range): return Self.bits { range.contains($0) }
    case .categories: return Self.bits(contains)
    case .whitespace: return Self.whitespaceBits
    case .word: return Self.wordBits
    case .any(let tests):
      return tests.reduce([UInt64](repeating: 0, count: 1024)) { bits, test in
        zip(bits, test.basicPlane()).map { $0 | $1 }
      }
    case .all(let tests):
      return tests.reduce([UInt64](repeating: .max, count: 1024)) { bits, test in
        zip(bits, test.basicPlane()).map { $0 & $1 }
      }
    case .not(let test): return test.basicPlane().map { ~$0 }
    case .folded(let test):
      var bits = test.basicPlane()
      for (value, variants) in Self.caseTable where variants.contains(where: test.contains) {
        bits[Int(value >> 6)] |= 1 << UInt64(value & 63)
      }
      return bits
    }
  }

  private static let whitespaceBits = bits(ScalarTest.whitespace.contains)
  private static let wordBits = bits(ScalarTest.word.contains)

  private static func bits(_ passes: (UInt32) -> Bool) -> [UInt64] {
    (0..<1024).map { word in
      (0..<64).reduce(0) { $0 | (passes(UInt32(64 * word + $1)) ? 1 << UInt64($1) : 0) }
    }
  }
}

/// A character class, ready for fast tests.
struct ScalarSet: Sendable {
  /// A bit for each scalar below U+10000.
  private let basicPlane: [UInt64]
  private let test: ScalarTest

  init(_ test: ScalarTest) {
    self.test = test
    basicPlane = test.basicPlane()
  }

  @inline(__always) func contains(_ value: UInt32) -> Bool {
    value < 0x10000
      ? basicPlane[Int(value >> 6)] >> UInt64(value & 63) & 1 == 1 : test.contains(value)
  }
}
