import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel, .gradient, .slow)) struct AttentionBackwardTests {
  struct Gradients {
    let queries: [Float]
    let keys: [Float]
    let values: [Float]
    let multiplyAdds: Int
  }

  /// Runs forward and backward kernels.
  ///
  /// - Parameter own: whether gradients of the rows' own keys and values are formed; they start at
  ///   `initial`, to which the kernel must add.
  private func backward(
    _ test: AttentionCase, _ numbers: AttentionCase.Numbers, own: Bool,
    parts: [Range<Int>]? = nil, initial: Float = 0
  ) -> Gradients {
    let forward = test.forward(numbers)
    let queries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 6, numbers.queries)
    let dOutput = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 2, numbers.dOutput)
    let dQueries = OwnedMatrix(rows: test.rows, columns: test.queryWidth, gap: 8)
    let ownCount = test.rows * test.keyValueWidth
    let start = [Float](repeating: initial, count: ownCount)
    let dKeys = OwnedMatrix(rows: test.rows, columns: test.keyValueWidth, gap: 4, start)
    let dValues = OwnedMatrix(rows: test.rows, columns: test.keyValueWidth, gap: 2, start)
    let view = test.keyValues(numbers.keys, numbers.values)
    let scratch = FloatStorage(count: test.kernel.scratchCount)
    scratch.view.fill(.nan)
    let tally = Tally()
    for part in parts ?? [0..<test.rows] {
      for head in 0..<test.queryHeads {
        test.kernel.backward(
          head: head, rows: part, queries: queries.view, keyValues: view,
          firstVisible: test.firstVisible, output: forward.output.view,
          logSumExp: forward.logSumExp.view, dOutput: dOutput.view, dQueries: dQueries.view,
          keyGradients: own
            ? KeyValueView(keys: dKeys.view, values: dValues.view, headWidth: test.headWidth) : nil,
          scratch: scratch.view, tally: tally)
      }
    }
    #expect(
      dQueries.gapsAreUntouched && dKeys.gapsAreUntouched && dValues.gapsAreUntouched
        && dOutput.gapsAreUntouched)
    return Gradients(
      queries: dQueries.view.array, keys: dKeys.view.array.map { $0 - initial },
      values: dValues.view.array.map { $0 - initial }, multiplyAdds: tally.multiplyAdds)
  }

  private func loss(
    _ test: AttentionCase, _ numbers: AttentionCase.Numbers, queries: [Double]? = nil,
    ownKeys: [Double]? = nil, ownValues: [Double]? = nil
  ) -> Double {
    let before = test.firstVisible * test.keyValueWidth
    func joined(_ all: [Float], _ own: [Double]?) -> [Double] {
      let all = all.map(Double.init)
      return own.map { all[..<before] + $0 } ?? all
    }
    return test.reference(
      queries: queries ?? numbers.queries.map(Double.init), keys: joined(numbers.keys, ownKeys),
      values: joined(numbers.values, ownValues)
    ).output.inner(DoubleMatrix(rows: test.rows, columns: test.queryWidth, numbers.dOutput))
  }

  @Test(arguments: AttentionCase.edges + AttentionCase.groupings)
  func agreesWithCentralDifferences(_ test: AttentionCase) {
    let numbers = test.numbers()
    let stream = RandomStream(seed: 17, label: "directions")
    let before = test.firstVisible * test.keyValueWidth
    let gradients = backward(test, numbers, own: true)
    let queryError = gradientError(
      of: gradients.queries, at: numbers.queries.map(Double.init), directions: 2,
      stream: stream.child("q")
    ) { loss(test, numbers, queries: $0) }
    let keyError = gradientError(
      of: gradients.keys, at: numbers.keys[before...].map(Double.init), directions: 2,
      stream: stream.child("k")
    ) { loss(test, numbers, ownKeys: $0) }
    let valueError = gradientError(
      of: gradients.values, at: numbers.values[before...].map(Double.init), directions: 2,
      stream: stream.child("v")
    ) { loss(test, numbers, ownValues: $0) }
    if test.keyCount == 1 {
      // The one key has all the weight: only its value can change anything.
      #expect((gradients.queries + gradients.keys).allSatisfy { abs($0) < 1e-5 })
    } else {
      #expect(queryError < 1e-5)
      #expect(keyError < 1e-5)
    }
    #expect(valueError < 1e-5)

    let pairs = Attention.visiblePairs(rows: 0..<test.rows, firstVisible: test.firstVisible)
    let ownPairs = test.rows * (test.rows + 1) / 2
    let factor = test.queryHeads * test.headWidth
    #expect(gradients.multiplyAdds == factor * (3 * pairs + 2 * ownPairs))
  }

  /// With frozen keys the gradient of the queries is the same, and costs less.
  @Test(arguments: AttentionCase.groupings + [AttentionCase(rows: 70, firstVisible: 500)])
  func frozenKeys(_ test: AttentionCase) {
    let numbers = test.numbers()
    let own = backward(test, numbers, own: true)
    let cuts = [0, 5, 36, test.rows]
    let frozen = backward(
      test, numbers, own: false, parts: zip(cuts, cuts.dropFirst()).map { $0..<$1 }.shuffled(3))
    #expect(relativeDistance(frozen.queries, own.queries.map(Double.init)) < 1e-6)
    #expect((frozen.keys + frozen.values).allSatisfy { $0 == 0 })
    let pairs = Attention.visiblePairs(rows: 0..<test.rows, firstVisible: test.firstVisible)
    #expect(frozen.multiplyAdds == 3 * test.queryHeads * test.headWidth * pairs)
  }

  @Test func gradientsOfKeysAndValuesAreAddedTo() {
    let test = AttentionCase(rows: 20, firstVisible: 9, queryHeads: 4, keyValueHeads: 2)
    let numbers = test.numbers()
    let plain = backward(test, numbers, own: true)
    let shifted = backward(test, numbers, own: true, initial: 2)
    #expect(relativeDistance(shifted.keys, plain.keys.map(Double.init)) < 1e-5)
    #expect(relativeDistance(shifted.values, plain.values.map(Double.init)) < 1e-5)
    #expect(sameBits(shifted.queries, plain.queries))
  }

  /// Great scores: nearly all weight on single keys, so the gradient is tiny where attention is
  /// certain and must not drown in rounding where it is not.
  @Test(arguments: [3.0, 10.0])
  func sharpAttention(spread: Double) {
    let test = AttentionCase(rows: 40, firstVisible: 30, headWidth: 8, spread: spread)
    let numbers = test.numbers()
    let gradients = backward(test, numbers, own: true)
    let error = gradientError(
      of: gradients.queries, at: numbers.queries.map(Double.init), directions: 6, step: 1e-5,
      stream: RandomStream(seed: 18, label: "directions")
    ) { loss(test, numbers, queries: $0) }
    // Scores of size spread² are themselves known to 2⁻²⁴ · spread² only.
    #expect(error < 1e-5 * max(1, spread))
  }

  /// Where all keys are alike, the gradient of the queries vanishes.
  @Test func equalKeys() {
    let test = AttentionCase(rows: 66, headWidth: 8)
    var numbers = test.numbers()
    let one = Array(numbers.keys[..<test.keyValueWidth])
    numbers.keys = (0..<test.keyCount).flatMap { _ in one }
    let gradients = backward(test, numbers, own: true)
    let size = euclideanNorm(numbers.dOutput.map(Double.init))
    #expect(euclideanNorm(gradients.queries.map(Double.init)) < 1e-6 * size)
    #expect(euclideanNorm(gradients.keys.map(Double.init)) > 1e-3 * size)
  }

  /// The paper's Proposition 3.1: with keys fixed and `ℓ = −log α_target`,
  /// `∇ℓ = (Σ αⱼ kⱼ − k_target) / sqrt(w)`.
  @Test func queryGradientOfTheTargetsLogMass() {
    let width = 16
    let n = 40
    let target = 11
    var stream = RandomStream(seed: 19, label: "proposition")
    let keys = stream.normals(n * width)
    let query = stream.normals(width)
    // The values are one-hot in the target, so the output's first component is its mass.
    let values = (0..<n).flatMap { j in
      (0..<width).map { j == target && $0 == 0 ? Float(1) : 0 }
    }
    let test = AttentionCase(
      rows: 1, firstVisible: n - 1, queryHeads: 1, keyValueHeads: 1, headWidth: width)
    var numbers = AttentionCase.Numbers(
      queries: query, keys: keys, values: values, dOutput: [Float](repeating: 0, count: width))
    let mass = test.forward(numbers).output.view[0, 0]
    numbers.dOutput[0] = -1 / mass
    let gradient = backward(test, numbers, own: false).queries
    let keyRows = DoubleMatrix(rows: n, columns: width, keys)
    let pattern = Reference.softmax(
      Reference.scores(
        row: 0, head: 0, queries: DoubleMatrix(rows: 1, columns: width, query), keys: keyRows,
        headWidth: width, group: 1, firstVisible: n - 1))
    let expected = (0..<width).map { i in
      let mean = (0..<n).reduce(0) { $0 + pattern[$1] * keyRows[$1, i] }
      return (mean - keyRows[target, i]) / 4
    }
    #expect(relativeDistance(gradient, expected) < 3e-6)
  }
}
