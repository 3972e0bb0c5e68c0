import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct AttentionAlignmentTests {
  static let cases: [AttentionCase] = [
    AttentionCase(rows: 1), AttentionCase(rows: 9, queryHeads: 6, keyValueHeads: 3, headWidth: 10),
    AttentionCase(rows: 5, firstVisible: 700, queryHeads: 4, keyValueHeads: 2, isCached: true),
    AttentionCase(rows: 2, firstVisible: 43, queryHeads: 2, keyValueHeads: 2, spread: 5),
  ]

  /// Three positions, or one where there are no more; the last is the row's own.
  static func positions(_ row: Int, _ test: AttentionCase) -> [Int] {
    let own = test.firstVisible + row
    return own < 2 ? [own] : [0, own / 2, own]
  }

  static let factors: [Float] = [0.5, 2, 1.25, 0.75, 1, 3]

  /// `−Σ factor · log Σ α` over the last row and the one in the middle, in double precision.
  private func loss(
    _ test: AttentionCase, _ numbers: AttentionCase.Numbers, queries: [Double]? = nil,
    ownKeys: [Double]? = nil
  ) -> Double {
    let before = numbers.keys[..<(test.firstVisible * test.keyValueWidth)].map(Double.init)
    let keys = ownKeys.map { before + $0 } ?? numbers.keys.map(Double.init)
    var sum = 0.0
    for row in Set([test.rows / 2, test.rows - 1]) {
      for head in 0..<test.queryHeads {
        let z = Reference.scores(
          row: row, head: head,
          queries: DoubleMatrix(
            rows: test.rows, columns: test.queryWidth,
            queries ?? numbers.queries.map(Double.init)),
          keys: DoubleMatrix(rows: test.keyCount, columns: test.keyValueWidth, keys),
          headWidth: test.headWidth, group: test.queryHeads / test.keyValueHeads,
          firstVisible: test.firstVisible)
        let pattern = Reference.softmax(z)
        let part = -log(Self.positions(row, test).reduce(0) { $0 + pattern[$1] })
        sum += Double(Self.factors[head]) * part
      }
    }
    return sum
  }

  @Test(arguments: cases)
  func agreesWithCentralDifferences(_ test: AttentionCase) {
    let numbers = test.numbers()
    let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 6, numbers.queries)
    let zeros = [Float](repeating: 0, count: test.rows * test.queryWidth)
    let dQueries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 8, zeros)
    let ownZeros = [Float](repeating: 0, count: test.rows * test.keyValueWidth)
    let dKeys = OwnedMatrix(rows: test.rows, columns: test.keyValueWidth, gap: 4, ownZeros)
    let tally = Tally()
    var sum = 0.0
    var expected = 0
    for row in Set([test.rows / 2, test.rows - 1]) {
      for head in 0..<test.queryHeads {
        sum +=
          Double(Self.factors[head])
          * test.kernel.alignmentBackward(
            head: head, row: row, positions: Self.positions(row, test), factor: Self.factors[head],
            queries: queries.view, keyValues: test.keyValues(numbers.keys, numbers.values),
            firstVisible: test.firstVisible, dQueries: dQueries.view, dKeys: dKeys.view,
            tally: tally)
        expected += test.headWidth * (2 * (test.firstVisible + row + 1) + row + 1)
      }
    }
    #expect(dQueries.gapsAreUntouched && dKeys.gapsAreUntouched)
    #expect(tally.multiplyAdds == expected)
    let exact = loss(test, numbers)
    #expect(abs(sum - exact) <= 1e-5 * max(1, exact))
    if test.keyCount == 1 {
      #expect(dQueries.view.array.allSatisfy { abs($0) < 1e-5 })
      return
    }
    let stream = RandomStream(seed: 23, label: "directions")
    let queryError = gradientError(
      of: dQueries.view.array, at: numbers.queries.map(Double.init),
      stream: stream.child("q")
    ) { loss(test, numbers, queries: $0) }
    let keyError = gradientError(
      of: dKeys.view.array,
      at: numbers.keys[(test.firstVisible * test.keyValueWidth)...].map(Double.init),
      stream: stream.child("k")
    ) { loss(test, numbers, ownKeys: $0) }
    #expect(queryError < 1e-5)
    #expect(keyError < 1e-5)
  }

  /// With one position, the gradient is Proposition 3.1's, `(Σ αⱼ kⱼ − k_target)/sqrt(w)`, however
  /// little attention the target has; with all positions, nothing is left to draw.
  @Test(arguments: [1.0, 12.0])
  func theEndsOfTheRange(spread: Double) {
    let test = AttentionCase(
      rows: 1, firstVisible: 19, queryHeads: 1, keyValueHeads: 1, spread: spread)
    let numbers = test.numbers()
    let queries = OwnedMatrix(rows: 1, columns: 6, numbers.queries)
    let keys = DoubleMatrix(rows: 20, columns: 6, numbers.keys)
    let scores = Reference.scores(
      row: 0, head: 0, queries: DoubleMatrix(rows: 1, columns: 6, numbers.queries), keys: keys,
      headWidth: 6, group: 1, firstVisible: 19)
    let pattern = Reference.softmax(scores)
    func align(_ positions: [Int]) -> (distance: Double, gradient: [Float]) {
      let dQueries = OwnedMatrix(rows: 1, columns: 6, [0, 0, 0, 0, 0, 0])
      let distance = test.kernel.alignmentBackward(
        head: 0, row: 0, positions: positions, factor: 1, queries: queries.view,
        keyValues: test.keyValues(numbers.keys, numbers.values), firstVisible: 19,
        dQueries: dQueries.view, dKeys: nil, tally: nil)
      return (distance, dQueries.view.array)
    }
    let all = align(Array(0..<20))
    #expect(abs(all.distance) < 1e-6 * spread * spread)
    #expect(all.gradient.allSatisfy { abs($0) < 3e-6 * Float(spread) })

    let faintest = pattern.indices.min { pattern[$0] < pattern[$1] } ?? 0
    let one = align([faintest])
    let exact = Reference.logSumExp(scores) - scores[faintest]
    #expect(abs(one.distance - exact) < 1e-6 * max(1, exact))
    let expected = (0..<6).map { i in
      let mean = (0..<20).reduce(0) { $0 + pattern[$1] * keys[$1, i] }
      return (mean - keys[faintest, i]) / 6.0.squareRoot()
    }
    #expect(relativeDistance(one.gradient, expected) < 3e-6 * max(1, spread))
  }
}
