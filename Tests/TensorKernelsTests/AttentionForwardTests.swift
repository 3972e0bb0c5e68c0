import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct AttentionForwardTests {
  @Test(arguments: AttentionCase.edges + AttentionCase.groupings)
  func agreesWithReference(_ test: AttentionCase) {
    let numbers = test.numbers()
    let result = test.forward(numbers)
    let expected = test.reference(numbers)
    #expect(relativeDistance(result.output.view.array, expected.output.values) < 1e-6)
    #expect(
      relativeDistance(result.logSumExp.view.array, expected.logSumExp.values) < 1e-6)
    #expect(result.output.gapsAreUntouched && result.logSumExp.gapsAreUntouched)
    // Scores and the weighted sum: two products a visible pair.
    let pairs = (0..<test.rows).reduce(0) { $0 + test.firstVisible + $1 + 1 }
    #expect(result.multiplyAdds == 2 * test.queryHeads * test.headWidth * pairs)
    #expect(
      Attention.visiblePairs(rows: 0..<test.rows, firstVisible: test.firstVisible) == pairs)
  }

  /// Rows may be shared out among workers arbitrarily.
  @Test(arguments: [
    AttentionCase(rows: 150), AttentionCase(rows: 100, firstVisible: 500, isCached: true),
  ])
  func partsMakeTheWhole(_ test: AttentionCase) {
    let numbers = test.numbers()
    let expected = test.reference(numbers)
    let cuts = [0, 1, 64, 70, 99, test.rows]
    let parts = zip(cuts, cuts.dropFirst()).map { $0..<$1 }.shuffled(7)
    let result = test.forward(numbers, parts: parts)
    #expect(relativeDistance(result.output.view.array, expected.output.values) < 1e-6)
    #expect(result.multiplyAdds == test.forward(numbers).multiplyAdds)
    // A part alone writes its own rows and no others; the rest still holds NaN.
    let alone = test.forward(numbers, parts: [64..<70])
    for row in 0..<test.rows {
      let values = alone.output.view.rows(row..<row + 1).array
      #expect(values.allSatisfy { $0.isNaN } == !(64..<70).contains(row))
    }
  }

  @Test func laterKeysAndRowsDoNotMatter() {
    let test = AttentionCase(rows: 90, firstVisible: 450, isCached: true)
    let numbers = test.numbers()
    var edited = numbers
    let row = 70
    for i in (test.firstVisible + row) * test.keyValueWidth..<edited.keys.count {
      edited.keys[i] += 1
      edited.values[i] -= 1
    }
    for i in row * test.queryWidth..<edited.queries.count { edited.queries[i] *= -1 }
    let before = test.forward(numbers)
    let after = test.forward(edited)
    #expect(
      sameBits(before.output.view.rows(0..<row).array, after.output.view.rows(0..<row).array))
    #expect(
      !sameBits(
        before.output.view.rows(row..<row + 1).array, after.output.view.rows(row..<row + 1).array))
  }

  @Test(arguments: AttentionCase.groupings)
  func scoresBeforeSoftmax(_ test: AttentionCase) {
    let numbers = test.numbers()
    let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 6, numbers.queries)
    let view = test.keyValues(numbers.keys, numbers.values)
    let result = test.forward(numbers)
    for (row, head) in [(0, 0), (test.rows - 1, test.queryHeads - 1), (5, test.queryHeads / 2)] {
      let visible = test.firstVisible + row + 1
      let scores = FloatStorage(count: visible + 1)
      scores.view[visible] = 7
      test.kernel.scores(
        head: head, row: row, queries: queries.view, keyValues: view, seen: 0..<visible,
        into: scores.view)
      let expected = Reference.scores(
        row: row, head: head,
        queries: DoubleMatrix(rows: test.rows, columns: test.queryWidth, numbers.queries),
        keys: DoubleMatrix(rows: test.keyCount, columns: test.keyValueWidth, numbers.keys),
        headWidth: test.headWidth, group: test.queryHeads / test.keyValueHeads,
        firstVisible: test.firstVisible)
      let actual = scores.view.slice(0, visible).array
      #expect(relativeDistance(actual, expected) < 1e-6)
      #expect(scores.view[visible] == 7, "only visible keys have a score")
      // What the forward pass summed up is what these scores sum up to.
      let logSum = Reference.logSumExp(actual.map(Double.init))
      #expect(abs(Double(result.logSumExp.view[row, head]) - logSum) < 2e-6 * max(1, abs(logSum)))
    }
  }
}

extension Array {
  /// The elements in an order that depends on `seed` alone.
  func shuffled(_ seed: UInt64) -> [Element] {
    var stream = RandomStream(seed: seed, label: "order")
    var result = self
    stream.shuffle(&result)
    return result
  }
}
