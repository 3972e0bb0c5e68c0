/// What a legend or a label must not cover, and how badly a rectangle would.
struct Obstacles {
  /// A shape in points on the page.
  enum Shape {
    case dot(Point, radius: Double)
    case segment(Point, Point)
    case rect(Rect)
    case polygon([Point])
    /// Letters upon letters cannot be read, so that this weighs most.
    case text(Rect)
  }

  /// How much would be covered; clear of data means that `data` is zero.
  struct Cost: Comparable {
    var data = 0.0
    /// Reference lines and the like, which may be crossed at a pinch.
    var lines = 0.0

    static func < (first: Cost, second: Cost) -> Bool {
      (first.data, first.lines) < (second.data, second.lines)
    }
  }

  /// A shape with the rectangle around it, by which most are found to be out of the way.
  private struct Obstacle {
    var shape: Shape
    var bounds: Rect

    init(_ shape: Shape) {
      self.shape = shape
      bounds = shape.bounds
    }
  }

  private var data: [Obstacle] = []
  private var faint: [Obstacle] = []

  mutating func add(_ shape: Shape) { data.append(Obstacle(shape)) }

  mutating func addFaint(_ shape: Shape) { faint.append(Obstacle(shape)) }

  /// What a rectangle would cover. The unit is about a point of line length.
  func cost(of rect: Rect) -> Cost {
    Cost(data: Obstacles.covered(data, by: rect), lines: Obstacles.covered(faint, by: rect))
  }

  private static func covered(_ obstacles: [Obstacle], by rect: Rect) -> Double {
    var sum = 0.0
    for obstacle in obstacles where obstacle.bounds.touches(rect) {
      sum += covered(obstacle.shape, by: rect)
    }
    return sum
  }

  private static func covered(_ shape: Shape, by rect: Rect) -> Double {
    switch shape {
    case .dot(let center, let radius):
      return rect.inset(by: -radius).contains(center) ? 12 : 0
    case .segment(let start, let end):
      guard let (from, to) = clipped(start, end, to: rect) else { return 0 }
      return distance(from, to) + 1
    case .rect(let other):
      return rect.sharedArea(with: other) / 3
    case .text(let other):
      let shared = rect.sharedArea(with: other)
      return shared > 0 ? 100 + shared : 0
    case .polygon(let points):
      let part = clipped(polygon: points, to: rect)
      return area(polygon: part) / 12
    }
  }
}

extension Obstacles.Shape {
  fileprivate var bounds: Rect {
    switch self {
    case .dot(let center, let radius):
      Rect(center: center, width: 2 * radius, height: 2 * radius)
    case .segment(let start, let end): Rect(start, end)
    case .rect(let rect), .text(let rect): rect
    case .polygon(let points): Rect(around: points)
    }
  }
}

extension Panel {
  /// Everything that the panel's data covers inside its frame.
  func obstacles(in plot: PlotArea, styles: StyleBook, theme: Theme) -> Obstacles {
    var obstacles = Obstacles()
    let radius = theme.markerSize * 0.75
    func add(dots points: [Point]) {
      for point in points where plot.frame.contains(point) {
        obstacles.add(.dot(point, radius: radius))
      }
    }
    func add(lines points: [Point], isPale: Bool = false) {
      for piece in clipped(polyline: points, to: plot.frame) {
        for (start, end) in zip(piece, piece.dropFirst()) {
          if isPale {
            obstacles.addFaint(.segment(start, end))
          } else {
            obstacles.add(.segment(start, end))
          }
        }
      }
    }
    for (index, mark) in marks.enumerated() {
      switch mark.content {
      case .line(let x, let y, _):
        let style = styles.style(of: mark)
        let hasMarkers = style.marker != nil && x.count <= MarkPainter.mostMarkers
        for chain in plot.chains(x, y) {
          add(lines: chain, isPale: style.color.lightness > 0.85)
          if hasMarkers || chain.count == 1 { add(dots: chain) }
        }
      case .band(let x, let lower, let upper):
        for quad in quads(x, lower, upper, in: plot) { obstacles.add(.polygon(quad)) }
      case .scatter(let x, let y, _):
        add(dots: zip(x, y).map(plot.point))
      case .errorBars(let x, let lower, let upper):
        for (x, (low, high)) in zip(x, zip(lower, upper)) {
          add(lines: [plot.point(x, low), plot.point(x, high)])
        }
      case .stems(let x, let y):
        for (x, y) in zip(x, y) {
          add(lines: [Point(x: plot.x(x), y: plot.baseline), plot.point(x, y)])
        }
      case .bars:
        for bar in bars(of: index, in: plot).compactMap({ $0 }) {
          obstacles.add(.rect(bar.rect))
          if let (lower, upper) = bar.interval { add(lines: [lower, upper]) }
        }
      case .heatmap: obstacles.add(.rect(plot.frame))
      }
    }
    for reference in references {
      if let line = reference.line(in: plot) { obstacles.addFaint(.segment(line.0, line.1)) }
    }
    return obstacles
  }

  private func quads(
    _ x: [Double], _ lower: [Double], _ upper: [Double], in plot: PlotArea
  ) -> [[Point]] {
    zip(x.indices, x.indices.dropFirst()).map { left, right in
      [
        plot.point(x[left], lower[left]), plot.point(x[right], lower[right]),
        plot.point(x[right], upper[right]), plot.point(x[left], upper[left]),
      ]
    }
  }
}

extension Reference {
  /// The line's ends in the frame; nil for a region.
  func line(in plot: PlotArea) -> (Point, Point)? {
    let frame = plot.frame
    switch kind {
    case .vertical(let value):
      let x = plot.x(value)
      return clipped(Point(x: x, y: frame.minY), Point(x: x, y: frame.maxY), to: frame)
    case .horizontal(let value):
      let y = plot.y(value)
      return clipped(Point(x: frame.minX, y: y), Point(x: frame.maxX, y: y), to: frame)
    case .columns: return nil
    }
  }

  /// The region's part of the frame; nil for a line and for a region outside.
  func region(in plot: PlotArea) -> Rect? {
    let frame = plot.frame
    var region: Rect
    switch kind {
    case .columns(let range):
      region = Rect(
        Point(x: plot.x(range.lowerBound), y: frame.minY),
        Point(x: plot.x(range.upperBound), y: frame.maxY))
    case .vertical, .horizontal: return nil
    }
    // A span of a few tokens in a million would otherwise be too thin to be seen.
    let hair = 0.8
    if region.width < hair {
      region = Rect(center: region.center, width: hair, height: region.height)
    }
    if region.height < hair {
      region = Rect(center: region.center, width: region.width, height: hair)
    }
    let first = Point(x: max(frame.minX, region.minX), y: max(frame.minY, region.minY))
    let last = Point(x: min(frame.maxX, region.maxX), y: min(frame.maxY, region.maxY))
    return first.x < last.x && first.y < last.y ? Rect(first, last) : nil
  }
}

extension Rect {
  var center: Point { Point(x: midX, y: midY) }
}
