/// Sizes, fonts and greys of a figure, in points; `paper` suits print at column width.
public struct Theme: Sendable, Equatable {
  /// DejaVu Sans comes with Cairo's font packages; where it is missing, fontconfig puts the
  /// system's nearest sans-serif family in its place.
  public var fontFamily = "DejaVu Sans"

  public var titleSize = 8.5
  public var panelTitleSize = 7.5
  public var labelSize = 7.5
  public var tickSize = 6.5
  public var legendSize = 6.5
  public var noteSize = 6.0
  public var captionSize = 6.0
  public var letterSize = 9.0

  public var lineWidth = 1.3
  public var thinLineWidth = 0.8
  public var axisWidth = 0.6
  public var gridWidth = 0.4
  /// Diameter of a circle marker; the other shapes have about its area.
  public var markerSize = 4.2
  public var tickLength = 2.6
  public var minorTickLength = 1.5
  /// Free border around everything.
  public var margin = 4.0
  /// Opacity of confidence bands.
  public var bandOpacity = 0.17

  public var ink = Color(hex: 0x1A1A1A)
  public var quietInk = Color(hex: 0x595959)
  public var axisColor = Color(hex: 0x333333)
  public var gridColor = Color(hex: 0xE4E4E4)
  public var shadeColor = Color(hex: 0xEFEFEF)

  public init() {}

  public static let paper = Theme()

  /// The theme with every length multiplied, for slides and posters.
  public func scaled(by factor: Double) -> Theme {
    var theme = self
    let lengths: [WritableKeyPath<Theme, Double>] = [
      \.titleSize, \.panelTitleSize, \.labelSize, \.tickSize, \.legendSize, \.noteSize,
      \.captionSize, \.letterSize, \.lineWidth, \.thinLineWidth, \.axisWidth, \.gridWidth,
      \.markerSize, \.tickLength, \.minorTickLength, \.margin,
    ]
    for length in lengths { theme[keyPath: length] *= factor }
    return theme
  }
}
