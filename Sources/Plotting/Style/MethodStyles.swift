extension SeriesStyle {
  /// The fixed look of a method of the lab, the same in every figure; nil for a name not known.
  ///
  /// Case and punctuation do not count (`In-context`, `in context`); of a name with details behind a
  /// comma or in parentheses the part before them decides. `SC-n` and `beam-n` are one family each:
  /// one colour, with markers that tell the `n` apart.
  public static func method(_ name: String) -> SeriesStyle? {
    let whole = key(name)
    if let style = methodStyles[whole] { return style }
    let head = key(String(name.prefix { $0 != "," && $0 != "(" }))
    if let style = methodStyles[head] { return style }
    for (prefix, color, dash) in families {
      guard head.hasPrefix(prefix), let count = Int(head.dropFirst(prefix.count)), count > 0
      else { continue }
      // 4, 8, 16 and 32 follow each other as powers of two do.
      let place = Int.bitWidth - count.leadingZeroBitCount
      let markers: [Marker] = [.triangleDown, .pentagon, .hexagon, .star]
      return SeriesStyle(color: color, marker: markers[place % markers.count], dash: dash)
    }
    return nil
  }

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

  private static func key(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}

private let families: [(prefix: String, color: Color, dash: Dash)] = [
  ("sc", Palette.skyBlue, .dashDot),
  ("selfconsistency", Palette.skyBlue, .dashDot),
  ("beam", Palette.purple, .dashDotDot),
  ("beamsearch", Palette.purple, .dashDotDot),
]

private let methodStyles: [String: SeriesStyle] = {
  func control(_ marker: Marker, _ dash: Dash) -> SeriesStyle {
    SeriesStyle(color: Palette.paleGrey, marker: marker, dash: dash, isHollow: true)
  }
  let groups: [(names: [String], style: SeriesStyle)] = [
    (
      ["incontext", "beforeqttt", "before"],
      SeriesStyle(color: Palette.black, marker: .circle, dash: .solid)
    ),
    (
      ["thinking", "thinkinglast", "chainofthought"],
      SeriesStyle(color: Palette.blue, marker: .square, dash: .dashed)
    ),
    (
      ["thinkingmajority"],
      SeriesStyle(color: Palette.blue, marker: .square, dash: .dotted, isHollow: true)
    ),
    (
      ["qttt", "afterqttt", "after", "qtttuniform", "qtttuniformspans", "uniform", "uniformspans"],
      SeriesStyle(color: Palette.vermilion, marker: .diamond, dash: .solid)
    ),
    (
      ["qtttoracle", "qtttoraclespans", "oracle", "oraclespans"],
      SeriesStyle(color: Palette.orange, marker: .triangleUp, dash: .longDash)
    ),
    (
      ["qtttselfguided", "qtttselfguidedspans", "selfguided", "selfguidedspans"],
      SeriesStyle(color: Palette.green, marker: .pentagon, dash: .dashed)
    ),
    (
      ["qtttevidencealigned", "evidencealigned", "evidencealignedspans"],
      SeriesStyle(color: Palette.green, marker: .hexagon, dash: .dotted, isHollow: true)
    ),
    (
      ["qtttthinking", "qtttthenthinking"],
      SeriesStyle(color: Palette.vermilion, marker: .square, dash: .dashDot, isHollow: true)
    ),
    (
      ["fullttt", "fullparameterttt"],
      SeriesStyle(color: Palette.olive, marker: .star, dash: .dashDotDot)
    ),
    (
      ["scalablesoftmax", "temperature", "attentiontemperature", "ssmax"],
      SeriesStyle(color: Palette.olive, marker: .plus, dash: .longDash)
    ),
    (
      ["queryscaling", "queryscale", "scaledqueries"],
      SeriesStyle(color: Palette.olive, marker: .cross, dash: .dotted)
    ),
    (["zerosteps", "control", "controls"], control(.circle, .dotted)),
    (
      ["othercontext", "qtttothercontext", "spansfromanothercontext", "otherspans"],
      control(.square, .dashed)
    ),
    (["shuffled", "shuffledspans", "qtttshuffledspans"], control(.diamond, .dashDot)),
    (["randomdirection", "qtttrandomdirection", "random"], control(.triangleUp, .longDash)),
  ]
  var styles: [String: SeriesStyle] = [:]
  for group in groups {
    for name in group.names { styles[name] = group.style }
  }
  return styles
}()
