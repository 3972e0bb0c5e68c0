import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct AdamWKernelTests {
  /// Several steps against the published algorithm in double precision.
  @Test(arguments: [1, 7, 8, 9, 64, 101])
  func agreesWithReference(count: Int) {
    let (rate, decay, epsilon, clip) = (0.01, 0.1, 1e-8, 0.25)
    let (beta1, beta2) = (0.9, 0.98)
    var stream = RandomStream(seed: 20, label: "weights").child(count)
    let start = stream.normals(count)
    let storage = FloatStorage(start)
    let first = FloatStorage(count: count)
    let second = FloatStorage(count: count)
    var p = start.map(Double.init)
    var m = [Double](repeating: 0, count: count)
    var v = m
    for step in 1...5 {
      let gradient = stream.normals(count, scale: 3)
      let storedGradient = FloatStorage(gradient)
      let corrections = (1 - pow(beta1, Double(step)), 1 - pow(beta2, Double(step)))
      AdamWKernel.update(
        storage.view, gradient: storedGradient.view, first: first.view, second: second.view,
        gradientScale: Float(clip), learningRate: Float(rate), beta1: Float(beta1),
        beta2: Float(beta2), epsilon: Float(epsilon), weightDecay: Float(decay),
        corrections: (Float(corrections.0), Float(corrections.1)))
      for i in 0..<count {
        let g = Double(gradient[i]) * clip
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g * g
        p[i] *= 1 - rate * decay
        p[i] -= rate * (m[i] / corrections.0) / ((v[i] / corrections.1).squareRoot() + epsilon)
      }
    }
    #expect(relativeDistance(storage.view.array, p) < 1e-6)
    #expect(relativeDistance(first.view.array, m) < 1e-5)
    #expect(relativeDistance(second.view.array, v) < 1e-5)
    // What moved, not where it is: the change alone is held too.
    let moved = zip(storage.view.array, start).map { $0 - $1 }
    let expected = zip(p, start).map { $0 - Double($1) }
    #expect(relativeDistance(moved, expected) < 1e-4)
  }

  @Test func sumOfSquaresIsDouble() {
    for count in [0, 1, 3, 4, 1003] {
      let values = (0..<count).map { Float($0) + 0.5 }
      let storage = FloatStorage(values)
      let exact = values.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(AdamWKernel.sumOfSquares(storage.view) - exact) <= 1e-14 * exact)
    }
    let great = FloatStorage([1e30, 1e30])
    #expect(abs(AdamWKernel.sumOfSquares(great.view) / 2e60 - 1) < 1e-6)
  }
}
