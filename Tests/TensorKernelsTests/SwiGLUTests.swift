import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct SwiGLUTests {
  @Test(arguments: [1, 3, 7, 8, 9, 16, 23, 64, 100])
  func forwardAndBackward(width: Int) {
    let rows = 5
    var stream = RandomStream(seed: 9, label: "gate").child(width)
    let values = stream.normals(rows * 2 * width, scale: 3)
    let dy = stream.normals(rows * width)
    let gateUp = OwnedMatrix(rows: rows, columns: 2 * width, gap: 4, values)
    let activated = OwnedMatrix(rows: rows, columns: width, gap: 2)
    SwiGLU.forward(gateUp.view, into: activated.view)
    let x = values.map(Double.init)
    func reference(_ x: [Double]) -> DoubleMatrix {
      Reference.swiGLU(DoubleMatrix(rows: rows, columns: 2 * width, x))
    }
    #expect(relativeDistance(activated.view.array, reference(x).values) < 3e-7)
    #expect(activated.gapsAreUntouched)

    let gradient = OwnedMatrix(rows: rows, columns: 2 * width, gap: 4)
    SwiGLU.backward(
      OwnedMatrix(rows: rows, columns: width, gap: 6, dy).view, gateUp: gateUp.view,
      into: gradient.view)
    let error = gradientError(
      of: gradient.view.array, at: x, stream: RandomStream(seed: 10, label: "directions")
    ) { reference($0).inner(DoubleMatrix(rows: rows, columns: width, dy)) }
    #expect(error < 3e-6)
    #expect(gradient.gapsAreUntouched && gateUp.gapsAreUntouched)
  }

  /// Far out, silu is 0 on the left and the identity on the right, and nothing overflows.
  @Test func saturation() {
    let gates: [Float] = [-1e4, -200, -100, -88.5, -40, 0, 40, 88.5, 100, 1e4]
    let n = gates.count
    let gateUp = OwnedMatrix(rows: 1, columns: 2 * n, gates + [Float](repeating: 2, count: n))
    let activated = OwnedMatrix(rows: 1, columns: n)
    SwiGLU.forward(gateUp.view, into: activated.view)
    let gradient = OwnedMatrix(rows: 1, columns: 2 * n)
    SwiGLU.backward(
      OwnedMatrix(rows: 1, columns: n, [Float](repeating: 1, count: n)).view, gateUp: gateUp.view,
      into: gradient.view)
    let dGate = gradient.view.columns(0..<n).array
    for (i, gate) in gates.enumerated() {
      let y = activated.view[0, i]
      #expect(abs(y - (gate < 0 ? 0 : 2 * gate)) <= 1e-6 * abs(gate))
      #expect(abs(dGate[i] - (gate < 0 ? 0 : gate == 0 ? 1 : 2)) <= 1e-6)
    }
  }
}
