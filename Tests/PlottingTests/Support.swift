import Foundation
import Plotting

/// Repeatable numbers for property tests (splitmix64, S. Vigna).
struct TestStream: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Falling curves with bands, as the lab's main figure has them.
func sampleCurve() -> DilutionCurve {
  let lengths: [Double] = [160, 320, 640, 1280, 2560]
  func series(_ name: String, _ means: [Double]) -> LengthSeries {
    LengthSeries(
      name, lengths: lengths, means: means,
      intervals: (means.map { $0 - 0.03 }, means.map { $0 + 0.03 }))
  }
  return DilutionCurve(
    bestHead: [
      series("in-context", [0.96, 0.9, 0.8, 0.55, 0.2]),
      series("qTTT", [0.95, 0.92, 0.85, 0.7, 0.5]),
    ],
    layerHeadMean: [
      series("in-context", [0.3, 0.27, 0.22, 0.15, 0.05]),
      series("qTTT", [0.3, 0.29, 0.26, 0.2, 0.14]),
    ],
    trainingLength: 160, title: "Dilution", caption: "n = 64 instances, seed 7")
}

/// A figure of one panel.
func figure(
  x: Axis = .linear("x"), y: Axis = .linear("y"), size: Size = .column, _ marks: Mark...
) -> Figure {
  Figure(size: size, panels: [Panel(x: x, y: y, marks: marks)])
}
