import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct EmbeddingTests {
  @Test(arguments: [1, 5, 8, 19])
  func gatherAndScatter(width: Int) {
    var stream = RandomStream(seed: 13, label: "table").child(width)
    let vocabulary = 11
    let tokens: [Int32] = [3, 0, 10, 3, 3, 7]
    let values = stream.normals(vocabulary * width)
    let table = OwnedMatrix(rows: vocabulary, columns: width, gap: 2, values)
    let x = OwnedMatrix(rows: tokens.count, columns: width, gap: 4)
    Embedding.gather(tokens, table: table.view, into: x.view)
    for (row, token) in tokens.enumerated() {
      #expect(
        sameBits(
          x.view.rows(row..<row + 1).array,
          Array(values[Int(token) * width..<Int(token + 1) * width])))
    }
    #expect(x.gapsAreUntouched)

    let dx = stream.normals(tokens.count * width)
    let gradient = OwnedMatrix(rows: vocabulary, columns: width, gap: 2, values)
    Embedding.scatterAdd(
      OwnedMatrix(rows: tokens.count, columns: width, gap: 2, dx).view, tokens: tokens,
      into: gradient.view)
    var expected = values.map(Double.init)
    for (row, token) in tokens.enumerated() {
      for i in 0..<width { expected[Int(token) * width + i] += Double(dx[row * width + i]) }
    }
    #expect(relativeDistance(gradient.view.array, expected) < 2e-7)
    #expect(gradient.gapsAreUntouched)
    // Gathering is linear, so scattering must be its transpose exactly.
    let error = gradientError(
      of: zip(gradient.view.array, values).map { $0 - $1 }, at: values.map(Double.init),
      step: 1, stream: RandomStream(seed: 14, label: "directions")
    ) { table in
      tokens.enumerated().reduce(0) { sum, entry in
        (0..<width).reduce(sum) {
          $0 + table[Int(entry.element) * width + $1] * Double(dx[entry.offset * width + $1])
        }
      }
    }
    #expect(error < 1e-6)
  }
}
