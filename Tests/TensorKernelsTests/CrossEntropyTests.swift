import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct CrossEntropyTests {
  @Test(arguments: [1, 2, 7, 8, 64, 97, 1000])
  func lossAndGradient(vocabulary: Int) {
    let rows = 6
    var stream = RandomStream(seed: 11, label: "logits").child(vocabulary)
    let values = stream.normals(rows * vocabulary, scale: 3)
    let weights: [Float] = [1, 0.02, 0, 0.5, 3, 1]
    var targets = (0..<rows).map { _ in Int32(stream.below(vocabulary)) }
    targets[5] = -1
    let untouched = OwnedMatrix(rows: rows, columns: vocabulary, gap: 2, values)
    let losses = CrossEntropy.rows(
      logits: untouched.view, targets: targets, gradientScale: nil)
    #expect(sameBits(untouched.view.array, values))

    let logits = OwnedMatrix(rows: rows, columns: vocabulary, gap: 2, values)
    let result = CrossEntropy.rows(logits: logits.view, targets: targets, gradientScale: weights)
    #expect(sameBits(result.losses, losses.losses) && result.best == losses.best)
    #expect(logits.gapsAreUntouched)

    let matrix = DoubleMatrix(rows: rows, columns: vocabulary, values)
    for row in 0..<rows {
      let z = matrix.row(row)
      let exact = Reference.crossEntropy(z, target: Int(targets[row]))
      #expect(abs(Double(result.losses[row]) - exact) <= 1e-6 * max(1, exact))
      #expect(z[Int(result.best[row])] == z.max())
    }
    #expect(result.losses[5] == 0)
    #expect(logits.view.rows(5..<6).array.allSatisfy { $0 == 0 })
    #expect(logits.view.rows(2..<3).array.allSatisfy { $0 == 0 })
    // Of one token alone the loss is zero and so is every gradient.
    guard vocabulary > 1 else {
      #expect(result.losses.allSatisfy { $0 == 0 })
      return
    }
    let error = gradientError(
      of: logits.view.array, at: matrix.values, stream: RandomStream(seed: 12, label: "directions")
    ) { x in
      let z = DoubleMatrix(rows: rows, columns: vocabulary, x)
      return (0..<rows).reduce(0) {
        $0 + Double(weights[$1]) * Reference.crossEntropy(z.row($1), target: Int(targets[$1]))
      }
    }
    #expect(error < 3e-6)
  }

  /// A common shift of all logits, however great, changes neither losses nor gradients.
  @Test func greatShiftsDoNotMatter() {
    let base: [Float] = [0, -1, 2, 1.5, 0.25, -3, 2, 1]
    func run(_ shift: Float, target: Int32) -> (loss: Float, best: Int32, gradient: [Float]) {
      let z = OwnedMatrix(rows: 1, columns: base.count, base.map { $0 + shift })
      let (losses, best) = CrossEntropy.rows(
        logits: z.view, targets: [target], gradientScale: [1])
      return (losses[0], best[0], z.view.array)
    }
    for target in Int32(0)..<8 {
      let plain = run(0, target: target)
      // All of these sums are exact in float32, so the results must not move at all.
      for shift in [Float(1024), -1024, 65536, -1_048_576] {
        let moved = run(shift, target: target)
        #expect(moved.loss == plain.loss)
        #expect(moved.best == plain.best && sameBits(moved.gradient, plain.gradient))
      }
    }
    #expect(run(0, target: 0).best == 2, "of equals, the first is named")
  }

  @Test func equalLogits() {
    for n in [1, 3, 64, 4096] {
      let z = OwnedMatrix(rows: 1, columns: n, [Float](repeating: -7, count: n))
      let (losses, best) = CrossEntropy.rows(
        logits: z.view, targets: [Int32(n - 1)], gradientScale: [1])
      #expect(abs(Double(losses[0]) - log(Double(n))) < 1e-6)
      #expect(best == [0])
      for i in 0..<n {
        let exact = 1 / Double(n) - (i == n - 1 ? 1 : 0)
        #expect(abs(Double(z.view[0, i]) - exact) < 1e-7)
      }
    }
  }

  @Test func certaintyAndItsOpposite() {
    let z: [Float] = [300, -300, 0, 150]
    let right = OwnedMatrix(rows: 1, columns: 4, z)
    let wrong = OwnedMatrix(rows: 1, columns: 4, z)
    let hit = CrossEntropy.rows(logits: right.view, targets: [0], gradientScale: [1])
    let miss = CrossEntropy.rows(logits: wrong.view, targets: [1], gradientScale: [1])
    #expect(hit.losses == [0] && right.view.array.allSatisfy { $0 == 0 })
    #expect(miss.losses == [600] && wrong.view.array == [1, -1, 0, 0])
  }

  /// Something that is not a number must be seen in the loss.
  @Test func notANumberIsNotHidden() {
    for column in 0..<9 {
      var z = [Float](repeating: 0.5, count: 9)
      z[column] = .nan
      let (losses, _) = CrossEntropy.rows(
        logits: OwnedMatrix(rows: 1, columns: 9, z).view, targets: [4], gradientScale: nil)
      #expect(losses[0].isNaN)
    }
  }
}
