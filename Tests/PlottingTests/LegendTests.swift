import Foundation
import Plotting
import Testing

/// A curve for tests of placement, sampled finely between its points.
private struct Curve {
  var name: String
  var x: [Double]
  var y: [Double]

  func places(in panel: FigureLayout.PanelLayout) -> [Point] {
    let corners = zip(x, y).map { panel.point(x: $0, y: $1) }
    return zip(corners, corners.dropFirst()).flatMap { start, end in
      (0...50).map { step in
        let share = Double(step) / 50
        return Point(
          x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y))
      }
    }
  }
}

@Suite struct LegendTests {
  private func figure(_ curves: [Curve], references: [Reference] = []) -> Figure {
    Figure(
      panels: [
        Panel(
          x: .linear("x", domain: 0...10), y: .probability("y"),
          marks: curves.map { .line($0.name, x: $0.x, y: $0.y) }, references: references)
      ])
  }

  @Test func neverCoversData() throws {
    var stream = TestStream(11)
    var (inside, outside) = (0, 0)
    for round in 0..<120 {
      let curves = (0..<(1 + round % 5)).map { index in
        let level = Double.random(in: 0...1, using: &stream)
        let slope = Double.random(in: -0.1...0.1, using: &stream)
        let x = (0...10).map { Double($0) }
        return Curve(
          name: "series \(index)", x: x, y: x.map { min(1, max(0, level + slope * $0)) })
      }
      let layout = try figure(curves).layout()
      let panel = layout.panels[0]
      if let legend = panel.legend {
        inside += 1
        #expect(panel.frame.contains(legend))
        for curve in curves {
          #expect(!curve.places(in: panel).contains { legend.contains($0) }, "round \(round)")
        }
        #expect(layout.legend == nil, "there are two legends")
      } else {
        outside += 1
        let legend = try #require(layout.legend)
        #expect(!panel.frame.overlaps(legend))
        #expect(legend.minX >= 0 && legend.maxX <= layout.size.width)
        #expect(legend.minY >= 0 && legend.maxY <= layout.size.height)
      }
    }
    #expect(
      inside > 20 && outside > 5, "both cases must occur: \(inside) inside, \(outside) outside")
  }

  @Test func neverCoversAReferenceLine() throws {
    // Two corners are free of data, and a line runs through each.
    let falling = Curve(name: "falling", x: [0, 10], y: [0.95, 0.05])
    let lines = [Reference.vertical(at: 9), .vertical(at: 1)]
    let layout = try figure([falling], references: lines).layout()
    let panel = layout.panels[0]
    let legend = try #require(panel.legend ?? layout.legend)
    for place in [1.0, 9] {
      let x = panel.point(x: place, y: 0).x
      #expect(
        legend.minX > x || legend.maxX < x || !panel.frame.overlaps(legend),
        "the line at \(place) is covered")
    }
    // With lines everywhere there is no room inside.
    let crowded = try figure([falling], references: (1...9).map { .vertical(at: Double($0)) })
      .layout()
    #expect(crowded.panels[0].legend == nil && crowded.legend != nil)
  }

  @Test func prefersAFreeCorner() throws {
    let falling = Curve(name: "falling", x: [0, 10], y: [0.95, 0.05])
    let panel = try figure([falling]).layout().panels[0]
    let legend = try #require(panel.legend)
    #expect(legend.minX > panel.frame.midX && legend.maxY < panel.frame.midY, "upper right is free")
    let rising = Curve(name: "rising", x: [0, 10], y: [0.05, 0.95])
    let other = try figure([rising]).layout().panels[0]
    let place = try #require(other.legend)
    #expect(
      (place.minX > other.frame.midX) != (place.maxY < other.frame.midY),
      "lower right and upper left are free")
  }

  @Test func aScribbleLeavesNoRoomInside() throws {
    let x = (0...400).map { Double($0) / 40 }
    let scribble = Curve(name: "all over", x: x, y: x.indices.map { $0.isMultiple(of: 2) ? 0 : 1 })
    let layout = try figure([scribble]).layout()
    #expect(layout.panels[0].legend == nil)
    let legend = try #require(layout.legend)
    #expect(legend.minX > layout.panels[0].frame.maxX, "there is room on the right")
  }

  @Test func bandsAndLabelsAreKeptClearToo() throws {
    let x = [0.0, 10]
    var sample = figure(
      [Curve(name: "mean", x: x, y: [0.5, 0.5])],
      references: [.vertical(at: 5, label: "training length"), .horizontal(at: 0.9, label: "goal")])
    sample.panels[0].marks.insert(
      .band("mean", x: x, lower: [0.45, 0.45], upper: [0.8, 0.8]), at: 0)
    let panel = try sample.layout().panels[0]
    let legend = try #require(panel.legend)
    let band = (panel.point(x: 0, y: 0.8).y, panel.point(x: 0, y: 0.45).y)
    #expect(legend.maxY <= band.0 || legend.minY >= band.1, "the legend lies on the band")
    #expect(panel.notes.count == 2)
    for note in panel.notes {
      #expect(!note.overlaps(legend) && panel.frame.contains(note))
      #expect(note.maxY <= band.0 || note.minY >= band.1, "a label lies on the band")
    }
    #expect(!panel.notes[0].overlaps(panel.notes[1]))
  }

  @Test func pointLabelsDoNotOverlap() throws {
    let x = (0..<8).map { Double($0) }
    let figure = Figure(
      panels: [
        Panel(
          x: .linear("x"), y: .linear("y"),
          marks: [
            .scatter("a", x: x, y: x.map { $0 * $0 }, labels: x.map { "point \(Int($0))" })
          ])
      ], legend: .none)
    let panel = try figure.layout().panels[0]
    #expect(panel.notes.count == 8)
    for (index, note) in panel.notes.enumerated() {
      let point = panel.point(x: x[index], y: x[index] * x[index])
      #expect(!note.contains(point), "label \(index) covers its point")
      #expect(!panel.notes[..<index].contains { $0.overlaps(note) })
    }
  }

  @Test func oneLegendServesPanelsWithTheSameSeries() throws {
    let layout = try sampleCurve().figure.layout()
    #expect(layout.panels.compactMap(\.legend).count == 1)
    #expect(layout.legend == nil)
  }

  @Test(arguments: [LegendPosition.automatic, .below])
  func longNamesAreBrokenIntoLines(position: LegendPosition) throws {
    let name = Array(repeating: "a long name", count: 12).joined(separator: " ")
    var sample = figure([Curve(name: name, x: [0, 10], y: [1, 0])])
    sample.legend = position
    let layout = try sample.layout()
    let legend = try #require(layout.legend ?? layout.panels[0].legend)
    #expect(legend.minX >= 0 && legend.maxX <= layout.size.width)
    #expect(legend.height > 20)
  }

  @Test func standsWhereItIsToldTo() throws {
    var sample = figure([Curve(name: "a", x: [0, 10], y: [1, 0])])
    sample.legend = .none
    #expect(try sample.layout().legend == nil && sample.layout().panels[0].legend == nil)
    let height = try sample.layout().size.height
    sample.legend = .below
    let below = try sample.layout()
    #expect(try #require(below.legend).minY > below.panels[0].frame.maxY)
    #expect(below.size.height > height, "the page grows by the legend")
    sample.legend = .right
    let right = try sample.layout()
    #expect(try #require(right.legend).minX > right.panels[0].frame.maxX)
    #expect(right.size.height == height)
  }
}
