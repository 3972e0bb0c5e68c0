import Foundation
import Randomness
import Testing

@Suite struct DrawingTests {
  /// A chi-square statistic over `cells` equally likely cells, as standard deviations from its mean.
  func deviation(counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let square = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
    let degrees = Double(counts.count - 1)
    return (square - degrees) / (2 * degrees).squareRoot()
  }

  @Test(arguments: [1, 2, 3, 7, 32, 1000]) func belowIsUniform(n: Int) {
    var stream = RandomStream(seed: 1, label: "below").child(n)
    var counts = [Int](repeating: 0, count: n)
    for _ in 0..<(100 * max(n, 100)) { counts[stream.below(n)] += 1 }
    if n > 1 { #expect(abs(deviation(counts: counts)) < 4) }
  }

  /// Of 2⁶⁴ words, a bound of 3·2⁶¹ that does not reject gives the residues 0, 1, 2 of its results
  /// shares of ⅜, ⅜ and ¼.
  @Test func belowIsUnbiasedAtHugeBounds() {
    var stream = RandomStream(seed: 2, label: "huge")
    var residues = [0, 0, 0]
    for _ in 0..<30_000 { residues[stream.below(3 << 61) % 3] += 1 }
    #expect(abs(deviation(counts: residues)) < 4)
    var largest = 0
    for _ in 0..<100 { largest = max(largest, stream.below(.max)) }
    #expect(largest > .max / 2)
  }

  @Test func unitIsUniformAndBelowOne() {
    var stream = RandomStream(seed: 3, label: "unit")
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<64_000 {
      let value = stream.unit()
      #expect(value >= 0 && value < 1)
      counts[Int(value * 64)] += 1
    }
    #expect(abs(deviation(counts: counts)) < 4)
  }

  @Test func normalHasTheRightMoments() {
    var stream = RandomStream(seed: 4, label: "normal")
    let count = 100_000
    let values = (0..<count).map { _ in stream.normal() }
    #expect(stream.position == UInt64(2 * count))
    func moment(_ power: Int) -> Double {
      values.reduce(0) { $0 + pow($1, Double(power)) } / Double(count)
    }
    // Five standard errors each: the k-th moment has variance (E z²ᵏ − (E zᵏ)²) / n.
    let root = Double(count).squareRoot()
    #expect(abs(moment(1)) < 5 / root)
    #expect(abs(moment(2) - 1) < 5 * 2.0.squareRoot() / root)
    #expect(abs(moment(3)) < 5 * 15.0.squareRoot() / root)
    #expect(abs(moment(4) - 3) < 5 * 96.0.squareRoot() / root)
    #expect(values.allSatisfy { $0.isFinite })
  }

  @Test func shufflesAreUniform() {
    var stream = RandomStream(seed: 5, label: "shuffle")
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var order = [0, 1, 2, 3]
      stream.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(abs(deviation(counts: Array(counts.values))) < 4)
    var empty: [Int] = []
    stream.shuffle(&empty)
    #expect(empty.isEmpty)
  }

  @Test func choiceIsDistinctOrderedAndUniform() {
    var stream = RandomStream(seed: 6, label: "choose")
    var counts: [[Int]: Int] = [:]
    for _ in 0..<20_000 { counts[stream.choose(2, outOf: 5), default: 0] += 1 }
    #expect(counts.count == 20)
    #expect(abs(deviation(counts: Array(counts.values))) < 4)
    for (count, n) in [(0, 0), (0, 4), (4, 4), (100, 100), (50, 1_000_000_000)] {
      let chosen = stream.choose(count, outOf: n)
      #expect(chosen.count == count)
      #expect(Set(chosen).count == count)
      #expect(chosen.allSatisfy { $0 >= 0 && $0 < n })
    }
  }
}
