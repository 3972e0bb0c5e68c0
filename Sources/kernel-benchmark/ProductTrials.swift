import TensorKernels
import TestSupport

/// The matrix products of a training step of the sandbox model and of one twice as wide: a part's rows
/// with the weights in the forward pass, and both products of the backward pass.
func productTrials() -> [KernelTrial] {
  let shapes = [(640, 384, 128), (640, 512, 128), (640, 128, 256), (512, 1024, 256)]
  return shapes.flatMap { shape -> [KernelTrial] in
    let (rows, outputs, inputs) = shape
    let text = "\(rows) × \(inputs) → \(outputs)"
    let x = numbers("x \(shape)", rows * inputs)
    let w = numbers("w \(shape)", outputs * inputs)
    let dy = numbers("dy \(shape)", rows * outputs)
    let xs = DoubleMatrix(rows: rows, columns: inputs, doubles(x))
    let ws = DoubleMatrix(rows: outputs, columns: inputs, doubles(w))
    let dys = DoubleMatrix(rows: rows, columns: outputs, doubles(dy))
    let xv = x.view.matrix(rows: rows, columns: inputs)
    let wv = w.view.matrix(rows: outputs, columns: inputs)
    let dyv = dy.view.matrix(rows: rows, columns: outputs)

    func trial(
      _ name: String, exact: DoubleMatrix, _ product: @escaping (MatrixView) -> Void
    ) -> KernelTrial {
      let view = FloatStorage(count: exact.values.count).view
        .matrix(rows: exact.rows, columns: exact.columns)
      product(view)
      let error = relativeDistance(view.array, exact.values)
      return KernelTrial(
        name: name, shape: text, operations: 2 * rows * outputs * inputs,
        bytes: 4 * (rows * inputs + outputs * inputs + rows * outputs), error: error,
        run: { product(view) })
    }
    let memory = FloatStorage(count: PackedMatrix.count(rows: outputs, columns: inputs))
    let packed = PackedMatrix(wv, transposed: true, in: memory.view)
    packed.pack()
    let forward = xs.times(transposed: ws)
    return [
      trial("product x·Wᵀ, packed", exact: forward) {
        packed.product(xv, into: $0, tally: nil)
      },
      trial("product x·Wᵀ", exact: forward) {
        MatrixProduct.timesTransposed(xv, wv, into: $0, tally: nil)
      },
      trial("product dy·W", exact: dys.times(transposed: ws.transposed)) {
        MatrixProduct.times(dyv, wv, into: $0, tally: nil)
      },
      trial("product dyᵀ·x", exact: dys.transposed.times(transposed: xs.transposed)) {
        MatrixProduct.transposedTimes(dyv, xv, into: $0, tally: nil)
      },
      KernelTrial(
        name: "pack W", shape: "\(outputs) × \(inputs)", bytes: 8 * outputs * inputs, error: 0,
        run: { packed.pack() }),
    ]
  }
}
