// Data may lie far outside an axis that the caller has fixed. Cairo keeps coordinates in 24.8 fixed
// point and would wrap around, so shapes are cut to the frame in Double before they are drawn.

/// The part of a segment inside a rectangle (Liang and Barsky, 1984), or nil when there is none.
func clipped(_ start: Point, _ end: Point, to rect: Rect) -> (Point, Point)? {
  let run = end.x - start.x
  let rise = end.y - start.y
  var enter = 0.0
  var leave = 1.0
  let limits = [
    (-run, start.x - rect.minX), (run, rect.maxX - start.x),
    (-rise, start.y - rect.minY), (rise, rect.maxY - start.y),
  ]
  for (speed, room) in limits {
    if speed == 0 {
      if room < 0 { return nil }
    } else if speed < 0 {
      enter = max(enter, room / speed)
    } else {
      leave = min(leave, room / speed)
    }
  }
  guard enter <= leave else { return nil }
  // The ends are returned untouched where they lie inside, so that neighbouring pieces still join.
  let from = enter == 0 ? start : Point(x: start.x + enter * run, y: start.y + enter * rise)
  let to = leave == 1 ? end : Point(x: start.x + leave * run, y: start.y + leave * rise)
  return (from, to)
}

/// The pieces of a polyline inside a rectangle, each a chain of points.
func clipped(polyline points: [Point], to rect: Rect) -> [[Point]] {
  var pieces: [[Point]] = []
  for (start, end) in zip(points, points.dropFirst()) {
    guard let (from, to) = clipped(start, end, to: rect) else { continue }
    if let last = pieces.last?.last, last == from, from == start {
      pieces[pieces.count - 1].append(to)
    } else {
      pieces.append([from, to])
    }
  }
  return pieces
}

/// The part of a polygon inside a rectangle (Sutherland and Hodgman, 1974); empty when outside.
func clipped(polygon points: [Point], to rect: Rect) -> [Point] {
  var result = points
  let edges: [(Point) -> Double] = [
    { $0.x - rect.minX }, { rect.maxX - $0.x }, { $0.y - rect.minY }, { rect.maxY - $0.y },
  ]
  for distance in edges {
    guard var previous = result.last else { return [] }
    var kept: [Point] = []
    for point in result {
      let (before, after) = (distance(previous), distance(point))
      if (before < 0) != (after < 0) {
        let share = before / (before - after)
        kept.append(
          Point(
            x: previous.x + share * (point.x - previous.x),
            y: previous.y + share * (point.y - previous.y)))
      }
      if after >= 0 { kept.append(point) }
      previous = point
    }
    result = kept
  }
  return result
}

/// The area of a simple polygon, in square points.
func area(polygon points: [Point]) -> Double {
  guard var previous = points.last else { return 0 }
  var doubled = 0.0
  for point in points {
    doubled += previous.x * point.y - point.x * previous.y
    previous = point
  }
  return abs(doubled) / 2
}

/// The distance of two positions, in points.
func distance(_ first: Point, _ second: Point) -> Double {
  let (across, down) = (first.x - second.x, first.y - second.y)
  return (across * across + down * down).squareRoot()
}
