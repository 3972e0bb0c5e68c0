import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

/// Sums over a million terms in float32, held against `Double`.
///
/// The stated error: over 2²⁰ keys, in whatever order their scores come, an output is within 8·10⁻⁶ of the
/// exact one (values in −1 … 1), the mass of a target within 8·10⁻⁶ of itself, log-sum-exp and
/// cross-entropy within 8·10⁻⁶ nats.
@Suite(.tags(.kernel, .slow)) struct LongSumsTests {
  private static let tolerance = 8e-6
  private static let count = 1 << 20

  /// Scores that are hard to sum, each near 0 … 1 so that every key counts.
  enum Order: String, CaseIterable {
    case tied, scattered, rising, falling, risingByTiles, biased, sawtooth

    func scores(_ n: Int) -> [Float] {
      var stream = RandomStream(seed: 31, label: rawValue)
      return (0..<n).map { j in
        switch self {
        case .tied: 0.3
        case .scattered: Float(0.02 * stream.unit())
        // Every key is a new maximum, or every tile has one: what was summed is scaled each time.
        case .rising: Float(j) / Float(n)
        case .falling: 1 - Float(j) / Float(n)
        case .risingByTiles: Float(j / Attention.keyBlock) / 3000 + (j % 7 == 0 ? 1e-4 : 0)
        // The sum of every tile is the same odd number, which is rounded alike each time.
        case .biased: j % Attention.keyBlock == 0 ? 0 : -0.00173
        case .sawtooth: Float(j % 1000) / 1000
        }
      }
    }
  }

  /// One row, and as many as are taken a lane each; the last of them sees all keys.
  @Test(arguments: Order.allCases, [1, 32])
  func attentionOverAMillionKeys(_ order: Order, rows: Int) {
    let n = Self.count
    let target = n / 3
    let scores = order.scores(n)
    func value(_ j: Int) -> [Float] {
      [j == target ? 1 : 0, 0.7, Float(j) / Float(n), j % 3 == 0 ? 0.9 : -0.4]
    }
    let kernel = Attention(queryHeads: 1, keyValueHeads: 1, headWidth: 4)
    let queries = OwnedMatrix(
      rows: rows, columns: 4, (0..<rows).flatMap { _ in [2, 0, 0, 0] })
    let keys = OwnedMatrix(rows: n, columns: 4, scores.flatMap { [$0, 0, 0, 0] })
    let values = OwnedMatrix(rows: n, columns: 4, (0..<n).flatMap(value))
    let output = OwnedMatrix(rows: rows, columns: 4)
    let logSumExp = OwnedMatrix(rows: rows, columns: 1)
    let scratch = FloatStorage(count: kernel.scratchCount)
    kernel.forward(
      head: 0, rows: 0..<rows, queries: queries.view,
      keyValues: KeyValueView(keys: keys.view, values: values.view, headWidth: 4),
      firstVisible: n - rows, output: output.view, logSumExp: logSumExp.view,
      scratch: scratch.view, tally: nil)

    var sum = 0.0
    var exact = [0.0, 0, 0, 0]
    for j in 0..<n {
      let weight = exp(Double(scores[j]))
      sum += weight
      for (column, x) in value(j).enumerated() { exact[column] += weight * Double(x) }
    }
    for column in 0..<4 {
      let wanted = exact[column] / sum
      let error = abs(Double(output.view[rows - 1, column]) - wanted) / (column == 0 ? wanted : 1)
      #expect(error <= Self.tolerance, "\(order), column \(column): off by \(error)")
    }
    let error = abs(Double(logSumExp.view[rows - 1, 0]) - log(sum))
    #expect(error <= Self.tolerance, "\(order), log-sum-exp: off by \(error)")
  }

  /// Rows on both sides of the key before which sums are set aside, and far behind it.
  @Test(arguments: [16_384 - 70, 16_384 - 30, 16_384 - 1, 16_384, 50_000])
  func rowsWhereSumsAreSetAside(firstVisible: Int) {
    let test = AttentionCase(rows: 70, firstVisible: firstVisible, headWidth: 4)
    let numbers = test.numbers()
    let result = test.forward(numbers)
    let exact = test.reference(numbers)
    #expect(relativeDistance(result.output.view.array, exact.output.values) < 2e-6)
    let distance = zip(result.logSumExp.view.array, exact.logSumExp.values).map {
      abs(Double($0) - $1)
    }
    #expect(distance.max() ?? 1 < 4e-6)
  }

  @Test(arguments: Order.allCases)
  func exponentialsOfAMillionScores(_ order: Order) {
    let scores = order.scores(Self.count)
    let storage = FloatStorage(scores)
    let sum = Exponential.apply(to: storage.view, shift: 1)
    let exact = scores.reduce(0.0) { $0 + exp(Double($1) - 1) }
    #expect(abs(Double(sum) / exact - 1) <= Self.tolerance, "\(order): \(sum), exact \(exact)")
  }

  /// A vocabulary of a million near-tied words.
  @Test(arguments: Order.allCases)
  func crossEntropyOverAMillionWords(_ order: Order) {
    let scores = order.scores(Self.count)
    let exact = Reference.logSumExp(scores.map(Double.init)) - Double(scores[7])
    let logits = OwnedMatrix(rows: 1, columns: Self.count, scores)
    let loss = CrossEntropy.rows(logits: logits.view, targets: [7], gradientScale: [1]).losses[0]
    #expect(abs(Double(loss) - exact) <= Self.tolerance, "\(order): \(loss), exact \(exact)")
    // The gradient sums to nothing.
    let total = logits.view.array.reduce(0.0) { $0 + Double($1) }
    #expect(abs(total) <= Self.tolerance, "\(order): \(total)")
  }
}
