/// Looks that belong to names: the same in every figure.
///
/// Case and punctuation do not count (`In-context`, `in context`); of a name with details behind a comma
/// or in parentheses the part before them decides.
public struct NamedStyles: Sendable {
  /// No name has a look of its own.
  public static let none = NamedStyles()

  private var styles: [String: SeriesStyle] = [:]
  /// Families of names that end in a number, one colour each, with markers that distinguish the numbers.
  private var families: [(prefix: String, style: SeriesStyle)] = []

  public init() {}

  /// Gives a look to names.
  public mutating func add(_ names: [String], _ style: SeriesStyle) {
    for name in names { styles[Self.key(name)] = style }
  }

  /// Gives looks to `prefix-4`, `prefix-8` and so on.
  public mutating func add(family prefix: String, _ style: SeriesStyle) {
    families.append((Self.key(prefix), style))
  }

  /// The look of a name; nil for a name that has none.
  public subscript(name: String) -> SeriesStyle? {
    if let style = styles[Self.key(name)] { return style }
    let head = Self.key(String(name.prefix { $0 != "," && $0 != "(" }))
    if let style = styles[head] { return style }
    for (prefix, style) in families {
      guard head.hasPrefix(prefix), let count = Int(head.dropFirst(prefix.count)), count > 0
      else { continue }
      // 4, 8, 16 and 32 follow each other as powers of two do.
      let place = Int.bitWidth - count.leadingZeroBitCount
      let markers: [Marker] = [.triangleDown, .pentagon, .hexagon, .star]
      var style = style
      style.marker = markers[place % markers.count]
      return style
    }
    return nil
  }

  private static func key(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}
