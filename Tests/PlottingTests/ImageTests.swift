import CCairo
import Foundation
import Plotting
import Testing

/// A decoded PNG.
struct Image {
  let width: Int
  let height: Int
  private let pixels: [UInt32]

  init?(_ png: Data) {
    final class Source {
      var rest: Data.SubSequence
      init(_ data: Data) { rest = data[...] }
    }
    let source = Source(png)
    let surface = cairo_image_surface_create_from_png_stream(
      { closure, pointer, count in
        guard let closure, let pointer else { return CAIRO_STATUS_READ_ERROR }
        let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
        guard source.rest.count >= Int(count) else { return CAIRO_STATUS_READ_ERROR }
        source.rest.prefix(Int(count)).copyBytes(to: pointer, count: Int(count))
        source.rest = source.rest.dropFirst(Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(source).toOpaque())
    defer { cairo_surface_destroy(surface) }
    guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let bytes = cairo_image_surface_get_data(surface)
    else { return nil }
    width = Int(cairo_image_surface_get_width(surface))
    height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    var pixels: [UInt32] = []
    for row in 0..<height {
      let line = UnsafeRawPointer(bytes + row * stride).assumingMemoryBound(to: UInt32.self)
      pixels += UnsafeBufferPointer(start: line, count: width).map { $0 & 0xff_ffff }
    }
    self.pixels = pixels
  }

  /// The colour of a pixel as 0xRRGGBB.
  subscript(x: Int, y: Int) -> UInt32 { pixels[y * width + x] }

  /// How many pixels have exactly this colour.
  func count(_ color: UInt32) -> Int { pixels.count { $0 == color } }
}

@Suite struct ImageTests {
  @Test(arguments: [72.0, 150, 300])
  func hasThePixelsOfItsSize(density: Double) throws {
    let figure = figure(.line("a", x: [1, 2, 3], y: [1, 4, 2]))
    let layout = try figure.layout()
    let data = try figure.render(.png, dotsPerInch: density)
    let image = try #require(Image(data))
    #expect(image.width == Int((3.5 * density).rounded()))
    #expect(image.height == Int((layout.size.height * density / 72).rounded()))

    // The density chunk lies behind the header: pixels per metre in both directions.
    let chunk = data[33...].prefix(21)
    #expect(chunk.dropFirst(4).prefix(4) == Data("pHYs".utf8))
    let perMetre = chunk.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    #expect(perMetre == Int((density / 0.0254).rounded()))
  }

  @Test func isWhiteAtItsEdgesAndNotBlank() throws {
    let image = try #require(Image(try sampleCurve().figure.render(.png)))
    for x in 0..<image.width {
      #expect(image[x, 0] == 0xff_ffff)
      #expect(image[x, image.height - 1] == 0xff_ffff, "the last row of pixels is not covered")
    }
    for y in 0..<image.height {
      #expect(image[0, y] == 0xff_ffff && image[image.width - 1, y] == 0xff_ffff)
    }
    #expect(image.count(0x1a1a1a) > 1000, "no ink of text and lines")
    #expect(image.count(0xd55e00) > 1000, "no vermilion of qTTT")
  }

  @Test func markersLieWhereTheLayoutSays() throws {
    let points = [(100.0, 0.23), (1000, 0.87), (10_000, 0.52)]
    let style = SeriesStyle(color: Color(hex: 0x123456), marker: .square)
    let figure = figure(
      x: .log10("x"), y: .probability("y"),
      .scatter("a", x: points.map(\.0), y: points.map(\.1), style: style))
    let panel = try figure.layout().panels[0]
    let image = try #require(Image(try figure.render(.png)))
    for (x, y) in points {
      let place = panel.point(x: x, y: y)
      let (column, row) = (Int(place.x * 300 / 72), Int(place.y * 300 / 72))
      #expect(image[column, row] == 0x123456)
      #expect(image[column + 30, row] == 0xff_ffff || image[column - 30, row] == 0xff_ffff)
    }
  }

  @Test func aValueOutsideAFixedRangeIsCutOff() throws {
    let style = SeriesStyle(color: Color(hex: 0x123456), marker: .square, dash: .solid)
    var wide = Axis.linear("y", domain: 0...1)
    wide.padding = 0
    let figure = figure(y: wide, .line("a", x: [0, 1, 2], y: [0.5, 1e90, 0.5], style: style))
    let image = try #require(Image(try figure.render(.png)))
    let frame = try figure.layout().panels[0].frame
    let top = Int(frame.minY * 300 / 72) - 4
    #expect(
      (0..<top).allSatisfy { row in (0..<image.width).allSatisfy { image[$0, row] != 0x123456 } })
    // The line leaves through the top beside each end, and does not come near the bottom.
    for x in [0.0, 2] {
      let column = Int(try figure.layout().panels[0].point(x: x, y: 0).x * 300 / 72)
      #expect(image[column, Int((frame.minY + 20) * 300 / 72)] == 0x123456)
      #expect(image[column, Int((frame.maxY - 20) * 300 / 72)] != 0x123456)
    }
  }

  @Test func aHeatmapShowsItsValuesAsColours() throws {
    var maker = HeatmapFigure(
      [.init(rows: [[0, 0.25], [0.75, 1]])], rows: ["top", "bottom"], columns: ["left", "right"],
      rowLabel: "row", columnLabel: "column", valueLabel: "value")
    maker.printedPlaces = nil
    let panel = try maker.figure.layout().panels[0]
    let image = try #require(Image(try maker.figure.render(.png)))
    for (row, values) in [[0, 0.25], [0.75, 1.0]].enumerated() {
      for (column, value) in values.enumerated() {
        let place = panel.point(x: Double(column), y: Double(row))
        #expect((place.y < panel.frame.midY) == (row == 0), "row 0 is at the top")
        let color = ColorMap.sequential.color(at: value)
        let pixel = image[Int(place.x * 300 / 72), Int(place.y * 300 / 72)]
        for (shift, component) in [(16, color.red), (8, color.green), (0, color.blue)] {
          // Cairo rounds once more on the way to eight bits.
          #expect(abs(Double(pixel >> UInt32(shift) & 0xff) - component * 255) <= 1)
        }
      }
    }
  }

  @Test func aLongProfileKeepsItsPeaks() throws {
    var attention = Array(repeating: 1e-9, count: 100_000)
    attention[73_211] = 0.8
    let profile = PositionProfile([.init("row", attention: attention)], gold: [])
    let panel = try profile.figure.layout().panels[0]
    let image = try #require(Image(try profile.figure.render(.png)))
    let middle = panel.point(x: 73_211, y: 0.4)
    let row = Int(middle.y * 300 / 72)
    let near = Int(middle.x * 300 / 72) - 4...Int(middle.x * 300 / 72) + 4
    #expect(near.contains { image[$0, row] == 0x5b6b7a })
  }

  /// A neighbour's peak in a bin with gold is not shown as gold.
  @Test func goldAndOthersOfOneBinAreApart() throws {
    var attention = Array(repeating: 1e-9, count: 100_000)
    attention[50_002] = 0.3
    attention[50_010] = 0.8
    let profile = PositionProfile(
      [.init("row", attention: attention)], gold: [50_000..<50_005])
    #expect(profile.binWidth == 250)
    let panel = try profile.figure.layout().panels[0]
    let image = try #require(Image(try profile.figure.render(.png)))
    func shows(_ color: UInt32, at height: Double) -> Bool {
      let place = panel.point(x: 50_125, y: height)
      let column = Int(place.x * 300 / 72)
      return (column - 6...column + 6).contains { image[$0, Int(place.y * 300 / 72)] == color }
    }
    #expect(shows(0xd55e00, at: 0.15) && !shows(0xd55e00, at: 0.6))
    #expect(shows(0x5b6b7a, at: 0.6))
  }
}
