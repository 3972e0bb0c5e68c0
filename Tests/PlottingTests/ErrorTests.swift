import Foundation
import Plotting
import TestTags
import Testing

@Suite(.tags(.slow)) struct ErrorTests {
  /// Expects a figure to be refused with this error.
  private func expect(
    _ error: PlottingError, from figure: Figure, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try figure.render(.svg) }
    #expect(throws: error, sourceLocation: sourceLocation) { try figure.layout() }
    #expect(
      !error.description.isEmpty && !error.description.contains("\n")
        && !error.description.hasSuffix("."), sourceLocation: sourceLocation)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func valuesThatAreNotFiniteAreNamed(value: Double) {
    expect(
      .notFinite(series: "qTTT", column: "y", index: 1),
      from: figure(.line("qTTT", x: [1, 2, 3], y: [1, value, 3])))
    expect(
      .notFinite(series: "qTTT", column: "x", index: 2),
      from: figure(.scatter("qTTT", x: [1, 2, value], y: [1, 2, 3])))
    expect(
      .notFinite(series: "qTTT", column: "upper", index: 0),
      from: figure(.band("qTTT", x: [1], lower: [1], upper: [value])))
    expect(
      .notFinite(series: "mass", column: "row 1", index: 0),
      from: figure(
        x: .categories("x", ["a"]), y: .categories("y", ["b", "c"]),
        .heatmap(Heatmap(rows: [[1], [value]], label: "mass"))))
    expect(
      .notFinite(series: "limit", column: "x", index: 0),
      from: Figure(
        panels: [
          Panel(
            x: .linear("x"), y: .linear("y"), marks: [.line("a", x: [1], y: [1])],
            references: [.vertical(at: value, label: "limit")])
        ]))
  }

  @Test func gapsAreAllowedWhereAskedFor() throws {
    _ = try figure(.line("a", x: [1, 2, 3], y: [1, .nan, 3], allowsGaps: true)).layout()
    expect(
      .notFinite(series: "a", column: "y", index: 1),
      from: figure(.line("a", x: [1, 2], y: [1, .infinity], allowsGaps: true)))
    expect(
      .notFinite(series: "a", column: "x", index: 1),
      from: figure(.line("a", x: [1, .nan], y: [1, 2], allowsGaps: true)))
    expect(
      .emptySeries("a"), from: figure(.line("a", x: [1], y: [.nan], allowsGaps: true)))
  }

  @Test func emptyThingsAreRefused() {
    expect(.noPanels, from: Figure(panels: []))
    let good = Panel(x: .linear("x"), y: .linear("y"), marks: [.line("a", x: [1], y: [1])])
    let bare = Panel(x: .linear("x"), y: .linear("y"), marks: [])
    expect(.emptyPanel(number: 2), from: Figure(panels: [good, bare]))
    expect(.emptySeries("a"), from: figure(.line("a", x: [], y: [])))
    expect(.emptySeries("a"), from: figure(.errorBars("a", x: [], lower: [], upper: [])))
  }

  @Test func columnsOfDifferentLengthsAreNamed() {
    expect(
      .mismatchedLengths(series: "a", first: "x", 2, second: "y", 1),
      from: figure(.line("a", x: [1, 2], y: [1])))
    expect(
      .mismatchedLengths(series: "a", first: "x", 1, second: "labels", 2),
      from: figure(.scatter("a", x: [1], y: [1], labels: ["p", "q"])))
    expect(
      .mismatchedLengths(series: "a", first: "values", 1, second: "the names of the x axis", 2),
      from: figure(x: .categories("x", ["p", "q"]), .bars("a", values: [1])))
    let names = Axis.categories("n", ["p", "q"])
    expect(
      .mismatchedLengths(series: "m", first: "row 0", 2, second: "row 1", 1),
      from: figure(x: names, y: names, .heatmap(Heatmap(rows: [[1, 2], [1]], label: "m"))))
    expect(
      .mismatchedLengths(series: "m", first: "its rows", 1, second: "the names of the y axis", 2),
      from: figure(x: names, y: names, .heatmap(Heatmap(rows: [[1, 2]], label: "m"))))
  }

  @Test(arguments: [0.0, -1, 5e-324])
  func logarithmicAxesNeedPositiveValues(value: Double) {
    expect(
      .notPositive(series: "a", axis: "y", index: 1, value: value),
      from: figure(y: .log10("y"), .line("a", x: [1, 2], y: [1, value])))
    expect(
      .notPositive(series: "a", axis: "x", index: 0, value: value),
      from: figure(x: .log2("x"), .line("a", x: [value, 2], y: [1, 1])))
  }

  @Test func impossibleRangesAreRefused() {
    expect(
      .invertedInterval(series: "a", index: 1, lower: 3, upper: 2),
      from: figure(.band("a", x: [1, 2], lower: [1, 3], upper: [2, 2])))
    for domain in [1.0...1, -.infinity...1, 0...(.infinity), -1e200...1] {
      expect(
        .badDomain(axis: "y", lower: domain.lowerBound, upper: domain.upperBound),
        from: figure(y: .linear("y", domain: domain), .line("a", x: [1], y: [1])))
    }
    expect(
      .badDomain(axis: "x", lower: 0, upper: 1),
      from: figure(x: .log2("x", domain: 0...1), .line("a", x: [1], y: [1])))
    let names = Axis.categories("n", ["p"])
    expect(
      .badDomain(axis: "colour", lower: 2, upper: 2),
      from: figure(
        x: names, y: names, .heatmap(Heatmap(rows: [[1]], label: "m", range: 2...2))))
    expect(
      .tooLarge(series: "a", column: "y", index: 0, value: -1e100),
      from: figure(.line("a", x: [1], y: [-1e100])))
  }

  @Test func namesAreNeededForBars() {
    expect(.needsCategories(series: "a", axis: "x"), from: figure(.bars("a", values: [1])))
    expect(
      .noSuchCategory(series: "a", axis: "x", value: 2, count: 2),
      from: figure(x: .categories("x", ["p", "q"]), .line("a", x: [0, 2], y: [1, 1])))
  }

  @Test func impossibleSizesAreRefused() {
    let mark = Mark.line("a", x: [1, 2], y: [1, 2])
    for (width, height) in [(0.0, 100.0), (100, -1), (.nan, 100), (100, .infinity), (1e9, 100)] {
      let figure = figure(size: Size(width: width, height: height), mark)
      #expect(throws: PlottingError.self) { try figure.render(.svg) }
    }
    expect(.noRoom, from: figure(size: Size(width: 40, height: 40), mark))
    for density in [0.0, -300, .nan, .infinity, 1e6] {
      #expect(throws: PlottingError.self) { try figure(mark).render(.png, dotsPerInch: density) }
    }
    #expect(throws: PlottingError.tooManyPixels(100_000)) {
      try figure(size: .inches(50, 2), mark).render(.png, dotsPerInch: 2000)
    }
  }

  /// Odd but lawful figures: whatever comes out, nothing may trap.
  @Test func oddFiguresAreDrawnOrRefused() {
    var stream = TestStream(3)
    let names = [
      "in-context", "qTTT", "", "SC-99999999999999999999", "sc-0", "$", "$a_{b^{c_{d^e}}}$", "$\\",
      "a\nb", String(repeating: "word ", count: 60), "漢字🙂", "x_y\u{0}",
    ]
    var drawn = 0
    for round in 0..<150 {
      func value() -> Double {
        let size = round.isMultiple(of: 3) ? 90.0 : 5
        return pow(10, Double.random(in: -size...size, using: &stream))
      }
      func values(_ count: Int) -> [Double] { (0..<count).map { _ in value() } }
      func name() -> String { names[Int.random(in: 0..<names.count, using: &stream)] }
      let places = (0..<Int.random(in: 1..<30, using: &stream)).map { "name \($0)" }
      let axes: [Axis] = [.linear(name()), .log2(name()), .log10(name())]
      let x = axes[Int.random(in: 0..<3, using: &stream)]
      let y = axes[Int.random(in: 0..<3, using: &stream)]
      let count = Int.random(in: 1..<50, using: &stream)
      let low = values(count)
      let curves = Panel(
        title: name(), x: x, y: y,
        marks: [
          .line(name(), x: values(count), y: low), .stems(name(), x: values(count), y: low),
          .band(name(), x: values(count), lower: low, upper: low.map { $0 * 2 }),
          .scatter(name(), x: values(3), y: values(3), labels: [name(), name(), name()]),
        ],
        references: [
          .vertical(at: value(), label: name()), .horizontal(at: value(), label: name()),
          .shadedColumns(1...2, label: name()),
        ])
      let bars = Panel(
        x: .categories(name(), places), y: y,
        marks: [
          .bars(name(), values: values(places.count)), .bars("b", values: values(places.count)),
        ],
        bars: round.isMultiple(of: 2) ? .stacked : .grouped)
      let figure = Figure(
        size: .inches(
          Double.random(in: 1...9, using: &stream), Double.random(in: 1...9, using: &stream)),
        panels: Array([curves, bars, curves].prefix(1 + round % 3)), title: name(), caption: name(),
        sharesX: round.isMultiple(of: 5), sharesY: round.isMultiple(of: 7))
      do {
        _ = try figure.layout()
        drawn += 1
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(drawn > 75, "most of these figures can be drawn")
  }
}
