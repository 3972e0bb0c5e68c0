import Foundation
import Plotting
import Testing

@Suite struct FigureMakerTests {
  @Test func theDilutionCurveHasOnePanelForEachMean() throws {
    var curve = sampleCurve()
    #expect(curve.figure.panels.compactMap(\.title) == ["Best head", "Mean over layers and heads"])
    #expect(curve.figure.size == .page)
    let layout = try curve.figure.layout()
    #expect(layout.panels[0].y.value(at: 0) < 0.01 && layout.panels[0].y.value(at: 1) > 0.99)
    #expect(layout.panels[1].y.value(at: 1) < 0.5, "the small mean has a range of its own")
    for panel in layout.panels {
      #expect(panel.xTicks.compactMap(\.label) == ["160", "320", "640", "1280", "2560"])
      #expect(panel.notes.count == 1, "the training length is labelled")
    }
    curve.layerHeadMean = []
    #expect(curve.figure.panels.count == 1 && curve.figure.size == .column)
    curve.bestHead = []
    #expect(throws: PlottingError.noPanels) { try curve.figure.layout() }
  }

  @Test func curvesInPanelsMarkLevelsAndTraining() throws {
    let series = sampleCurve().bestHead
    let part = LengthPanels.Part(
      title: "short", series: series, y: .probability("Accuracy"),
      references: [.horizontal(at: 0.03, label: "chance")])
    var maker = LengthPanels([part], trainingLength: 160)
    #expect(maker.figure.panels[0].y.label == "Accuracy" && maker.figure.title == "short")
    #expect(try maker.figure.layout().panels[0].notes.count == 2)
    maker.parts = Array(repeating: part, count: 4)
    maker.sharesY = true
    let layout = try maker.figure.layout()
    #expect(layout.panels[0].frame.minX == layout.panels[2].frame.minX)
    #expect(maker.figure.title == nil && maker.figure.panels[3].title == "short")
    maker.columns = 4
    #expect(Set(try maker.figure.layout().panels.map(\.frame.minY)).count == 1)
    maker.parts = [.init(series: [], y: .probability("Accuracy"))]
    #expect(throws: PlottingError.emptyPanel(number: 1)) { try maker.figure.layout() }
  }

  @Test func heatmapsShareOneColourScaleAndTheirAxes() throws {
    var maker = HeatmapFigure(
      [
        .init(title: "before", rows: [[0, 1], [2, 3]]),
        .init(title: "after", rows: [[4, 5], [6, 7]]),
      ],
      rows: ["0", "1"], columns: ["0", "1"], rowLabel: "Layer", columnLabel: "Head",
      valueLabel: "Mass")
    let layout = try maker.figure.layout()
    #expect(layout.panels[0].frame.width == layout.panels[1].frame.width)
    #expect(layout.panels[0].frame.minY == layout.panels[1].frame.minY)
    #expect(layout.panels[0].point(x: 0, y: 0).y < layout.panels[0].point(x: 0, y: 1).y)
    maker.rowsGoUp = true
    let upward = try maker.figure.layout().panels[0]
    #expect(upward.point(x: 0, y: 0).y > upward.point(x: 0, y: 1).y)
    maker.grids[1].rows[0][0] = .nan
    #expect(throws: PlottingError.notFinite(series: "Mass", column: "row 0", index: 0)) {
      try maker.figure.layout()
    }
    maker.allowsGaps = true
    #expect(try maker.figure.render(.pdf).count > 1000)
  }

  @Test func theFrontierIsTheBestOfEachBudget() throws {
    let maker = FrontierFigure([
      .init(series: [
        .init("qTTT", flops: [1e9, 4e9], accuracies: [0.3, 0.6], labels: ["8", "32"]),
        .init("thinking", flops: [2e9, 8e9], accuracies: [0.2, 0.7]),
      ])
    ])
    let panel = maker.figure.panels[0]
    #expect(panel.marks.map(\.name) == ["frontier", "qTTT", "qTTT", "thinking"])
    // The frontier skips the dominated point at 2e9: its colour is not found there.
    let layout = try maker.figure.layout().panels[0]
    let image = try #require(Image(try maker.figure.render(.png)))
    func isPale(_ flops: Double, _ accuracy: Double) -> Bool {
      let place = layout.point(x: flops, y: accuracy)
      return image[Int(place.x * 300 / 72), Int(place.y * 300 / 72)] == 0xd9d9d9
    }
    #expect(isPale(1.6e9, 0.3) && isPale(3e9, 0.3) && isPale(4e9, 0.4) && isPale(6e9, 0.6))
    #expect(!isPale(2e9, 0.25) && !isPale(3e9, 0.2) && !isPale(5e9, 0.5))
  }

  @Test func theProfileSaysTheTargetMass() throws {
    var attention = Array(repeating: 0.001, count: 500)
    for position in 100..<105 { attention[position] = 0.1 }
    let maker = PositionProfile(
      [.init("in-context", attention: attention), .init("after qTTT", attention: attention)],
      gold: [100..<105, 490..<510])
    // 5 × 0.1 + 10 × 0.001: positions beyond the context count for nothing.
    #expect(
      maker.figure.panels.map(\.title) == [
        "in-context: target mass 0.510", "after qTTT: target mass 0.510",
      ])
    let layout = try maker.figure.layout()
    #expect(layout.panels.count == 2 && layout.panels.allSatisfy { $0.notes.count == 2 })
    #expect(layout.panels[0].frame.minX == layout.panels[1].frame.minX, "positions are aligned")
    var logarithmic = maker
    logarithmic.hasLogarithmicAttention = true
    logarithmic.rows[0].attention[7] = 0
    #expect(try logarithmic.figure.layout().panels[0].y.domain == 1e-6...1)
    var broken = maker
    broken.rows[1].attention[3] = .nan
    #expect(throws: PlottingError.self) { try broken.figure.layout() }
    #expect(throws: PlottingError.self) {
      try PositionProfile([.init("a", attention: [])], gold: []).figure.layout()
    }
  }

  @Test func barsStandOnZeroBesideOrUponEachOther() throws {
    var maker = GroupedBars(
      [
        .init("prefill", values: [3, 5], intervals: ([2, 4], [4, 6])),
        .init("adapt", values: [1, 4]),
      ], groups: ["1K", "2K"], groupLabel: "$T$", valueAxis: .linear("Time (s)"))
    let grouped = try maker.figure.layout().panels[0]
    #expect(grouped.y.domain.lowerBound == 0)
    #expect(grouped.y.domain.upperBound < 7)
    maker.arrangement = .stacked
    #expect(try maker.figure.layout().panels[0].y.domain.upperBound > 9, "5 + 4 must fit")
    maker.series[0].values[0] = -1
    maker.series[0].intervals = nil
    maker.arrangement = .grouped
    #expect(try maker.figure.layout().panels[0].y.domain.lowerBound < -1)
    maker.series[0].values[0] = .nan
    maker.allowsGaps = true
    #expect(try maker.figure.layout().panels.count == 1)
  }

  @Test func panelsOfAGridAreAligned() throws {
    let curve = Mark.line("a", x: [1, 2], y: [1, 20_000])
    let small = Mark.line("a", x: [1, 2], y: [0.1, 0.2])
    let panels = [curve, small, small, curve].map {
      Panel(x: .linear("x"), y: .linear("y"), marks: [$0])
    }
    var figure = Figure(size: .inches(7, 5), panels: panels, columns: 2)
    var frames = try figure.layout().panels.map(\.frame)
    #expect(frames[0].minX == frames[2].minX && frames[1].minX == frames[3].minX)
    #expect(frames[0].minY == frames[1].minY && frames[2].minY == frames[3].minY)
    #expect(Set(frames.map(\.width)).count == 1 && Set(frames.map(\.height)).count == 1)
    #expect(frames[0].maxX < frames[1].minX && frames[0].maxY < frames[2].minY)

    figure.sharesY = true
    let shared = try figure.layout().panels
    #expect(shared[0].y == shared[1].y && shared[2].y == shared[3].y)
    frames = shared.map(\.frame)
    #expect(frames[0].width > 0 && frames[1].minX - frames[0].maxX < 24, "inner labels are gone")
  }

  @Test func panelsOfDifferentQuantitiesDoNotShareAScale() throws {
    let panels = [
      Panel(x: .linear("x"), y: .linear("loss"), marks: [.line("a", x: [1, 2], y: [-1, 2])]),
      Panel(x: .linear("x"), y: .log10("time"), marks: [.line("a", x: [1, 2], y: [1, 200])]),
    ]
    let layout = try Figure(size: .page, panels: panels, sharesY: true).layout()
    #expect(layout.panels[0].y.kind == .linear && layout.panels[1].y.kind == .log10)
    #expect(layout.panels[0].y.domain != layout.panels[1].y.domain)
  }
}
