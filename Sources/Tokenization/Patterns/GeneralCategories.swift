/// A set of general categories of Unicode, such as the letters.
struct GeneralCategories: OptionSet, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(_ categories: Unicode.GeneralCategory...) {
    rawValue = categories.reduce(0) { $0 | 1 << UInt32(GeneralCategories.number($1)) }
  }

  static let marks = GeneralCategories(.nonspacingMark, .spacingMark, .enclosingMark)

  /// The sets by the names that `\p{…}` gives them.
  static let named: [String: GeneralCategories] = {
    var sets: [String: GeneralCategories] = [
      "Lu": .init(.uppercaseLetter), "Ll": .init(.lowercaseLetter), "Lt": .init(.titlecaseLetter),
      "Lm": .init(.modifierLetter), "Lo": .init(.otherLetter),
      "Mn": .init(.nonspacingMark), "Mc": .init(.spacingMark), "Me": .init(.enclosingMark),
      "Nd": .init(.decimalNumber), "Nl": .init(.letterNumber), "No": .init(.otherNumber),
      "Pc": .init(.connectorPunctuation), "Pd": .init(.dashPunctuation),
      "Ps": .init(.openPunctuation), "Pe": .init(.closePunctuation),
      "Pi": .init(.initialPunctuation), "Pf": .init(.finalPunctuation),
      "Po": .init(.otherPunctuation), "Sm": .init(.mathSymbol), "Sc": .init(.currencySymbol),
      "Sk": .init(.modifierSymbol), "So": .init(.otherSymbol), "Zs": .init(.spaceSeparator),
      "Zl": .init(.lineSeparator), "Zp": .init(.paragraphSeparator), "Cc": .init(.control),
      "Cf": .init(.format), "Co": .init(.privateUse), "Cn": .init(.unassigned),
      "Cs": .init(.surrogate),
    ]
    for (name, set) in sets { sets[String(name.prefix(1)), default: []].formUnion(set) }
    return sets
  }()

  /// The category of a scalar.
  static func of(_ scalar: UInt32) -> GeneralCategories {
    scalar < 0x10000
      ? GeneralCategories(rawValue: 1 << UInt32(basicPlane[Int(scalar)])) : looked(up: scalar)
  }

  /// The category numbers of the scalars below U+10000: looking each up takes a search.
  private static let basicPlane: [UInt8] = (0..<0x10000).map { value in
    number(Unicode.Scalar(UInt32(value))?.properties.generalCategory ?? .surrogate)
  }

  private static func looked(up scalar: UInt32) -> GeneralCategories {
    guard let scalar = Unicode.Scalar(scalar) else { return GeneralCategories(.surrogate) }
    return GeneralCategories(scalar.properties.generalCategory)
  }

  private static func number(_ category: Unicode.GeneralCategory) -> UInt8 {
    switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    case .unassigned: 29
    @unknown default: 30
    }
  }
}
