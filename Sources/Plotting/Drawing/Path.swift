/// An outline made of straight lines and arcs, as a value: built by marks, consumed by the canvas.
struct Path {
  enum Element {
    case move(Point)
    case line(Point)
    case arc(center: Point, radius: Double, from: Double, to: Double)
    case close
  }

  private(set) var elements: [Element] = []

  init() {}

  init(polyline points: [Point]) { add(polyline: points) }

  init(polygon points: [Point]) { add(polygon: points) }

  init(_ rect: Rect) { add(polygon: rect.corners) }

  init(circleAt center: Point, radius: Double) {
    elements = [
      .move(Point(x: center.x + radius, y: center.y)),
      .arc(center: center, radius: radius, from: 0, to: 2 * .pi), .close,
    ]
  }

  /// A rectangle with rounded corners.
  init(_ rect: Rect, cornerRadius radius: Double) {
    let radius = min(radius, rect.width / 2, rect.height / 2)
    let centers = rect.inset(by: radius).corners
    for (index, start) in [Double.pi, 1.5 * .pi, 0, 0.5 * .pi].enumerated() {
      elements.append(
        .arc(center: centers[index], radius: radius, from: start, to: start + 0.5 * .pi))
    }
    elements.append(.close)
  }

  mutating func add(polyline points: [Point]) {
    guard let first = points.first else { return }
    elements.append(.move(first))
    elements += points.dropFirst().map { .line($0) }
  }

  mutating func add(polygon points: [Point]) {
    guard !points.isEmpty else { return }
    add(polyline: points)
    elements.append(.close)
  }

  mutating func add(_ start: Point, _ end: Point) { add(polyline: [start, end]) }
}
