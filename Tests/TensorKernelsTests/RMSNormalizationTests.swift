import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct RMSNormalizationTests {
  static let widths = [1, 2, 7, 8, 9, 31, 32, 33, 64, 100, 128, 257]

  struct Case {
    let rows = 5
    let width: Int
    let epsilon: Float
    let x: [Float]
    let gain: [Float]
    let dy: [Float]

    init(width: Int, epsilon: Float = 1e-6, scale: Double = 1) {
      var stream = RandomStream(seed: 4, label: "norm").child(width)
      self.width = width
      self.epsilon = epsilon
      x = stream.normals(rows * width, scale: scale)
      gain = stream.normals(width).map { 1 + 0.3 * $0 }
      dy = stream.normals(rows * width)
    }

    func reference(x: [Double], gain: [Double]) -> DoubleMatrix {
      Reference.rmsNorm(
        DoubleMatrix(rows: rows, columns: width, x), gain: gain, epsilon: Double(epsilon))
    }

    /// What the loss of the gradient check is: `Σ dy ⊙ y`.
    func loss(x: [Double], gain: [Double]) -> Double {
      reference(x: x, gain: gain).inner(DoubleMatrix(rows: rows, columns: width, dy))
    }

    func forward() -> (y: OwnedMatrix, inverse: FloatStorage) {
      let y = OwnedMatrix(rows: rows, columns: width, gap: 4)
      let inverse = FloatStorage(count: rows)
      RMSNormalization.forward(
        OwnedMatrix(rows: rows, columns: width, gap: 2, x).view, gain: FloatStorage(gain).view,
        epsilon: epsilon, into: y.view, inverse: inverse.view)
      return (y, inverse)
    }
  }

  @Test(arguments: widths)
  func forward(width: Int) {
    for (epsilon, scale) in [(Float(1e-6), 1.0), (1e-2, 1e-2), (0, 1e3)] {
      let test = Case(width: width, epsilon: epsilon, scale: scale)
      let (y, inverse) = test.forward()
      let expected = test.reference(x: test.x.map(Double.init), gain: test.gain.map(Double.init))
      #expect(relativeDistance(y.view.array, expected.values) < 3e-7)
      #expect(y.gapsAreUntouched)
      for row in 0..<test.rows {
        let mean =
          test.x[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) * Double($1) }
          / Double(width)
        let exact = 1 / (mean + Double(epsilon)).squareRoot()
        #expect(abs(Double(inverse.view[row]) / exact - 1) < 3e-7)
      }
    }
  }

  @Test(arguments: widths)
  func backward(width: Int) {
    // Where a row has one element, y = ±gain unless ε has a say.
    let test = Case(width: width, epsilon: 0.1)
    let (_, inverse) = test.forward()
    let dx = FloatStorage(count: test.x.count)
    let dGain = FloatStorage(count: width)
    dx.view.fill(0.5)
    dGain.view.fill(-0.25)
    RMSNormalization.backward(
      OwnedMatrix(rows: test.rows, columns: width, gap: 2, test.dy).view,
      x: OwnedMatrix(rows: test.rows, columns: width, gap: 2, test.x).view,
      gain: FloatStorage(test.gain).view, inverse: inverse.view,
      addingTo: dx.view.matrix(rows: test.rows, columns: width), dGain: dGain.view)
    let x = test.x.map(Double.init)
    let gain = test.gain.map(Double.init)
    let stream = RandomStream(seed: 5, label: "directions")
    let xError = gradientError(of: dx.view.array.map { $0 - 0.5 }, at: x, stream: stream) {
      test.loss(x: $0, gain: gain)
    }
    let gainError = gradientError(of: dGain.view.array.map { $0 + 0.25 }, at: gain, stream: stream)
    {
      test.loss(x: x, gain: $0)
    }
    #expect(xError < 3e-6)
    #expect(gainError < 3e-6)
  }

  @Test func gradientOfTheGainIsOptional() {
    let test = Case(width: 24)
    let (_, inverse) = test.forward()
    func gradient(_ dGain: FloatView?) -> [Float] {
      let dx = OwnedMatrix(
        rows: test.rows, columns: 24, [Float](repeating: 0, count: test.x.count))
      RMSNormalization.backward(
        OwnedMatrix(rows: test.rows, columns: 24, test.dy).view,
        x: OwnedMatrix(rows: test.rows, columns: 24, test.x).view,
        gain: FloatStorage(test.gain).view, inverse: inverse.view, addingTo: dx.view, dGain: dGain)
      return dx.view.array
    }
    let dGain = FloatStorage(count: 24)
    #expect(sameBits(gradient(nil), gradient(dGain.view)))
  }
}
