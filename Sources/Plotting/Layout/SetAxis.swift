/// The ticks and texts of one axis, measured but not yet placed.
struct SetAxis {
  struct Label {
    var tick: Tick
    var block: TextBlock?
  }

  var labels: [Label]
  var title: TextBlock?
  /// Whether tick labels stand aslant, for long names below a panel.
  var isSlanted = false

  /// Chooses the ticks for a length in points and sets all texts.
  init(
    _ axis: Axis, scale: Scale, length: Double, isHorizontal: Bool, data: [Double],
    showsText: Bool, canvas: Canvas, theme: Theme
  ) {
    let font = Font(size: theme.tickSize)
    func set(_ text: String) -> TextBlock { TextBlock(text, font: font, canvas: canvas) }
    let textHeight = font.size * TextBlock.capHeight
    let maker = TickMaker(
      scale: scale, length: length, spacing: isHorizontal ? 14 : theme.tickSize * 2.6,
      gap: font.size * (isHorizontal ? 0.7 : 0.45),
      extent: { isHorizontal ? set($0).width : textHeight })

    var ticks: [Tick]
    if let names = axis.categories {
      let widest = names.map { set($0).width }.max() ?? 0
      let cell = length / Double(max(1, names.count))
      // Numbers are thinned out, because a reader can count on; names must all be there.
      let areNumbers = names.allSatisfy { Double($0) != nil }
      isSlanted = isHorizontal && !areNumbers && widest + maker.gap > cell
      let thinned = TickMaker(
        scale: scale, length: length, spacing: 0, gap: maker.gap,
        extent: { [isSlanted] in isSlanted || !isHorizontal ? textHeight : set($0).width })
      ticks = thinned.everyNth(names)
    } else {
      switch axis.ticks {
      case .automatic: ticks = maker.automatic(data: data)
      case .at(let values): ticks = maker.at(values, label: Numerals.shortest)
      case .none: ticks = []
      }
    }
    labels = ticks.map { tick in
      Label(tick: tick, block: showsText ? tick.label.map { set($0) } : nil)
    }
    if showsText && !axis.label.isEmpty {
      title = TextBlock(
        axis.label, font: Font(size: theme.labelSize), limit: max(length * 1.15, 60),
        alignment: .center, canvas: canvas)
    }
  }

  /// The width of the widest tick label.
  var widest: Double { labels.compactMap { $0.block?.width }.max() ?? 0 }

  /// How far below the axis's tick ends the labels reach.
  func depth(_ theme: Theme) -> Double {
    let blocks = labels.compactMap(\.block)
    guard let tallest = blocks.map(\.height).max() else { return 0 }
    return isSlanted ? (widest + theme.tickSize) * SetAxis.slant : tallest
  }

  /// Sine and cosine of the 45° at which long names stand.
  static let slant = 0.7071
}

extension TickMaker {
  /// Labels at the places 0, 1, 2 …: every one, or every second, third, … as fits.
  func everyNth(_ names: [String]) -> [Tick] {
    let candidates = (1...max(1, names.count)).lazy.map { stride in
      names.indices.map { index in
        Tick(Double(index), label: index.isMultiple(of: stride) ? names[index] : nil)
      }
    }
    return firstFitting(candidates)
  }
}
