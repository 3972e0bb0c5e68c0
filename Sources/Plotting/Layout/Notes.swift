/// A text inside a panel with the place found for it.
struct PlacedNote {
  var block: TextBlock
  var bounds: Rect
  /// Where and how the block is drawn.
  var point: Point
  var angle: Double
  var color: Color
  /// Whether it lies on data for want of room, and so needs a ground of its own.
  var coversData: Bool
}

/// Finds places for labels of lines, regions and points: of several candidates the one that covers
/// least. Each placed label is an obstacle for those after it.
struct NotePlacer {
  let plot: PlotArea
  let canvas: Canvas
  let theme: Theme
  private(set) var obstacles: Obstacles
  private(set) var notes: [PlacedNote] = []

  init(plot: PlotArea, obstacles: Obstacles, canvas: Canvas, theme: Theme) {
    self.plot = plot
    self.obstacles = obstacles
    self.canvas = canvas
    self.theme = theme
  }

  /// Places all labels of a panel.
  mutating func place(_ panel: Panel, styles: StyleBook) {
    for reference in panel.references {
      guard let label = reference.label, !label.isEmpty else { continue }
      let block = set(label)
      place(
        block, reference.color?.forText ?? theme.quietInk, in: candidates(for: reference, block))
    }
    for mark in panel.marks {
      switch mark.content {
      case .scatter(let x, let y, let labels?):
        let color = styles.style(of: mark).color.forText
        // The ends first: what is between them can be guessed where there is no room for it.
        let inner = x.indices.dropFirst().dropLast()
        let order = x.count > 1 ? [0, x.count - 1] + inner : Array(x.indices)
        for index in order where !labels[index].isEmpty {
          let block = set(labels[index])
          let bar = panel.interval(named: mark.name, at: x[index]).map { lower, upper in
            [plot.point(x[index], upper), plot.point(x[index], lower)]
          }
          let isOptional = bar != nil && inner.contains(index)
          let point = plot.point(x[index], y[index])
          place(
            block, color, in: beyond(bar ?? [], block) + around(point, block, isNear: isOptional),
            lineWeight: 0.1, isOptional: isOptional)
        }
      default: break
      }
    }
  }

  private func set(_ label: String) -> TextBlock {
    TextBlock(
      label, font: Font(size: theme.noteSize), limit: plot.frame.width * 0.8, canvas: canvas)
  }

  /// Places a label where it covers least.
  ///
  /// - Parameters:
  ///   - lineWeight: how much reference lines count that the label crosses.
  ///   - isOptional: whether the label is left out where it would cover data.
  private mutating func place(
    _ block: TextBlock, _ color: Color, in candidates: [Candidate], lineWeight: Double = 1,
    isOptional: Bool = false
  ) {
    var best: (candidate: Candidate, cost: Obstacles.Cost)?
    for (rank, candidate) in candidates.enumerated() {
      var cost = obstacles.cost(of: candidate.bounds.inset(by: -1))
      if !plot.frame.contains(candidate.bounds, tolerance: 0.5) { cost.data += 200 }
      // Earlier candidates are nicer; a later one must be clearly better.
      cost.lines = cost.lines * lineWeight + Double(rank) * 0.5
      if best.map({ cost < $0.cost }) ?? true { best = (candidate, cost) }
    }
    guard let (candidate, cost) = best, !isOptional || cost.data == 0 else { return }
    obstacles.add(.text(candidate.bounds))
    notes.append(
      PlacedNote(
        block: block, bounds: candidate.bounds, point: candidate.point, angle: candidate.angle,
        color: color, coversData: cost.data > 0))
  }

  /// A place to try: the bounds, and where the block's left top corner goes.
  private struct Candidate {
    var bounds: Rect
    var point: Point
    var angle = 0.0
  }

  private func upright(_ block: TextBlock, minX: Double, minY: Double) -> Candidate {
    Candidate(
      bounds: Rect(minX: minX, minY: minY, width: block.width, height: block.fullHeight),
      point: Point(x: minX, y: minY))
  }

  /// Reading upward: the block's left top corner is at the lower left of the bounds.
  private func turned(_ block: TextBlock, minX: Double, minY: Double) -> Candidate {
    Candidate(
      bounds: Rect(minX: minX, minY: minY, width: block.fullHeight, height: block.width),
      point: Point(x: minX, y: minY + block.width), angle: -.pi / 2)
  }

  private func centered(_ block: TextBlock, at point: Point) -> Candidate {
    upright(block, minX: point.x - block.width / 2, minY: point.y - block.height / 2)
  }

  private func candidates(for reference: Reference, _ block: TextBlock) -> [Candidate] {
    let frame = plot.frame
    let gap = 3.0
    if let region = reference.region(in: plot) {
      let middle = min(
        max(region.midX - block.width / 2, frame.minX + gap), frame.maxX - gap - block.width)
      let places = [frame.minY + gap, frame.maxY - gap - block.fullHeight]
      if case .columns = reference.kind, region.width < block.width + 2 * gap {
        return [0.02, 0.25, 0.5, 0.75, 0.98].flatMap { share -> [Candidate] in
          let y = frame.minY + gap + share * (frame.height - block.fullHeight - 2 * gap)
          return [region.maxX + 2, region.minX - 2 - block.width].map {
            upright(block, minX: $0, minY: y)
          }
        }
      }
      return places.map { upright(block, minX: middle, minY: $0) }
    }
    guard let (start, end) = reference.line(in: plot) else { return [] }
    if start.x == end.x {
      let tops = [0.02, 0.98, 0.25, 0.5, 0.75]
      let besides = tops.flatMap { share -> [Candidate] in
        let y = frame.minY + gap + share * (frame.height - block.fullHeight - 2 * gap)
        return [start.x + gap, start.x - gap - block.width].map {
          upright(block, minX: $0, minY: y)
        }
      }
      let along = tops.flatMap { share -> [Candidate] in
        let y = frame.minY + gap + share * (frame.height - block.width - 2 * gap)
        return [start.x + gap, start.x - gap - block.fullHeight].map {
          turned(block, minX: $0, minY: y)
        }
      }
      return besides + along
    }
    return [1.0, 0, 0.5, 0.75, 0.25].flatMap { share -> [Candidate] in
      let x = frame.minX + gap + share * (frame.width - block.width - 2 * gap)
      return [start.y - 2 - block.fullHeight, start.y + 2.5].map {
        upright(block, minX: x, minY: $0)
      }
    }
  }

  /// Places above and below an error bar, where its point is not mistaken for a neighbour.
  private func beyond(_ ends: [Point], _ block: TextBlock) -> [Candidate] {
    zip(ends, [-1.0, 1]).map { end, down in
      centered(block, at: Point(x: end.x, y: end.y + down * (3 + block.height / 2)))
    }
  }

  /// Places around a point, near ones first, and no others if only those are wanted.
  private func around(_ point: Point, _ block: TextBlock, isNear: Bool) -> [Candidate] {
    let directions: [(Double, Double)] = [
      (1, 0), (0, -1), (-1, 0), (0, 1), (0.9, -0.7), (-0.9, -0.7), (0.9, 0.7), (-0.9, 0.7),
      (1, -1), (-1, -1), (1, 1), (-1, 1),
    ]
    return [theme.markerSize * 0.9, theme.markerSize * 2].prefix(isNear ? 1 : 2).flatMap { gap in
      directions.map { across, down in
        let center = Point(
          x: point.x + across * (gap + block.width / 2),
          y: point.y + down * (gap * 0.8 + block.height / 2))
        return centered(block, at: center)
      }
    }
  }
}

extension Panel {
  /// The error bar of a series at a position.
  fileprivate func interval(named name: String, at x: Double) -> (lower: Double, upper: Double)? {
    for mark in marks where mark.name == name {
      guard case .errorBars(let places, let lower, let upper) = mark.content,
        let index = places.firstIndex(of: x)
      else { continue }
      return (lower[index], upper[index])
    }
    return nil
  }
}
