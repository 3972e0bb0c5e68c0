import Foundation
import Plotting
import Testing

/// A maker whose letters are 4 points wide, upright labels 5 points high.
private func maker(
  _ scale: Scale, length: Double = 200, isHorizontal: Bool = true
) -> TickMaker {
  TickMaker(
    scale: scale, length: length, spacing: isHorizontal ? 26 : 18, gap: 4,
    extent: { isHorizontal ? 4 * Double($0.count) : 5 })
}

private func labels(_ ticks: [Tick]) -> [String] { ticks.compactMap(\.label) }

@Suite struct TickTests {
  @Test func labelsNeverTouchAndLieInsideForAnyDomain() {
    for scale in ScaleTests.samples {
      for (length, isHorizontal) in [(60.0, true), (200, true), (500, true), (120, false)] {
        let ticks = maker(scale, length: length, isHorizontal: isHorizontal).automatic()
        var end = -Double.infinity
        let major = ticks.filter { $0.label != nil }
          .sorted { scale.share(of: $0.value) < scale.share(of: $1.value) }
        for tick in major {
          let half = (isHorizontal ? 4 * Double((tick.label ?? "").count) : 5) / 2
          let place = scale.share(of: tick.value) * length
          #expect(place - half >= end, "\(tick) touches its neighbour on \(scale)")
          end = place + half
        }
        for tick in ticks {
          let share = scale.share(of: tick.value)
          #expect(share > -1e-6 && share < 1 + 1e-6, "\(tick) lies outside \(scale)")
        }
        #expect(Set(ticks.map(\.value)).count == ticks.count, "a tick stands twice")
        #expect(Set(labels(ticks)).count == major.count, "two values have one label on \(scale)")
      }
    }
  }

  @Test func doublingsAreLabelledBeforeTheRungsBetween() {
    let lengths = [160.0, 320, 640, 1280, 1920, 2560, 3840, 5120]
    let scale = Scale(.log2, domain: 140...5900)
    let ticks = maker(scale, length: 200).automatic(data: lengths)
    #expect(ticks.map(\.value) == lengths)
    #expect(labels(ticks) == ["160", "320", "640", "1280", "2560", "5120"])
    // Where there is room, all of them.
    #expect(labels(maker(scale, length: 600).automatic(data: lengths)).count == lengths.count)
  }

  @Test func roundStepsAreEqualAndEnough() {
    for scale in ScaleTests.samples where scale.kind == .linear {
      let ticks = maker(scale, length: 300).automatic()
      let major = ticks.filter { $0.label != nil }.map(\.value).sorted()
      #expect(major.count >= 2 && major.count <= 12, "\(labels(ticks)) on \(scale)")
      let steps = zip(major, major.dropFirst()).map { $1 - $0 }
      for step in steps {
        #expect(abs(step - steps[0]) < 1e-6 * steps[0])
        let digits = step / pow(10, (log10(step) + 1e-9).rounded(.down))
        #expect([1, 2, 2.5, 5].contains { abs($0 - digits) < 1e-6 }, "a step of \(step)")
      }
    }
  }

  @Test func plainLabelsSayTheirValues() throws {
    for scale in ScaleTests.samples where scale.kind == .linear {
      for tick in maker(scale).automatic() {
        guard let label = tick.label, !label.contains("$") else { continue }
        let text = label.replacingOccurrences(of: "−", with: "-")
          .replacingOccurrences(of: ",", with: "")
        let span = scale.domain.upperBound - scale.domain.lowerBound
        let value = try #require(Double(text), "'\(label)' is no number")
        #expect(abs(value - tick.value) < 1e-6 * span)
      }
    }
  }

  @Test(
    arguments: [
      (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (-12.0...13, ["−10", "−5", "0", "5", "10"]),
      (0...20_000, ["0", "5000", "10,000", "15,000", "20,000"]),
      (0...0.0004, ["0", "1×$10^{-4}$", "2×$10^{-4}$", "3×$10^{-4}$", "4×$10^{-4}$"]),
    ] as [(ClosedRange<Double>, [String])])
  func linearExamples(domain: ClosedRange<Double>, expected: [String]) {
    let maker = TickMaker(
      scale: Scale(.linear, domain: domain), length: 200, spacing: 34, gap: 4, extent: { _ in 24 })
    let found = labels(maker.automatic())
    // The leading 1 of a power stands alone.
    #expect(found == expected.map { $0 == "1×$10^{-4}$" ? "$10^{-4}$" : $0 })
  }

  @Test func minorTicksLieBetween() {
    let ticks = maker(Scale(.linear, domain: 0...1), length: 200).automatic()
    let minor = ticks.filter { $0.label == nil }.map(\.value)
    #expect(!minor.isEmpty)
    let major = ticks.filter { $0.label != nil }.map(\.value)
    for value in minor {
      #expect(
        !major.contains(value) && major.contains { $0 < value } && major.contains { $0 > value })
    }
  }

  @Test(
    arguments: [
      ([160.0, 320, 640, 1280, 2560], 250.0, ["160", "320", "640", "1280", "2560"]),
      ([160, 320, 640, 1280, 2560, 5120, 10_240, 20_480], 120, ["160", "640", "2560", "10,240"]),
      ([1024, 2048, 4096, 8192, 16_384], 250, ["1K", "2K", "4K", "8K", "16K"]),
      ([512, 1024, 1_048_576], 120, ["1K", "4K", "16K", "64K", "256K", "1M"]),
      ([165, 645, 1285, 2565, 4505], 250, ["165", "645", "1285", "2565", "4505"]),
    ] as [([Double], Double, [String])])
  func contextLengthsAreLabelledAsLadders(
    data: [Double], length: Double, expected: [String]
  ) throws {
    let scale = Scale(
      .log2, from: try #require(data.min()), to: try #require(data.max()), padding: 0.04)
    let maker = TickMaker(
      scale: scale, length: length, spacing: 10, gap: 4, extent: { 4 * Double($0.count) })
    #expect(labels(maker.automatic(data: data)) == expected)
  }

  @Test(
    arguments: [
      (1e-5...1e-2, ["$10^{-5}$", "$10^{-4}$", "$10^{-3}$", "$10^{-2}$"]),
      (0.01...10_000, ["0.01", "0.1", "1", "10", "100", "1000", "10,000"]),
      (0.05...4, ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
      (3...8, ["3", "4", "5", "6", "7", "8"]),
    ] as [(ClosedRange<Double>, [String])])
  func decadeExamples(domain: ClosedRange<Double>, expected: [String]) {
    let maker = TickMaker(
      scale: Scale(.log10, domain: domain), length: 300, spacing: 10, gap: 3,
      extent: { $0.contains("$") ? 16 : 4 * Double($0.count) })
    #expect(labels(maker.automatic()) == expected)
  }

  @Test func givenValuesAreLabelledWhereTheyFit() {
    let scale = Scale(.linear, domain: 0...100)
    let ticks = maker(scale, length: 100).at([50, 0, 3, 100, 200]) { "\(Int($0))" }
    #expect(
      ticks == [Tick(0, label: "0"), Tick(3), Tick(50, label: "50"), Tick(100, label: "100")])
  }
}
