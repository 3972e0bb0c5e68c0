import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

/// The plain kernel under a rule that the fast ones do not do, and the closed forms of what it costs.
@Suite(.tags(.kernel)) struct AttentionRuleTests {
  static let windows = [1, 2, 7, 64, 1000].map { SlidingWindow(keys: $0) }

  @Test(arguments: windows)
  func pairsAreThoseThatAreSeen(_ window: SlidingWindow) {
    func counted(_ rows: Range<Int>, from start: Int) -> Int {
      rows.reduce(0) { $0 + $1 + 1 - max(start, window.firstKey(of: $1)) }
    }
    for rows in [0..<1, 0..<130, 5..<12, 63..<66, 900..<1100] {
      #expect(window.pairs(of: rows, from: 0) == counted(rows, from: 0))
      #expect(window.pairs(of: rows, from: rows.lowerBound) == counted(rows, from: rows.lowerBound))
      for starts in [1, 2, 90] {
        for own in [false, true] {
          let sum = (0..<starts).reduce(0) {
            $0 + counted($1..<$1 + rows.count, from: own ? $1 : 0)
          }
          #expect(window.spanPairs(rows.count, starts: starts, own: own) == Int128(sum))
        }
      }
    }
  }

  /// Queries, keys and values of one group of two heads.
  private struct Numbers {
    let rows = 70
    let before = 9
    let width = 6
    let queries: [Float]
    let keys: [Float]
    let values: [Float]
    let slope: [Float]

    init() {
      var stream = RandomStream(seed: 3, label: "rules")
      queries = stream.normals(rows * 2 * width)
      keys = stream.normals((before + rows) * width)
      values = stream.normals((before + rows) * width)
      slope = stream.normals(rows * 2 * width)
    }

    func matrix(_ values: [Float], columns: Int) -> OwnedMatrix {
      OwnedMatrix(rows: values.count / columns, columns: columns, values)
    }
  }

  @Test(arguments: windows)
  func forwardAgreesWithTheReference(_ window: SlidingWindow) {
    let n = Numbers()
    let kernel = Attention(
      queryHeads: 2, keyValueHeads: 1, headWidth: n.width,
      rule: AttentionRule(visibility: window))
    let (output, tally) = (OwnedMatrix(rows: n.rows, columns: 2 * n.width), Tally())
    forward(kernel, n, queries: n.queries, keys: n.keys, values: n.values, output, tally)
    let exact = reference(window, n, n.queries, n.keys, n.values)
    #expect(relativeDistance(output.view.array, exact) < 1e-6)
    let seen = window.pairs(of: n.before..<n.before + n.rows, from: 0)
    #expect(tally.multiplyAdds == 2 * 2 * n.width * seen)
  }

  @Test(arguments: windows)
  func gradientsAgreeWithCentralDifferences(_ window: SlidingWindow) {
    let n = Numbers()
    let kernel = Attention(
      queryHeads: 2, keyValueHeads: 1, headWidth: n.width,
      rule: AttentionRule(visibility: window))
    let own = n.before * n.width
    let dQueries = OwnedMatrix(rows: n.rows, columns: 2 * n.width)
    let (dKeys, dValues) = (
      OwnedMatrix(rows: n.rows, columns: n.width), OwnedMatrix(rows: n.rows, columns: n.width)
    )
    dKeys.view.fill(0)
    dValues.view.fill(0)
    let scratch = FloatStorage(count: kernel.scratchCount)
    for head in 0..<2 {
      kernel.backward(
        head: head, rows: 0..<n.rows, queries: n.matrix(n.queries, columns: 2 * n.width).view,
        keyValues: KeyValueView(
          keys: n.matrix(n.keys, columns: n.width).view,
          values: n.matrix(n.values, columns: n.width).view, headWidth: n.width),
        firstVisible: n.before, output: OwnedMatrix(rows: n.rows, columns: 2 * n.width).view,
        logSumExp: OwnedMatrix(rows: n.rows, columns: 2).view,
        dOutput: n.matrix(n.slope, columns: 2 * n.width).view, dQueries: dQueries.view,
        keyGradients: KeyValueView(keys: dKeys.view, values: dValues.view, headWidth: n.width),
        scratch: scratch.view, tally: nil)
    }
    func loss(_ queries: [Double], _ keys: [Double], _ values: [Double]) -> Double {
      zip(reference(window, n, queries, keys, values), n.slope).reduce(0) {
        $0 + $1.0 * Double($1.1)
      }
    }
    let (q, k, v) = (n.queries.map(Double.init), n.keys.map(Double.init), n.values.map(Double.init))
    let stream = RandomStream(seed: 4, label: "directions")
    // A row that sees one key gives it weight 1 whatever it scores.
    if window.keys > 1 {
      #expect(
        gradientError(of: dQueries.view.array, at: q, directions: 3, stream: stream) {
          loss($0, k, v)
        } < 1e-4)
      #expect(
        gradientError(
          of: dKeys.view.array, at: Array(k[own...]), directions: 3, stream: stream.child("k")
        ) { loss(q, k[..<own] + $0, v) } < 1e-4)
    }
    #expect(
      gradientError(
        of: dValues.view.array, at: Array(v[own...]), directions: 3, stream: stream.child("v")
      ) { loss(q, k, v[..<own] + $0) } < 1e-4)
  }

  private func forward(
    _ kernel: Attention, _ n: Numbers, queries: [Float], keys: [Float], values: [Float],
    _ output: OwnedMatrix, _ tally: Tally
  ) {
    let scratch = FloatStorage(count: kernel.scratchCount)
    for head in 0..<2 {
      kernel.forward(
        head: head, rows: 0..<n.rows, queries: n.matrix(queries, columns: 2 * n.width).view,
        keyValues: KeyValueView(
          keys: n.matrix(keys, columns: n.width).view,
          values: n.matrix(values, columns: n.width).view, headWidth: n.width),
        firstVisible: n.before, output: output.view, logSumExp: nil, scratch: scratch.view,
        tally: tally)
    }
  }

  private func reference(
    _ window: SlidingWindow, _ n: Numbers, _ queries: [Float], _ keys: [Float], _ values: [Float]
  ) -> [Double] {
    reference(
      window, n, queries.map(Double.init), keys.map(Double.init), values.map(Double.init))
  }

  private func reference(
    _ window: SlidingWindow, _ n: Numbers, _ queries: [Double], _ keys: [Double],
    _ values: [Double]
  ) -> [Double] {
    Reference.attention(
      queries: DoubleMatrix(rows: n.rows, columns: 2 * n.width, queries),
      keys: DoubleMatrix(rows: n.before + n.rows, columns: n.width, keys),
      values: DoubleMatrix(rows: n.before + n.rows, columns: n.width, values), queryHeads: 2,
      keyValueHeads: 1, firstVisible: n.before, firstKey: window.firstKey
    ).output.values
  }
}
