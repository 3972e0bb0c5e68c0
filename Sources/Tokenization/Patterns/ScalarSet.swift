/// A character class: a bit for each scalar below U+10000, and a test for those beyond.
struct ScalarSet: Sendable {
  private let basicPlane: [UInt64]
  private let test: @Sendable (UInt32) -> Bool
  /// The only scalar of a class that was made of one.
  private(set) var single: UInt32?

  init(_ test: @escaping @Sendable (UInt32) -> Bool) {
    let basicPlane = (UInt32(0)..<1024).map { word in
      (UInt32(0)..<64).reduce(UInt64(0)) { $0 | (test(64 * word + $1) ? 1 << UInt64($1) : 0) }
    }
    self.init(basicPlane, test)
  }

  private init(_ basicPlane: [UInt64], _ test: @escaping @Sendable (UInt32) -> Bool) {
    self.basicPlane = basicPlane
    self.test = test
  }

  @inline(__always) func contains(_ value: UInt32) -> Bool {
    value < 0x10000
      ? basicPlane[Int(value >> 6)] >> UInt64(value & 63) & 1 == 1 : test(value)
  }

  // MARK: Classes

  static func scalar(_ scalar: Unicode.Scalar) -> ScalarSet {
    var set = range(scalar.value...scalar.value)
    set.single = scalar.value
    return set
  }

  static func range(_ range: ClosedRange<UInt32>) -> ScalarSet {
    ScalarSet { range.contains($0) }
  }

  static func categories(_ categories: GeneralCategories) -> ScalarSet {
    ScalarSet { !categories.isDisjoint(with: GeneralCategories.of($0)) }
  }

  /// `\s`: the property White_Space.
  static let whitespace = ScalarSet { Unicode.Scalar($0)?.properties.isWhitespace ?? false }

  /// `\w` of Oniguruma: letters and what counts as one, marks, decimal digits and connectors, and
  /// superscripts and fractions of Latin-1.
  static let word: ScalarSet = {
    let categories = GeneralCategories(
      ["M", "Nd", "Pc"].compactMap { GeneralCategories.named[$0] })
    return ScalarSet {
      Unicode.Scalar($0)?.properties.isAlphabetic == true
        || !categories.isDisjoint(with: GeneralCategories.of($0)) || latinNumbers.contains($0)
    }
  }()

  private static let latinNumbers: Set<UInt32> = [0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE]

  /// Whether a scalar is `\w` of Rust's `regex`, which tokenizers ask about the neighbours of added tokens
  /// and by which they part text into words: no superscript or fraction, but the two joiners.
  static func isWordOfRegex(_ value: UInt32) -> Bool {
    switch value {
    case 0x200C, 0x200D: true
    default: !latinNumbers.contains(value) && word.contains(value)
    }
  }

  /// Patterns of the class of `isWordOfRegex`, and of the class of what is neither in it nor white space.
  static let wordOfRegex = #"[\w\x{200C}\x{200D}&&[^²³¹¼½¾]]"#
  static let signOfRegex = #"[[^\w\s\x{200C}\x{200D}]²³¹¼½¾]"#

  // MARK: Classes of classes

  static func any(_ sets: [ScalarSet]) -> ScalarSet {
    let none = [UInt64](repeating: 0, count: 1024)
    return ScalarSet(sets.reduce(none) { zip($0, $1.basicPlane).map { $0 | $1 } }) { value in
      sets.contains { $0.test(value) }
    }
  }

  static func all(_ sets: [ScalarSet]) -> ScalarSet {
    let all = [UInt64](repeating: .max, count: 1024)
    return ScalarSet(sets.reduce(all) { zip($0, $1.basicPlane).map { $0 & $1 } }) { value in
      sets.allSatisfy { $0.test(value) }
    }
  }

  var inverted: ScalarSet {
    ScalarSet(basicPlane.map { ~$0 }) { [test] in !test($0) }
  }

  /// With the scalars that differ in case alone from one of the class.
  var folded: ScalarSet {
    var plane = basicPlane
    for (value, variants) in Self.caseTable where variants.contains(where: contains) {
      plane[Int(value >> 6)] |= 1 << UInt64(value & 63)
    }
    return ScalarSet(plane) { value in
      test(value) || Self.caseVariants(value).contains(where: contains)
    }
  }

  // MARK: Case

  /// The case variants of the scalars below U+10000 that have any.
  private static let caseTable: [UInt32: [UInt32]] = {
    var table: [UInt32: [UInt32]] = [:]
    for value in UInt32(0)..<0x10000
    where Unicode.Scalar(value)?.properties.changesWhenCaseMapped == true {
      table[value] = caseVariants(value)
    }
    return table
  }()

  /// The other scalars that simple case mappings lead to.
  private static func caseVariants(_ value: UInt32) -> [UInt32] {
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
}
