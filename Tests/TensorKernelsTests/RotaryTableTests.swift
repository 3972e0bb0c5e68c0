import Foundation
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct RotaryTableTests {
  /// Rotating the unit vectors `(1, 0)` of each pair reads the table's cosines and sines.
  private func cosinesAndSines(_ table: RotaryTable, row: Int) -> (c: [Float], s: [Float]) {
    let half = table.half
    let raw = OwnedMatrix(
      rows: 1, columns: 2 * half, (0..<2 * half).map { $0 < half ? 1 : 0 })
    let result = FloatStorage(count: 2 * half)
    HeadTransform(headWidth: 2 * half, epsilon: 0).forward(
      raw.view, gain: nil, rotary: table, rotaryStart: row, into: result.view,
      rowStride: 2 * half, headStride: 2 * half, inverse: nil)
    let values = result.view.array
    return (Array(values[..<half]), Array(values[half...]))
  }

  @Test(arguments: [(2, 1e4), (32, 1e6), (128, 5e5)])
  func frequencies(_ headWidth: Int, theta: Double) {
    let frequencies = RotaryTable.frequencies(headWidth: headWidth, theta: theta)
    #expect(frequencies.count == headWidth / 2)
    #expect(frequencies[0] == 1)
    for (i, frequency) in frequencies.enumerated() {
      let exact = exp(-Double(2 * i) / Double(headWidth) * log(theta))
      #expect(abs(Double(frequency) / exact - 1) < 1e-7)
    }
  }

  /// Angles carry two roundings to float32, of the frequency and of the product.
  @Test func anglesAreWithinTwoRoundings() {
    let theta = 1e6
    let positions: [Int32] = [0, 1, 2, 3, 1000, 16383, 65535, 65536, 131072, 1_048_575, -5]
    let table = RotaryTable(
      positions: positions, frequencies: RotaryTable.frequencies(headWidth: 16, theta: theta))
    #expect(table.count == positions.count && table.half == 8)
    for (row, position) in positions.enumerated() {
      let (c, s) = cosinesAndSines(table, row: row)
      for i in 0..<8 {
        let angle = Double(position) * pow(theta, -Double(i) / 8)
        let bound = abs(angle) * 1.2e-7 + 1e-7
        #expect(abs(Double(c[i]) - cos(angle)) <= bound)
        #expect(abs(Double(s[i]) - sin(angle)) <= bound)
      }
    }
  }

  @Test func cacheGivesTheSameBits() {
    let frequencies = RotaryTable.frequencies(headWidth: 12, theta: 1e4)
    let cache = RotaryCache(frequencies: frequencies)
    // Backwards, with repetitions, and on both sides of what a cache keeps.
    let lists: [[Int32]] = [[7, 3, 3, 0], [100, 5], [65535, 65536, 70000, -1, .max], [99]]
    for positions in lists {
      let plain = RotaryTable(positions: positions, frequencies: frequencies)
      let cached = RotaryTable(positions: positions, frequencies: frequencies, cache: cache)
      for row in positions.indices {
        let expected = cosinesAndSines(plain, row: row)
        let actual = cosinesAndSines(cached, row: row)
        #expect(sameBits(actual.c, expected.c) && sameBits(actual.s, expected.s))
      }
    }
  }

  @Test func cacheIsSharedByThreads() {
    let frequencies = RotaryTable.frequencies(headWidth: 8, theta: 1e4)
    let cache = RotaryCache(frequencies: frequencies)
    Workers(count: 4).run(40) { task, _ in
      let position = Int32((task * 37) % 400)
      let cached = RotaryTable(positions: [position], frequencies: frequencies, cache: cache)
      let plain = RotaryTable(positions: [position], frequencies: frequencies)
      #expect(sameBits(cosinesAndSines(cached, row: 0).c, cosinesAndSines(plain, row: 0).c))
    }
  }

  @Test func amplitudeScalesBothFactors() {
    let frequencies = RotaryTable.frequencies(headWidth: 4, theta: 100)
    let plain = RotaryTable(positions: [9], frequencies: frequencies)
    let doubled = RotaryTable(
      positions: [9], frequencies: frequencies, amplitude: 2,
      cache: RotaryCache(frequencies: frequencies, amplitude: 2))
    let expected = cosinesAndSines(plain, row: 0)
    let actual = cosinesAndSines(doubled, row: 0)
    #expect(actual.c == expected.c.map { 2 * $0 } && actual.s == expected.s.map { 2 * $0 })
  }
}
