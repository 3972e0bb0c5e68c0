import Randomness
import TensorKernels
import TransformerModel

/// Low-rank changes of query weights, `W_Q + A·B` in every layer (Hu et al. 2021).
///
/// A `[H·w, r]` starts at zero and B `[r, d]` normal with standard deviation `1/sqrt(d)`, so that
/// training starts at the model's own weights.
final class LowRankFactors {
  private let weights: AdaptedWeights
  private let rank: Int
  private let rows: Int
  private let columns: Int
  private let storage: FloatStorage
  private let slope: FloatStorage
  private let tally: Tally?

  init(
    _ weights: AdaptedWeights, model: Transformer, rank: Int, stream: RandomStream, tally: Tally?
  ) {
    precondition(rank >= 1, "a rank is at least 1")
    self.weights = weights
    self.rank = rank
    self.tally = tally
    rows = model.configuration.queryWidth
    columns = model.configuration.width
    let count = weights.ranges.count * rank * (rows + columns)
    storage = FloatStorage(count: count)
    slope = FloatStorage(count: count)
    let deviation = 1 / Double(columns).squareRoot()
    for layer in weights.ranges.indices {
      var stream = stream.child("low rank").child(layer)
      let b = factors(layer, in: storage.view).b
      for row in 0..<rank {
        for column in 0..<columns { b[row, column] = Float(stream.normal() * deviation) }
      }
    }
  }

  /// A and B of all layers.
  var flat: FloatView { storage.view }

  /// The gradient of the factors, laid out as `flat`, from that of the weights: `∂A = ∂W·Bᵀ`,
  /// `∂B = Aᵀ·∂W`.
  func gradient(of gradient: FloatView) -> FloatView {
    for (layer, range) in weights.ranges.enumerated() {
      let dW = matrix(gradient.slice(range.lowerBound, range.count))
      let (a, b) = factors(layer, in: storage.view)
      let (dA, dB) = factors(layer, in: slope.view)
      MatrixProduct.timesTransposed(dW, b, into: dA, tally: tally)
      MatrixProduct.transposedTimes(a, dW, into: dB, tally: tally)
    }
    return slope.view
  }

  /// Sets the weights to `W_Q + A·B`.
  func apply() {
    for (layer, range) in weights.ranges.enumerated() {
      let w = weights.flat.slice(range.lowerBound, range.count)
      w.copy(from: weights.original(layer))
      let (a, b) = factors(layer, in: storage.view)
      MatrixProduct.times(a, b, into: matrix(w), accumulate: true, tally: tally)
    }
  }

  private func matrix(_ view: FloatView) -> MatrixView { view.matrix(rows: rows, columns: columns) }

  private func factors(_ layer: Int, in run: FloatView) -> (a: MatrixView, b: MatrixView) {
    let start = layer * rank * (rows + columns)
    return (
      run.slice(start, rows * rank).matrix(rows: rows, columns: rank),
      run.slice(start + rows * rank, rank * columns).matrix(rows: rank, columns: columns)
    )
  }
}
