/// A set of general categories of Unicode, such as the letters.
struct GeneralCategories: OptionSet, Sendable {
  let rawValue: UInt32

  /// The categories in the order of their bits, by the names that `\p{…}` gives them.
  private static let all: [(name: String, category: Unicode.GeneralCategory)] = [
    ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter),
    ("Lm", .modifierLetter), ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark),
    ("Me", .enclosingMark), ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber),
    ("Pc", .connectorPunctuation), ("Pd", .dashPunctuation), ("Ps", .openPunctuation),
    ("Pe", .closePunctuation), ("Pi", .initialPunctuation), ("Pf", .finalPunctuation),
    ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
    ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator),
    ("Zl", .lineSeparator), ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format),
    ("Co", .privateUse), ("Cn", .unassigned), ("Cs", .surrogate),
  ]

  /// The sets by name, those of a first letter included.
  static let named: [String: GeneralCategories] = {
    var sets: [String: GeneralCategories] = [:]
    for (number, (name, _)) in all.enumerated() {
      for key in [name, String(name.prefix(1))] {
        sets[key, default: []].insert(GeneralCategories(rawValue: 1 << UInt32(number)))
      }
    }
    return sets
  }()

  /// The category of a scalar.
  static func of(_ scalar: UInt32) -> GeneralCategories {
    let number = scalar < firstPlanes.count ? firstPlanes[Int(scalar)] : number(of: scalar)
    return GeneralCategories(rawValue: 1 << UInt32(number))
  }

  /// The category numbers of the scalars below U+20000: looking each up takes a search.
  private static let firstPlanes: [UInt8] = (0..<0x20000).map(number(of:))

  private static let numbers = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($1.category, UInt8($0)) })

  private static func number(of scalar: UInt32) -> UInt8 {
    numbers[Unicode.Scalar(scalar)?.properties.generalCategory ?? .surrogate] ?? UInt8(all.count)
  }
}
