import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct ExponentialTests {
  /// `e^x` of many numbers at once.
  private func exponentials(_ x: [Float], shift: Float = 0) -> (values: [Float], sum: Float) {
    let storage = FloatStorage(x)
    let sum = Exponential.apply(to: storage.view, shift: shift)
    return (storage.view.array, sum)
  }

  private func worstError(_ x: [Float]) -> Double {
    zip(x, exponentials(x).values).reduce(0) {
      max($0, unitsInTheLastPlace($1.1, from: exp(Double($1.0))))
    }
  }

  @Test func errorOverEvenlySpacedArguments() {
    let steps = 2_000_000
    let x = (0...steps).map { Float(-87.3 + 175.3 * Double($0) / Double(steps)) }
    #expect(worstError(x) < 1.5)
  }

  /// Every 1009th float32 between ±10⁻⁸ and the ends: small arguments lie dense.
  @Test func errorOverBitPatterns() {
    let tiny = Float(1e-8).bitPattern
    let negative = stride(from: tiny, through: Float(87.3).bitPattern, by: 1009)
      .map { -Float(bitPattern: $0) }
    let positive = stride(from: tiny, through: Float(88).bitPattern, by: 1009)
      .map { Float(bitPattern: $0) }
    #expect(worstError(negative) < 1.5)
    #expect(worstError(positive) < 1.5)
  }

  /// Where the multiple of ln 2 changes, both sides must be right.
  @Test func errorAroundReductionBoundaries() {
    let x = (-126..<127).flatMap { n -> [Float] in
      let boundary = Float((Double(n) + 0.5) * log(2))
      return [boundary.nextDown.nextDown, boundary.nextDown, boundary, boundary.nextUp]
    }.filter { $0 >= -87.3 && $0 <= 88 }
    #expect(worstError(x) < 1.5)
  }

  @Test func fixedPointsAndSaturation() {
    let x: [Float] = [
      0, -0.0, -87.3, Float(-87.3).nextDown, -1000, -.greatestFiniteMagnitude, -.infinity, 88, 89,
      1e30, .infinity,
    ]
    let y = exponentials(x).values
    #expect(y[0] == 1 && y[1] == 1)
    #expect(y[2] >= .leastNormalMagnitude)
    #expect(y[3...6].allSatisfy { $0 == 0 })
    #expect(y[8...].allSatisfy { $0 == y[7] && $0.isFinite })
  }

  @Test func notANumberStaysNotANumber() {
    for position in [0, 7, 8, 10] {
      var x = [Float](repeating: -1, count: 11)
      x[position] = .nan
      let (values, sum) = exponentials(x)
      #expect(values[position].isNaN && sum.isNaN)
      #expect(values.filter(\.isNaN).count == 1)
    }
  }

  @Test func valuesDoNotDependOnWhereARowEnds() {
    var stream = RandomStream(seed: 3, label: "ends")
    let x = stream.normals(67, scale: 5)
    let whole = exponentials(x, shift: 2).values
    for count in 0...67 {
      let (values, sum) = exponentials(Array(x.prefix(count)), shift: 2)
      #expect(sameBits(values, Array(whole.prefix(count))))
      let exact = values.reduce(0) { $0 + Double($1) }
      #expect(abs(Double(sum) - exact) <= 1e-6 * exact)
    }
  }
}
