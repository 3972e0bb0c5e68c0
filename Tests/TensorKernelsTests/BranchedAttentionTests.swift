import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct BranchedAttentionTests {
  struct Shape: CustomTestStringConvertible {
    var branches: Int
    var common: Int
    var own: Int
    var queryHeads = 2
    var keyValueHeads = 1
    var headWidth = 6

    var testDescription: String {
      "\(branches) branches, \(common) + \(own) keys, \(queryHeads)/\(keyValueHeads) heads of "
        + "\(headWidth)"
    }

    /// The attention of one branch alone.
    var alone: AttentionCase {
      AttentionCase(
        rows: 1, firstVisible: common + own - 1, queryHeads: queryHeads,
        keyValueHeads: keyValueHeads, headWidth: headWidth)
    }
  }

  /// Where the common part ends: within a tile, at its edge, nowhere; and own parts over an edge.
  static let shapes = [
    Shape(branches: 8, common: 1000, own: 30, queryHeads: 4, keyValueHeads: 4, headWidth: 32),
    Shape(branches: 3, common: 512, own: 1, queryHeads: 6, keyValueHeads: 2, headWidth: 10),
    Shape(branches: 5, common: 511, own: 2, queryHeads: 4, keyValueHeads: 1, headWidth: 4),
    Shape(branches: 1, common: 77, own: 3, headWidth: 16), Shape(branches: 4, common: 0, own: 7),
    Shape(branches: 2, common: 0, own: 600, headWidth: 40),
    Shape(branches: 2, common: 500, own: 600, headWidth: 8), Shape(branches: 7, common: 9, own: 0),
    Shape(branches: 7, common: 1024, own: 5, headWidth: 24),
    // Far enough for sums to be set aside, in the common part and in the branches' own.
    Shape(branches: 2, common: 33_000, own: 20, headWidth: 4),
    Shape(branches: 2, common: 16_300, own: 200, headWidth: 4),
    // More rows than a tile is high.
    Shape(branches: 33, common: 130, own: 4, queryHeads: 4, keyValueHeads: 1, headWidth: 8),
  ]

  /// Random numbers for each branch, the keys and values of the common part the same for all.
  private func numbers(_ shape: Shape) -> [AttentionCase.Numbers] {
    var stream = RandomStream(seed: 16, label: shape.testDescription)
    let test = shape.alone
    let shared = shape.common * test.keyValueWidth
    let rest = shape.own * test.keyValueWidth
    let (keys, values) = (stream.normals(shared), stream.normals(shared))
    return (0..<shape.branches).map { _ in
      AttentionCase.Numbers(
        queries: stream.normals(test.queryWidth, scale: 2), keys: keys + stream.normals(rest),
        values: values + stream.normals(rest), dOutput: [])
    }
  }

  private func run(
    _ shape: Shape, _ numbers: [AttentionCase.Numbers], parts: [Range<Int>]
  ) -> (output: OwnedMatrix, multiplyAdds: Int) {
    let test = shape.alone
    let kernel = test.kernel
    let width = test.keyValueWidth
    let shared = shape.common * width
    func packed(_ floats: [Float]) -> MatrixView {
      OwnedMatrix(rows: floats.count / width, columns: width, gap: 2, floats).view
    }
    let own = OwnedMatrix(
      rows: shape.branches * (shape.own + 1), columns: width)
    let ownValues = OwnedMatrix(rows: shape.branches * (shape.own + 1), columns: width)
    for (b, branch) in numbers.enumerated() {
      // A row of NaN separates the branches.
      for i in 0..<shape.own {
        let from = shared + i * width
        let row = b * (shape.own + 1) + i
        own.view.rows(row..<row + 1).flattened.copy(from: Array(branch.keys[from..<from + width]))
        ownValues.view.rows(row..<row + 1).flattened
          .copy(from: Array(branch.values[from..<from + width]))
      }
    }
    let keyValues = BranchedKeyValues(
      common: KeyValueView(
        keys: packed(Array(numbers[0].keys[..<shared])),
        values: packed(Array(numbers[0].values[..<shared])), headWidth: shape.headWidth),
      commonCount: shape.common,
      own: KeyValueView(keys: own.view, values: ownValues.view, headWidth: shape.headWidth),
      branchStride: (shape.own + 1) * width, ownCount: shape.own)
    let queries = OwnedMatrix(
      rows: shape.branches, columns: test.queryWidth, gap: 4, numbers.flatMap(\.queries))
    let output = OwnedMatrix(rows: shape.branches, columns: test.queryWidth, gap: 6)
    let scratch = FloatStorage(count: kernel.scratchCount)
    scratch.view.fill(.nan)
    let tally = Tally()
    for part in parts {
      for head in 0..<shape.keyValueHeads {
        kernel.forward(
          keyHead: head, branches: part, queries: queries.view, keyValues: keyValues,
          output: output.view, scratch: scratch.view, tally: tally)
      }
    }
    return (output, tally.multiplyAdds)
  }

  @Test(arguments: shapes)
  func branchesAreWhatTheyAreAlone(_ shape: Shape) {
    let numbers = numbers(shape)
    let result = run(shape, numbers, parts: [0..<shape.branches])
    var multiplyAdds = 0
    for (b, branch) in numbers.enumerated() {
      let alone = shape.alone.forward(branch)
      let row = result.output.view.rows(b..<b + 1).array
      #expect(sameBits(row, alone.output.view.array), "branch \(b)")
      let exact = shape.alone.reference(branch).output
      #expect(relativeDistance(row, exact.values) < 2e-6, "branch \(b)")
      multiplyAdds += alone.multiplyAdds
    }
    #expect(result.multiplyAdds == multiplyAdds)
    #expect(result.output.gapsAreUntouched)
  }

  @Test func branchesComeOutTheSameInParts() {
    let shape = Self.shapes[0]
    let numbers = numbers(shape)
    let whole = run(shape, numbers, parts: [0..<8]).output.view.array
    #expect(sameBits(run(shape, numbers, parts: [0..<3, 3..<4, 4..<8]).output.view.array, whole))
  }
}
