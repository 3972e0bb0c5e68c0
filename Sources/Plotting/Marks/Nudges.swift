/// Small sideways shifts that keep marks apart which would hide each other: points of different
/// series on one place, and intervals over one x that overlap.
///
/// Lines run through the true places; a shift is a few points of the page at most for each series.
struct Nudges {
  /// A point of a series; the marks of one name at one x are shifted alike.
  private struct Place: Hashable {
    var name: String
    var x: Double
  }

  private struct Item {
    var place: Place
    /// What the item covers of the page's height.
    var reach: ClosedRange<Double>
    var hasInterval: Bool
  }

  private var shifts: [Place: Double] = [:]

  init(_ panel: Panel, in plot: PlotArea, styles: StyleBook, theme: Theme) {
    let radius = theme.markerSize * 0.28
    var items: [Place: Item] = [:]
    var order: [Place] = []
    func add(_ name: String, _ x: Double, _ reach: ClosedRange<Double>, isInterval: Bool) {
      let place = Place(name: name, x: x)
      guard let item = items[place] else {
        items[place] = Item(place: place, reach: reach, hasInterval: isInterval)
        order.append(place)
        return
      }
      items[place]?.reach =
        min(
          item.reach.lowerBound, reach.lowerBound)...max(
          item.reach.upperBound, reach.upperBound)
      items[place]?.hasInterval = item.hasInterval || isInterval
    }
    func add(dots name: String, _ x: [Double], _ y: [Double]) {
      for (x, y) in zip(x, y) where !y.isNaN {
        let height = plot.y(y)
        add(name, x, (height - radius)...(height + radius), isInterval: false)
      }
    }
    for mark in panel.marks {
      switch mark.content {
      case .line(let x, let y, _)
      where x.count <= MarkPainter.mostMarkers && styles.style(of: mark).marker != nil:
        add(dots: mark.name, x, y)
      case .scatter(let x, let y, _) where x.count <= MarkPainter.mostMarkers:
        add(dots: mark.name, x, y)
      case .errorBars(let x, let lower, let upper):
        for (x, (low, high)) in zip(x, zip(lower, upper)) {
          let ends = [plot.y(low), plot.y(high)]
          add(mark.name, x, (ends.min() ?? 0)...(ends.max() ?? 0), isInterval: true)
        }
      default: break
      }
    }
    let columns = Dictionary(grouping: order) { (plot.x($0.x) / 0.75).rounded() }
    for column in columns.values where column.count > 1 {
      for group in Nudges.touching(column.compactMap { items[$0] }) where group.count > 1 {
        // Intervals need more room than markers, and have it where all stand on one x.
        let wish = !group.contains(where: \.hasInterval) ? 0.6 : columns.count == 1 ? 2 : 0.95
        let widest = columns.count == 1 ? 20.0 : 3
        let step = theme.markerSize * min(wish, widest / Double(group.count - 1))
        for (rank, item) in group.enumerated() {
          shifts[item.place] = (Double(rank) - Double(group.count - 1) / 2) * step
        }
      }
    }
  }

  /// Items in groups of those that touch each other, directly or through others; each group in the
  /// order of the items.
  private static func touching(_ items: [Item]) -> [[Item]] {
    let sorted = items.indices.sorted {
      items[$0].reach.lowerBound < items[$1].reach.lowerBound
    }
    var groups: [[Int]] = []
    var end = -Double.infinity
    for index in sorted {
      if items[index].reach.lowerBound <= end, !groups.isEmpty {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
      end = max(end, items[index].reach.upperBound)
    }
    return groups.map { group in group.sorted().map { items[$0] } }
  }

  /// How far to the right the point of a series is drawn, in points of the page.
  func shift(_ name: String, x: Double) -> Double { shifts[Place(name: name, x: x)] ?? 0 }
}
