import Foundation

/// The shape of a data point.
public enum Marker: Sendable, Equatable, CaseIterable {
  case circle, square, triangleUp, triangleDown, diamond, pentagon, hexagon, plus, cross, star

  /// Whether the shape is made of strokes and encloses no area.
  var isOpen: Bool { self == .plus || self == .cross || self == .star }

  /// The outline around `center`; `size` is the diameter of a circle of about the same weight.
  func path(at center: Point, size: Double) -> Path {
    let radius = size / 2
    switch self {
    case .circle: return Path(circleAt: center, radius: radius)
    case .square: return polygon(center, corners: 4, radius: 1.25 * radius, turn: .pi / 4)
    case .triangleUp: return polygon(center, corners: 3, radius: 1.38 * radius, turn: -.pi / 2)
    case .triangleDown: return polygon(center, corners: 3, radius: 1.38 * radius, turn: .pi / 2)
    case .diamond: return polygon(center, corners: 4, radius: 1.3 * radius, turn: 0)
    case .pentagon: return polygon(center, corners: 5, radius: 1.2 * radius, turn: -.pi / 2)
    case .hexagon: return polygon(center, corners: 6, radius: 1.12 * radius, turn: 0)
    case .plus: return strokes(center, count: 2, radius: 1.2 * radius, turn: 0)
    case .cross: return strokes(center, count: 2, radius: 1.25 * radius, turn: .pi / 4)
    case .star: return strokes(center, count: 3, radius: 1.25 * radius, turn: .pi / 2)
    }
  }

  private func polygon(_ center: Point, corners: Int, radius: Double, turn: Double) -> Path {
    Path(polygon: ring(center, count: corners, radius: radius, turn: turn, share: 2))
  }

  private func strokes(_ center: Point, count: Int, radius: Double, turn: Double) -> Path {
    var path = Path()
    for end in ring(center, count: count, radius: radius, turn: turn, share: 1) {
      path.add(end, Point(x: 2 * center.x - end.x, y: 2 * center.y - end.y))
    }
    return path
  }

  /// Points at equal angles over `share` half turns.
  private func ring(
    _ center: Point, count: Int, radius: Double, turn: Double, share: Double
  ) -> [Point] {
    (0..<count).map { index in
      let angle = turn + share * .pi * Double(index) / Double(count)
      return Point(x: center.x + radius * cos(angle), y: center.y + radius * sin(angle))
    }
  }
}

/// The rhythm of a line.
public enum Dash: Sendable, Equatable, CaseIterable {
  case solid, dashed, dotted, dashDot, longDash, dashDotDot

  /// Lengths of strokes and gaps in points, for a line of the given width with flat ends.
  func pattern(width: Double) -> [Double] {
    let unit = max(width, 0.5)
    return switch self {
    case .solid: []
    case .dashed: [3.4, 1.7].map { $0 * unit }
    case .dotted: [1.0, 1.3].map { $0 * unit }
    case .dashDot: [4.2, 1.4, 1.0, 1.4].map { $0 * unit }
    case .longDash: [6.5, 1.9].map { $0 * unit }
    case .dashDotDot: [4.2, 1.3, 1.0, 1.3, 1.0, 1.3].map { $0 * unit }
    }
  }
}
