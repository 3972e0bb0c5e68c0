/// A position on the page, in points (1/72 inch) from the upper left corner.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A width and a height in points (1/72 inch).
public struct Size: Sendable, Equatable {
  public var width: Double
  public var height: Double

  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// A size given in inches, the unit of journals' column widths.
  public static func inches(_ width: Double, _ height: Double) -> Size {
    Size(width: width * 72, height: height * 72)
  }

  /// One column of a two-column paper: 3.5 × 2.4 inches.
  public static let column = Size.inches(3.5, 2.4)

  /// The text width of a two-column paper: 7 × 2.5 inches.
  public static let page = Size.inches(7, 2.5)
}

/// An upright rectangle on the page, in points from the upper left corner.
public struct Rect: Sendable, Equatable {
  public var minX: Double
  public var minY: Double
  public var width: Double
  public var height: Double

  public init(minX: Double, minY: Double, width: Double, height: Double) {
    self.minX = minX
    self.minY = minY
    self.width = width
    self.height = height
  }

  init(_ first: Point, _ second: Point) {
    self.init(
      minX: min(first.x, second.x), minY: min(first.y, second.y),
      width: abs(first.x - second.x), height: abs(first.y - second.y))
  }

  init(center: Point, width: Double, height: Double) {
    self.init(
      minX: center.x - width / 2, minY: center.y - height / 2, width: width, height: height)
  }

  /// The smallest rectangle that holds all points.
  init(around points: [Point]) {
    let (x, y) = (points.map(\.x), points.map(\.y))
    self.init(
      Point(x: x.min() ?? 0, y: y.min() ?? 0), Point(x: x.max() ?? 0, y: y.max() ?? 0))
  }

  public var maxX: Double { minX + width }
  public var maxY: Double { minY + height }
  public var midX: Double { minX + width / 2 }
  public var midY: Double { minY + height / 2 }

  /// The rectangle with every side moved inward by `distance` (outward when negative).
  public func inset(by distance: Double) -> Rect {
    Rect(
      minX: minX + distance, minY: minY + distance,
      width: max(0, width - 2 * distance), height: max(0, height - 2 * distance))
  }

  /// Whether the point lies inside or on the border.
  public func contains(_ point: Point) -> Bool {
    point.x >= minX && point.x <= maxX && point.y >= minY && point.y <= maxY
  }

  /// Whether the other rectangle lies wholly inside, up to `tolerance` points.
  public func contains(_ other: Rect, tolerance: Double = 1e-9) -> Bool {
    other.minX >= minX - tolerance && other.maxX <= maxX + tolerance
      && other.minY >= minY - tolerance && other.maxY <= maxY + tolerance
  }

  /// Whether the two share an area greater than zero.
  public func overlaps(_ other: Rect) -> Bool {
    min(maxX, other.maxX) > max(minX, other.minX) && min(maxY, other.maxY) > max(minY, other.minY)
  }

  /// Whether the two share at least a border.
  func touches(_ other: Rect) -> Bool {
    min(maxX, other.maxX) >= max(minX, other.minX) && min(maxY, other.maxY) >= max(minY, other.minY)
  }

  /// The area that the two share, in square points.
  func sharedArea(with other: Rect) -> Double {
    let across = min(maxX, other.maxX) - max(minX, other.minX)
    let down = min(maxY, other.maxY) - max(minY, other.minY)
    return across > 0 && down > 0 ? across * down : 0
  }

  var corners: [Point] {
    [
      Point(x: minX, y: minY), Point(x: maxX, y: minY), Point(x: maxX, y: maxY),
      Point(x: minX, y: maxY),
    ]
  }
}
