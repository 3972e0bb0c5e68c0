import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

/// Scores that are great, equal, nearly equal or in an unlucky order.
///
/// Heads are four wide, queries are (2, 0, 0, 0) and a key's first component is its score, so that
/// `z = 2·k/sqrt(4) = k` exactly and the reference meets the very scores that the kernel meets.
@Suite(.tags(.kernel)) struct AttentionAdversarialTests {
  /// Attention of `rows` equal queries to keys of the given scores; the last row sees them all.
  /// Returns the last row's output and log-sum-exp.
  private func attend(
    scores: [Float], values: [[Float]], rows: Int = 1
  ) -> (output: [Float], logSumExp: Float) {
    let kernel = Attention(queryHeads: 1, keyValueHeads: 1, headWidth: 4)
    let n = scores.count
    let queries = OwnedMatrix(
      rows: rows, columns: 4, (0..<rows).flatMap { _ -> [Float] in [2, 0, 0, 0] })
    let keys = OwnedMatrix(rows: n, columns: 4, scores.flatMap { [$0, 0, 0, 0] })
    let valueMatrix = OwnedMatrix(rows: n, columns: 4, values.flatMap { $0 })
    let output = OwnedMatrix(rows: rows, columns: 4)
    let logSumExp = OwnedMatrix(rows: rows, columns: 1)
    let scratch = FloatStorage(count: kernel.scratchCount)
    kernel.forward(
      head: 0, rows: 0..<rows, queries: queries.view,
      keyValues: KeyValueView(keys: keys.view, values: valueMatrix.view, headWidth: 4),
      firstVisible: n - rows, output: output.view, logSumExp: logSumExp.view,
      scratch: scratch.view, tally: nil)
    return (output.view.rows(rows - 1..<rows).array, logSumExp.view[rows - 1, 0])
  }

  /// The value of key `j`: whether it is the target, its place, a sign, one.
  private func marked(_ n: Int, target: Int) -> [[Float]] {
    (0..<n).map { [$0 == target ? 1 : 0, Float($0) / Float(n), $0 % 2 == 0 ? 1 : -1, 1] }
  }

  private func check(
    _ scores: [Float], target: Int, rows: Int = 1, tolerance: Double = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let values = marked(scores.count, target: target)
    let (output, logSumExp) = attend(scores: scores, values: values, rows: rows)
    let z = scores.map(Double.init)
    let pattern = Reference.softmax(z)
    let exactSum = Reference.logSumExp(z)
    for column in 0..<4 {
      let exact = zip(pattern, values).reduce(0) { $0 + $1.0 * Double($1.1[column]) }
      // The target's mass is held relatively, however small it is.
      let size = column == 0 ? pattern[target] : 1
      let error = abs(Double(output[column]) - exact)
      #expect(
        error <= tolerance * size + 1e-37, "column \(column): \(output[column]), exact \(exact)",
        sourceLocation: sourceLocation)
    }
    #expect(
      abs(Double(logSumExp) - exactSum) <= 3e-7 * max(1, abs(exactSum)),
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [1, 2, 64, 513, 2000])
  func allEqual(n: Int) {
    for z in [Float(0), 1, -50, 1e4, -1e30, 1e30] {
      check([Float](repeating: z, count: n), target: n / 2, rows: min(n, 65))
    }
  }

  /// 10⁵ distractors within ±0.01 of each other, and one target a little above them.
  @Test(arguments: [1, 70])
  func nearTies(rows: Int) {
    var stream = RandomStream(seed: 16, label: "ties")
    var scores = (0..<100_000).map { _ in Float(5 + 0.02 * (stream.unit() - 0.5)) }
    for (target, margin) in [(0, Float(1)), (50_000, 11.5), (99_999, 0.001), (99_950, -3)] {
      let before = scores[target]
      scores[target] = 5 + margin
      check(scores, target: target, rows: rows, tolerance: 4e-6)
      scores[target] = before
    }
  }

  /// The dilution law itself: one target Δ above m equal distractors has mass 1/(1 + m·e^(−Δ)).
  @Test func dilutionLaw() {
    for m in [1, 10, 1000, 30_000] {
      for margin in [Float(0), 2, 8, 20] {
        var scores = [Float](repeating: -1, count: m + 1)
        scores[m / 3] = margin - 1
        let (output, _) = attend(scores: scores, values: marked(m + 1, target: m / 3))
        let exact = 1 / (1 + Double(m) * exp(-Double(margin)))
        #expect(abs(Double(output[0]) / exact - 1) < 2e-6)
      }
    }
  }

  /// A running maximum that never rises, always rises, or rises by more than an exponential spans.
  @Test func orders() {
    let n = 1600
    let rising = (0..<n).map { 8 * Float($0) / Float(n) }
    check(rising, target: n - 1, rows: 3)
    check(rising.reversed(), target: 0, rows: 3)
    check((0..<n).map { -Float($0) / 4 }, target: 0)
    check((0..<n).map { Float($0) / 4 }, target: n - 1, rows: 2)
    // Whole tiles that end up with no weight at all, before and behind the one that counts.
    for counting in 0..<3 {
      let scores = (0..<n).map { $0 / 512 == counting ? Float($0 % 3) : -1e6 }
      check(scores, target: counting * 512 + 2, rows: 2)
    }
  }

  @Test func greatScores() {
    for size in [Float(100), 1e4, 1e6] {
      var scores = (0..<700).map { Float($0 % 7) - size }
      scores[13] = size
      check(scores, target: 13, rows: 66)
      scores[690] = size - 1
      check(scores, target: 690, rows: 2)
    }
    // Only finite numbers come out, even where most exponentials vanish.
    let (output, logSumExp) = attend(
      scores: [-1.5e38, 0, 1.5e38, -1e38], values: marked(4, target: 2))
    #expect(output == [1, 0.5, 1, 1] && logSumExp == 1.5e38)
  }

  @Test func notANumberIsNotHidden() {
    for place in [0, 511, 512, 599] {
      var scores = [Float](repeating: 0, count: 600)
      scores[place] = .nan
      let (output, logSumExp) = attend(scores: scores, values: marked(600, target: 0))
      #expect(logSumExp.isNaN && output.allSatisfy(\.isNaN))
    }
  }
}
