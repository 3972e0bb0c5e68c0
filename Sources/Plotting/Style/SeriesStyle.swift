/// How one series looks: colour, marker, dash. Two of the three distinguish series without colour.
public struct SeriesStyle: Sendable, Equatable {
  public var color: Color
  /// The shape at each data point; nil draws none.
  public var marker: Marker?
  public var dash: Dash
  /// Markers filled with white.
  public var isHollow: Bool
  /// Line width in points; nil is the theme's.
  public var lineWidth: Double?

  public init(
    color: Color, marker: Marker? = .circle, dash: Dash = .solid, isHollow: Bool = false,
    lineWidth: Double? = nil
  ) {
    self.color = color
    self.marker = marker
    self.dash = dash
    self.isHollow = isHollow
    self.lineWidth = lineWidth
  }
}

/// The eight colours of Okabe and Ito ("Color Universal Design", 2008), distinguishable with every common
/// kind of colour blindness. Their yellow is darkened to olive here, because lines stand on white.
public enum Palette {
  public static let black = Color(hex: 0x1A1A1A)
  public static let orange = Color(hex: 0xE69F00)
  public static let skyBlue = Color(hex: 0x56B4E9)
  public static let green = Color(hex: 0x009E73)
  public static let olive = Color(hex: 0x8A7F00)
  public static let blue = Color(hex: 0x0072B2)
  public static let vermilion = Color(hex: 0xD55E00)
  public static let purple = Color(hex: 0xCC79A7)
  public static let grey = Color(hex: 0x7A7A7A)
  public static let paleGrey = Color(hex: 0xA3A3A3)

  /// The order in which series without a known name take colours.
  public static let order = [blue, vermilion, green, purple, orange, skyBlue, black, olive]
}
