import TensorKernels
import TransformerModel

/// A private copy of every layer's `W_Q` in float32, side by side in one run, so that one instance can
/// adapt its queries while all share the other weights, whatever the precision of those.
public final class QueryWeights {
  private let storage: FloatStorage
  private let original: ModelTensors
  private let sizes: [Int]

  /// A copy of the queries of `weights`.
  public init(copying weights: ModelTensors) {
    original = weights
    sizes = weights.layers.map(\.query.count)
    storage = FloatStorage(count: sizes.reduce(0, +))
    restore()
  }

  /// All layers' `W_Q`, `[L·H·w·d]`.
  public var flat: FloatView { storage.view }

  /// The model with these queries in the place of its own.
  public var weights: ModelTensors { replacingQueries(of: original, by: flat, sizes: sizes) }

  /// `W_Q` of one layer, `[H·w·d]`.
  public func layer(_ index: Int) -> FloatView {
    flat.slice(sizes[..<index].reduce(0, +), sizes[index])
  }

  /// Sets every query weight back to the model's own, bit for bit.
  public func restore() {
    for (index, layer) in original.layers.enumerated() { self.layer(index).copy(from: layer.query) }
  }

  /// Whether every query weight has the very bits of the model's own.
  public var isRestored: Bool {
    original.layers.enumerated().allSatisfy { index, layer in
      zip(self.layer(index).array, layer.query.array).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
  }
}

/// The tensors of `base` with each layer's queries replaced by its part of `flat`.
func replacingQueries(of base: ModelTensors, by flat: FloatView, sizes: [Int]) -> ModelTensors {
  var result = base
  var offset = 0
  for (index, size) in sizes.enumerated() {
    result.layers[index].query = WeightView(flat.slice(offset, size))
    offset += size
  }
  return result
}
