import Plotting
import TestTimeCompute

extension NamedStyles {
  /// The looks that the methods of the catalog have.
  public static let methods: NamedStyles = {
    var styles = NamedStyles()
    for look in MethodCatalog.kinds.flatMap({ $0.looks }) {
      let style = SeriesStyle(
        color: look.color.color, marker: look.marker?.marker, dash: look.dash.dash,
        isHollow: look.isHollow)
      if look.marker == nil {
        for title in look.titles { styles.add(family: title, style) }
      } else {
        styles.add(look.titles, style)
      }
    }
    return styles
  }()
}

extension MethodLook.Color {
  fileprivate var color: Color {
    switch self {
    case .black: Palette.black
    case .blue: Palette.blue
    case .skyBlue: Palette.skyBlue
    case .vermilion: Palette.vermilion
    case .orange: Palette.orange
    case .green: Palette.green
    case .olive: Palette.olive
    case .purple: Palette.purple
    case .paleGrey: Palette.paleGrey
    }
  }
}

extension MethodLook.Marker {
  fileprivate var marker: Marker {
    switch self {
    case .circle: .circle
    case .square: .square
    case .diamond: .diamond
    case .triangleUp: .triangleUp
    case .triangleDown: .triangleDown
    case .pentagon: .pentagon
    case .hexagon: .hexagon
    case .star: .star
    case .plus: .plus
    case .cross: .cross
    }
  }
}

extension MethodLook.Dash {
  fileprivate var dash: Dash {
    switch self {
    case .solid: .solid
    case .dashed: .dashed
    case .dotted: .dotted
    case .dashDot: .dashDot
    case .dashDotDot: .dashDotDot
    case .longDash: .longDash
    }
  }
}
