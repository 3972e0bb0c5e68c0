import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

/// Keys and values in half precision: every kernel computes, bit for bit, what it computes from
/// floats that have been rounded so.
@Suite(.tags(.kernel)) struct AttentionPrecisionTests {
  /// Over and at the edges of tiles, grouped, rows apart and side by side.
  static let cases: [AttentionCase] =
    [(70, 448, 8), (3, 1030, 16), (1, 512, 6), (1, 1100, 32), (130, 0, 4), (9, 20, 128)]
    .flatMap { rows, firstVisible, width in
      [false, true].flatMap { isCached in
        [StoragePrecision.float16, .bfloat16].map {
          AttentionCase(
            rows: rows, firstVisible: firstVisible, queryHeads: 4, keyValueHeads: 2,
            headWidth: width, isCached: isCached, precision: $0)
        }
      }
    }

  /// The case over floats, and the numbers that those floats are.
  private func rounded(
    _ test: AttentionCase, _ numbers: AttentionCase.Numbers
  ) -> (AttentionCase, AttentionCase.Numbers) {
    var floats = test
    floats.precision = .float32
    floats.isCached = true
    func round(_ x: [Float]) -> [Float] {
      let storage = FloatStorage(x)
      storage.view.round(to: test.precision)
      return storage.view.array
    }
    var result = numbers
    result.keys = round(numbers.keys)
    result.values = round(numbers.values)
    return (floats, result)
  }

  @Test(arguments: cases)
  func forwardAndScores(_ test: AttentionCase) {
    let numbers = test.numbers()
    let (floats, roundedNumbers) = rounded(test, numbers)
    let result = test.forward(numbers)
    let expected = floats.forward(roundedNumbers)
    #expect(sameBits(result.output.view.array, expected.output.view.array))
    #expect(sameBits(result.logSumExp.view.array, expected.logSumExp.view.array))
    #expect(result.multiplyAdds == expected.multiplyAdds)
    // Rounding is not nothing, and no more than its bound: scores move by at most |q|·|k|·rounding.
    let plain = floats.forward(numbers).output.view.array
    let distance = relativeDistance(result.output.view.array, plain.map(Double.init))
    #expect(distance > 1e-5 && distance < 8 * test.precision.rounding)

    let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, numbers.queries)
    func scores(_ test: AttentionCase, _ numbers: AttentionCase.Numbers) -> [Float] {
      let scores = FloatStorage(count: test.keyCount)
      test.kernel.scores(
        head: 3, row: test.rows - 1, queries: queries.view,
        keyValues: test.keyValues(numbers.keys, numbers.values),
        seen: 0..<test.firstVisible + test.rows, into: scores.view)
      return scores.view.array
    }
    #expect(sameBits(scores(test, numbers), scores(floats, roundedNumbers)))
  }

  @Test(arguments: cases)
  func backward(_ test: AttentionCase) {
    let numbers = test.numbers()
    let (floats, roundedNumbers) = rounded(test, numbers)
    func gradients(_ test: AttentionCase, _ numbers: AttentionCase.Numbers) -> [[Float]] {
      let forward = test.forward(numbers)
      let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, numbers.queries)
      let dOutput = OwnedMatrix(rows: test.rows, columns: test.queryWidth, numbers.dOutput)
      let dQueries = OwnedMatrix(rows: test.rows, columns: test.queryWidth)
      let zero = [Float](repeating: 0, count: test.rows * test.keyValueWidth)
      let dKeys = OwnedMatrix(rows: test.rows, columns: test.keyValueWidth, zero)
      let dValues = OwnedMatrix(rows: test.rows, columns: test.keyValueWidth, zero)
      let scratch = FloatStorage(count: test.kernel.scratchCount)
      scratch.view.fill(.nan)
      let view = test.keyValues(numbers.keys, numbers.values)
      for head in 0..<test.queryHeads {
        test.kernel.backward(
          head: head, rows: 0..<test.rows, queries: queries.view, keyValues: view,
          firstVisible: test.firstVisible, output: forward.output.view,
          logSumExp: forward.logSumExp.view, dOutput: dOutput.view, dQueries: dQueries.view,
          keyGradients: KeyValueView(
            keys: dKeys.view, values: dValues.view, headWidth: test.headWidth),
          scratch: scratch.view, tally: nil)
      }
      return [dQueries.view.array, dKeys.view.array, dValues.view.array]
    }
    let result = gradients(test, numbers)
    let expected = gradients(floats, roundedNumbers)
    for (a, b) in zip(result, expected) { #expect(sameBits(a, b)) }
  }

  /// Here keys come tile by tile where floats come all at once, so sums may round otherwise.
  @Test(arguments: cases)
  func alignment(_ test: AttentionCase) {
    let numbers = test.numbers()
    let (floats, roundedNumbers) = rounded(test, numbers)
    func distance(
      _ test: AttentionCase, _ numbers: AttentionCase.Numbers
    ) -> (loss: Double, dQueries: [Float], dKeys: [Float]) {
      let zeros = [Float](repeating: 0, count: test.rows * test.queryWidth)
      let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, numbers.queries)
      let dQueries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, zeros)
      let dKeys = OwnedMatrix(
        rows: test.rows, columns: test.keyValueWidth,
        Array(zeros[..<(test.rows * test.keyValueWidth)]))
      let loss = test.kernel.alignmentBackward(
        head: 2, row: test.rows - 1, positions: [0, test.keyCount - 1], factor: 1.5,
        queries: queries.view, keyValues: test.keyValues(numbers.keys, numbers.values),
        firstVisible: test.firstVisible, dQueries: dQueries.view, dKeys: dKeys.view, tally: nil)
      return (loss, dQueries.view.array, dKeys.view.array)
    }
    let result = distance(test, numbers)
    let expected = distance(floats, roundedNumbers)
    #expect(abs(result.loss - expected.loss) < 1e-6 * max(1, abs(expected.loss)))
    #expect(relativeDistance(result.dQueries, expected.dQueries.map(Double.init)) < 1e-6)
    #expect(relativeDistance(result.dKeys, expected.dKeys.map(Double.init)) < 1e-6)
  }

  /// Branches over common keys in half precision, with own ones that are floats rounded likewise.
  @Test(arguments: [(1000, 30), (512, 1), (511, 2), (77, 3), (0, 4), (1024, 600)])
  func branches(common: Int, own: Int) {
    for precision in [StoragePrecision.float16, .bfloat16] {
      let test = AttentionCase(
        rows: 1, firstVisible: common + own - 1, queryHeads: 4, keyValueHeads: 2, headWidth: 16,
        isCached: true, precision: precision)
      let (floats, numbers) = rounded(test, test.numbers())
      let shared = common * test.keyValueWidth
      func part(_ test: AttentionCase, _ range: Range<Int>) -> KeyValueView {
        var part = test
        part.firstVisible = max(1, range.count / test.keyValueWidth) - 1
        let padded = range.isEmpty ? 0..<test.keyValueWidth : range
        return part.keyValues(Array(numbers.keys[padded]), Array(numbers.values[padded]))
      }
      let keyValues = BranchedKeyValues(
        common: part(test, 0..<shared), commonCount: common,
        own: part(floats, shared..<numbers.keys.count), branchStride: 0, ownCount: own)
      let queries = OwnedMatrix(rows: 1, columns: test.queryWidth, numbers.queries)
      let output = OwnedMatrix(rows: 1, columns: test.queryWidth)
      let scratch = FloatStorage(count: test.kernel.scratchCount)
      scratch.view.fill(.nan)
      for head in 0..<test.keyValueHeads {
        test.kernel.forward(
          keyHead: head, branches: 0..<1, queries: queries.view, keyValues: keyValues,
          output: output.view, scratch: scratch.view, tally: nil)
      }
      #expect(sameBits(output.view.array, floats.forward(numbers).output.view.array))
    }
  }
}
