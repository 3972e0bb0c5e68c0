/// The ticks and texts of one axis, measured but not yet placed.
struct SetAxis {
  struct Label {
    var tick: Tick
    var block: TextBlock?
  }

  private(set) var labels: [Label] = []
  private(set) var title: TextBlock?
  /// Whether tick labels stand aslant, for long names below a panel.
  private(set) var isSlanted = false

  /// Chooses the ticks for a length in points and sets all texts.
  init(
    _ axis: Axis, scale: Scale, length: Double, isHorizontal: Bool, data: [Double],
    showsText: Bool, canvas: Canvas, theme: Theme
  ) {
    let font = Font(size: theme.tickSize)
    if let names = axis.categories {
      setNames(names, scale, length, isHorizontal, font, canvas)
    } else {
      let across = scale.kind == .linear ? font.size * 5 : font.size * 1.5
      let maker = TickMaker(
        scale: scale, length: length, spacing: isHorizontal ? across : font.size * 3.1,
        gap: font.size * (isHorizontal ? 0.7 : 0.45),
        extent: { text in
          isHorizontal
            ? TextBlock(text, font: font, canvas: canvas).width : font.size * TextBlock.capHeight
        })
      let ticks =
        switch axis.ticks {
        case .automatic: maker.automatic(data: data)
        case .at(let values): maker.at(values, label: Numerals.shortest)
        case .none: [Tick]()
        }
      labels = ticks.map { tick in
        Label(tick: tick, block: tick.label.map { TextBlock($0, font: font, canvas: canvas) })
      }
    }
    guard showsText else {
      for index in labels.indices { labels[index].block = nil }
      return
    }
    if !axis.label.isEmpty {
      title = TextBlock(
        axis.label, font: Font(size: theme.labelSize), limit: max(length + 12, 60),
        alignment: .center, canvas: canvas)
    }
  }

  /// Names below or beside their places: broken into lines where they are too long, aslant where
  /// that does not help. Of a count (0, 1, 2 …) only as many numbers are written as fit.
  private mutating func setNames(
    _ names: [String], _ scale: Scale, _ length: Double, _ isHorizontal: Bool, _ font: Font,
    _ canvas: Canvas
  ) {
    let gap = font.size * (isHorizontal ? 0.7 : 0.25)
    let cell = length / Double(max(1, names.count)) - gap
    var blocks = names.map { TextBlock($0, font: font, canvas: canvas) }
    if isHorizontal && !SetAxis.isCount(names) && blocks.contains(where: { $0.width > cell }) {
      let broken = names.map {
        TextBlock($0, font: font, limit: cell, alignment: .center, canvas: canvas)
      }
      isSlanted = broken.contains { $0.width > cell || $0.lineCount > 3 }
      if !isSlanted { blocks = broken }
    }
    let widths = Dictionary(zip(names, blocks.map(\.width))) { first, _ in first }
    let lineHeight = font.size * TextBlock.capHeight
    let extent: (String) -> Double =
      if isSlanted {
        { _ in lineHeight / SetAxis.slant }
      } else {
        { isHorizontal ? widths[$0] ?? 0 : lineHeight }
      }
    let maker = TickMaker(
      scale: scale, length: length, spacing: 0, gap: isSlanted ? 0 : gap * 0.99, extent: extent)
    labels = maker.everyNth(names).map { tick in
      Label(tick: tick, block: tick.label == nil ? nil : blocks[Int(tick.value)])
    }
  }

  /// Whether names are whole numbers that follow each other by one.
  private static func isCount(_ names: [String]) -> Bool {
    let numbers = names.compactMap { Int($0) }
    return numbers.count == names.count
      && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < .max && $0 + 1 == $1 }
  }

  /// The width of the widest tick label.
  var widest: Double { labels.compactMap { $0.block?.width }.max() ?? 0 }

  /// How far below the axis's tick ends the labels reach.
  func depth(_ theme: Theme) -> Double {
    guard let tallest = labels.compactMap({ $0.block?.height }).max() else { return 0 }
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
