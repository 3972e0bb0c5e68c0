extension SeriesStyle {
  /// The look of theoretical lines, such as the dilution bound or the margin requirement.
  public static let theory = SeriesStyle(
    color: Palette.grey, marker: nil, dash: .dashed, lineWidth: 1)

  /// The `index`-th look for a series whose name is no method's, counted from 0.
  public static func other(_ index: Int) -> SeriesStyle {
    SeriesStyle(
      color: Palette.order[index % Palette.order.count], marker: markers[index % markers.count],
      dash: Dash.allCases[index % Dash.allCases.count])
  }

  /// The look of the `index`-th of `count` series that follow each other, such as budgets: from dark
  /// blue to light green.
  public static func ordered(_ index: Int, of count: Int) -> SeriesStyle {
    let share = count > 1 ? Double(index) / Double(count - 1) : 0
    return SeriesStyle(
      color: ColorMap.sequential.color(at: 0.08 + 0.66 * share),
      marker: markers[index % markers.count], dash: .solid)
  }

  private static let markers: [Marker] = [
    .circle, .square, .triangleUp, .diamond, .triangleDown, .pentagon, .hexagon,
  ]

  /// The look of the same method under a condition that is taken away: hollow and dotted.
  public var counterpart: SeriesStyle {
    var style = self
    style.isHollow.toggle()
    style.dash = dash == .dotted ? .dashed : .dotted
    return style
  }

  /// The look of the `index`-th further series of the same method in one figure: its colour, a shade
  /// lighter or darker each time, with another marker and rhythm.
  func variant(_ index: Int) -> SeriesStyle {
    guard index > 0 else { return self }
    var style = self
    var shade = Oklab(color)
    let change = 0.11 * Double((index + 1) / 2)
    let isLighter = index.isMultiple(of: 2) == (shade.lightness > 0.5)
    shade.lightness = min(0.85, max(0.2, shade.lightness + (isLighter ? change : -change)))
    style.color = shade.color
    let all = SeriesStyle.markers
    if let marker {
      style.marker = all[((all.firstIndex(of: marker) ?? 0) + 2 * index) % all.count]
    }
    let dashes = Dash.allCases
    style.dash = dashes[((dashes.firstIndex(of: dash) ?? 0) + index) % dashes.count]
    return style
  }
}
