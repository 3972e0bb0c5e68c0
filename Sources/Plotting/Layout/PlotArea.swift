/// A panel's frame on the page with its two scales: where a pair of values is drawn.
struct PlotArea {
  let frame: Rect
  let x: Scale
  let y: Scale

  func x(_ value: Double) -> Double { near(frame.minX + x.share(of: value) * frame.width) }

  func y(_ value: Double) -> Double { near(frame.maxY - y.share(of: value) * frame.height) }

  /// A coordinate within reach: where a line from 10⁹⁰ points away crosses the frame, no Double can
  /// tell, and from ten million points away the crossing is the same in print.
  private func near(_ coordinate: Double) -> Double { min(1e7, max(-1e7, coordinate)) }

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
    return chains.filter { !$0.isEmpty }.map(thinned)
  }

  /// A long chain without the points that print could not show: of those in a strip of a quarter
  /// point only the first, the lowest, the highest and the last remain, in their order.
  private func thinned(_ chain: [Point]) -> [Point] {
    let strip = 0.25
    guard Double(chain.count) > 8 * frame.width / strip else { return chain }
    var result: [Point] = []
    var start = 0
    while start < chain.count {
      let column = (chain[start].x / strip).rounded(.down)
      var end = start
      var (lowest, highest) = (start, start)
      while end < chain.count, (chain[end].x / strip).rounded(.down) == column {
        if chain[end].y < chain[lowest].y { lowest = end }
        if chain[end].y > chain[highest].y { highest = end }
        end += 1
      }
      for index in Set([start, lowest, highest, end - 1]).sorted() { result.append(chain[index]) }
      start = end
    }
    return result
  }

  /// The height on the page from which bars and areas grow: zero, or the axis where zero is not on
  /// it.
  var baseline: Double {
    guard !y.kind.isLogarithmic else { return y.isReversed ? frame.minY : frame.maxY }
    return min(frame.maxY, max(frame.minY, y(0)))
  }
}
