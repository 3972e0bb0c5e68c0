/// One bar, with the interval that belongs to it.
struct Bar {
  var rect: Rect
  /// Page positions of the interval's ends.
  var interval: (lower: Point, upper: Point)?
  var value: Double
}

extension Panel {
  /// The bars of one mark, in its order; nil at a gap.
  ///
  /// Grouped bars share 80 % of a place; stacked bars stand on the sum of the marks before.
  func bars(of index: Int, in area: PlotArea) -> [Bar?] {
    guard case .bars(let values, let lower, let upper, _) = marks[index].content else { return [] }
    let all = marks.indices.filter {
      if case .bars = marks[$0].content { return true } else { return false }
    }
    let order = all.firstIndex(of: index) ?? 0
    let isStacked = bars == .stacked
    let count = isStacked ? 1 : all.count
    let groupWidth = isStacked ? 0.62 : (count == 1 ? 0.6 : 0.82)
    let width = groupWidth / Double(count)
    return values.enumerated().map { place, value in
      if value.isNaN { return nil }
      let left = Double(place) - groupWidth / 2 + (isStacked ? 0 : Double(order) * width)
      let base = isStacked ? stackBase(before: order, of: all, at: place) : 0
      let bottom = base == 0 ? area.baseline : area.y(base)
      let slim = isStacked || count == 1 ? 0 : width * 0.06
      let rect = Rect(
        Point(x: area.x(left + slim), y: bottom),
        Point(x: area.x(left + width - slim), y: area.y(base + value)))
      var bar = Bar(rect: rect, interval: nil, value: value)
      if let lower, let upper, lower[place].isFinite, upper[place].isFinite {
        bar.interval = (
          area.point(left + width / 2, base + lower[place]),
          area.point(left + width / 2, base + upper[place])
        )
      }
      return bar
    }
  }

  private func stackBase(before order: Int, of all: [Int], at place: Int) -> Double {
    all.prefix(order).reduce(0) { sum, index in
      guard case .bars(let values, _, _, _) = marks[index].content, !values[place].isNaN
      else { return sum }
      return sum + values[place]
    }
  }
}
