/// A panel's frame on the page with its two scales: where a pair of values is drawn.
struct PlotArea {
  let frame: Rect
  let x: Scale
  let y: Scale

  func x(_ value: Double) -> Double { frame.minX + x.share(of: value) * frame.width }

  func y(_ value: Double) -> Double { frame.maxY - y.share(of: value) * frame.height }

  func point(_ x: Double, _ y: Double) -> Point { Point(x: self.x(x), y: self.y(y)) }

  /// The chains of finite points of a series; NaN breaks a chain.
  func chains(_ x: [Double], _ y: [Double]) -> [[Point]] {
    var chains: [[Point]] = [[]]
    for (x, y) in zip(x, y) {
      if y.isNaN {
        if chains[chains.count - 1].isEmpty == false { chains.append([]) }
      } else {
        chains[chains.count - 1].append(point(x, y))
      }
    }
    return chains.filter { !$0.isEmpty }
  }

  /// The height on the page from which bars and areas grow: zero, or the axis where zero is not on
  /// it.
  var baseline: Double {
    guard !y.kind.isLogarithmic else { return y.isReversed ? frame.minY : frame.maxY }
    return min(frame.maxY, max(frame.minY, y(0)))
  }
}
