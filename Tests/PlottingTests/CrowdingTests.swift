import Foundation
import Plotting
import Testing

/// What lies upon each other, stands alone or is too long for its place.
@Suite struct CrowdingTests {
  private func image(_ figure: Figure) throws -> Image {
    try #require(Image(try figure.render(.png)))
  }

  /// The colour at the place of a pair of values.
  private func color(_ figure: Figure, x: Double, y: Double) throws -> UInt32 {
    let place = try figure.layout().panels[0].point(x: x, y: y)
    return try image(figure)[Int(place.x * 300 / 72), Int(place.y * 300 / 72)]
  }

  @Test func coincidentMarkersAllShow() throws {
    func figure(_ second: [Double]) -> Figure {
      Figure(
        panels: [
          Panel(
            x: .linear("x"), y: .probability("y"),
            marks: [
              .line("thinking", x: [1, 2, 3], y: [0.5, 0.5, 0.5]),
              .line("qTTT", x: [1, 2, 3], y: second),
            ])
        ], legend: .none)
    }
    let blue: UInt32 = 0x0072B2
    // Of the hidden line and its markers a part of each marker remains: some 200 pixels in all.
    #expect(try image(figure([0.5, 0.5, 0.5])).count(blue) > 100)
    // Markers apart stay where they belong.
    #expect(try color(figure([0.9, 0.9, 0.9]), x: 2, y: 0.5) == blue)
    #expect(try color(figure([0.9, 0.9, 0.9]), x: 2, y: 0.9) == 0xD55E00)
  }

  @Test func labelsStandAtTheEndsOfErrorBarsOrAreLeftOut() throws {
    func notes(_ x: [Double]) throws -> (notes: [Rect], panel: FigureLayout.PanelLayout) {
      let y = x.map { _ in 0.5 }
      let panel = Panel(
        x: .linear("x", domain: 0...10), y: .probability("y"),
        marks: [
          .errorBars("a", x: x, lower: x.map { _ in 0.4 }, upper: x.map { _ in 0.6 }),
          .scatter("a", x: x, y: y, labels: x.map { "\(Int($0 * 100))" }),
        ])
      let layout = try Figure(panels: [panel], legend: .none).layout().panels[0]
      return (layout.notes, layout)
    }
    let (few, panel) = try notes([2, 5, 8])
    #expect(few.count == 3)
    for (note, x) in zip(few, [2.0, 8, 5]) {
      let end = panel.point(x: x, y: 0.6)
      #expect(abs(note.midX - end.x) < 0.5 && note.maxY <= end.y && note.maxY > end.y - 5)
    }
    // Too many for the room: the first and the last are there, and none upon another.
    let (many, _) = try notes((0..<60).map { 2 + Double($0) / 10 })
    #expect(many.count >= 2 && many.count < 60)
    for (number, note) in many.enumerated() {
      #expect(!many.dropFirst(number + 1).contains { note.overlaps($0) })
    }
  }

  @Test func oneLengthHasBarsInThePlaceOfBands() throws {
    func panels(_ intervals: [(String, Double, Double, Double)]) -> Figure {
      var figure = LengthPanels(
        [
          .init(
            series: intervals.map { name, mean, lower, upper in
              LengthSeries(
                name, lengths: [640], means: [mean], intervals: ([lower], [upper]))
            }, y: .probability("Accuracy"))
        ]).figure
      figure.legend = .none
      figure.styles.add(
        ["qTTT"], SeriesStyle(color: Palette.vermilion, marker: .diamond, dash: .solid))
      return figure
    }
    let one = panels([("qTTT", 0.5, 0.2, 0.8)])
    #expect(try one.layout().panels[0].xTicks.map(\.label) == ["640"])
    #expect(try color(one, x: 640, y: 0.7) == 0xD55E00)
    // Intervals that overlap stand side by side.
    let two = panels([("thinking", 0.5, 0.2, 0.8), ("qTTT", 0.55, 0.25, 0.85)])
    #expect(try image(two).count(0x0072B2) > 500 && image(two).count(0xD55E00) > 500)
    #expect(try color(two, x: 640, y: 0.7) == 0xFFFFFF)
    // An interval without height would be a dash of its own.
    var bare = panels([("qTTT", 0.5, 0.5, 0.5)])
    let dashed = try image(bare).count(0xD55E00)
    bare.panels[0].marks.removeFirst()
    #expect(try image(bare).count(0xD55E00) == dashed)
  }

  @Test func amountsOfOneMethodLookDifferent() throws {
    var figure = Figure(
      panels: [
        Panel(
          x: .linear("x"), y: .probability("y"),
          marks: [
            .line("qTTT, $N$ = 8", x: [1, 2, 3], y: [0.2, 0.2, 0.2]),
            .line("qTTT, $N$ = 32", x: [1, 2, 3], y: [0.8, 0.8, 0.8]),
          ])
      ], legend: .none)
    figure.styles.add(
      ["qTTT"], SeriesStyle(color: Palette.vermilion, marker: .diamond, dash: .solid))
    #expect(try color(figure, x: 2, y: 0.2) == 0xD55E00)
    let second = try color(figure, x: 2, y: 0.8)
    let (red, green, blue) = (second >> 16, second >> 8 & 0xff, second & 0xff)
    #expect(second != 0xD55E00 && red > green + 40 && green > blue, "a shade of the same colour")
    let ordered = (0..<5).map { SeriesStyle.ordered($0, of: 5).color.lightness }
    #expect(ordered == ordered.sorted() && Set(ordered).count == 5 && ordered[4] < 0.85)
  }

  @Test func aTitleWithoutSpacesStaysOnThePage() throws {
    var figure = figure(.line("a", x: [1, 2], y: [1, 2]))
    let height = try figure.layout().size.height
    figure.title = String(repeating: "Dilution", count: 30)
    figure.caption = String(repeating: "caption", count: 60)
    #expect(try figure.layout().size.height > height + 40)
    let image = try image(figure)
    for y in 0..<image.height {
      for x in (image.width - 8)..<image.width where image[x, y] != 0xFFFFFF {
        Issue.record("ink at the right border, \(x), \(y)")
        return
      }
    }
  }

  @Test func heatmapsFillTheirRowsEvenly() throws {
    var maker = HeatmapFigure(
      (0..<4).map { .init(title: "\($0)", rows: [[Double($0), 1]]) }, rows: ["a"],
      columns: ["b", "c"], rowLabel: "r", columnLabel: "c", valueLabel: "v")
    maker.panelColumns = 3
    let frames = try maker.figure.layout().panels.map(\.frame)
    #expect(frames[0].minX == frames[2].minX && frames[1].minX == frames[3].minX)
    #expect(frames[0].minY < frames[2].minY)
  }
}
