import Foundation
import Plotting
import Testing

@Suite struct StyleTests {
  @Test func everyColourStandsOutOnWhiteAndFromTheOthers() {
    let colors = [
      Palette.black, Palette.orange, Palette.skyBlue, Palette.green, Palette.olive, Palette.blue,
      Palette.vermilion, Palette.purple,
    ]
    for (index, color) in colors.enumerated() {
      #expect(color.distance(to: .white) > 0.2)
      for other in colors[..<index] { #expect(color.distance(to: other) > 0.1) }
    }
  }

  @Test func lightnessAndDistanceAgreeWithKnownColours() {
    #expect(abs(Color.white.lightness - 1) < 1e-6)
    #expect(Color(hex: 0).lightness == 0)
    #expect(abs(Color(hex: 0xFF0000).lightness - 0.62796) < 1e-4)
    #expect(abs(Color(hex: 0x0000FF).lightness - 0.45201) < 1e-4)
    #expect(abs(Color.white.distance(to: Color(hex: 0)) - 1) < 1e-6)
  }

  @Test func equalStepsOfAValueLookEquallyLarge() {
    let colors = (0...64).map { ColorMap.sequential.color(at: Double($0) / 64) }
    let steps = zip(colors, colors.dropFirst()).map { $0.distance(to: $1) }
    let mean = steps.reduce(0, +) / Double(steps.count)
    for step in steps { #expect(abs(step - mean) < 0.15 * mean) }
    for (before, after) in zip(colors, colors.dropFirst()) {
      #expect(after.lightness > before.lightness)
    }
  }

  @Test func valuesBeyondTheRangeTakeTheEnds() {
    let map = ColorMap.sequential
    #expect(map.color(at: -3) == map.color(at: 0) && map.color(at: .nan) == map.color(at: 0))
    #expect(map.color(at: 7) == map.color(at: 1) && map.color(at: .infinity) == map.color(at: 1))
  }

  @Test func aScaledThemeIsLargerThroughout() {
    let double = Theme.paper.scaled(by: 2)
    #expect(double.tickSize == 13 && double.lineWidth == 2.6 && double.margin == 8)
    #expect(double.bandOpacity == Theme.paper.bandOpacity)
  }
}
