import TensorKernels

/// One layer's weights, laid out once for all blocks of rows of a pass.
struct PackedLayer: Sendable {
  /// As many as `projections` names.
  let projections: [PackedMatrix]
  let output: PackedMatrix?
  let gateUp: PackedMatrix?
  let down: PackedMatrix?

  /// Floats that a layer takes.
  static func count(_ c: ModelConfiguration) -> Int {
    // Queries, keys and values may lie apart, and then each is filled up by itself.
    [c.queryWidth, c.keyValueWidth, c.keyValueWidth, 2 * c.mlpWidth].reduce(0) {
      $0 + PackedMatrix.count(rows: $1, columns: c.width)
    } + PackedMatrix.count(rows: c.width, columns: c.queryWidth)
      + PackedMatrix.count(rows: c.width, columns: c.mlpWidth)
  }
}

extension TransformerPass {
  /// The packed weights of a layer, in the place of the layer before unless all are packed already;
  /// nil where the rows are few or the weights in half precision, which products widen on their own.
  func packedWeights(_ layer: Int) -> PackedLayer? {
    guard rows > Self.fewRows else { return nil }
    if let shared { return shared.layers[layer] }
    return PackedLayer(
      configuration, configuration.plan(layer),
      configuration.attends(layer) ? projections(layer).map(\.weight) : [],
      weights.layers[layer],
      in: activations.packing.view, workers)
  }
}

extension PackedLayer {
  init?(
    _ c: ModelConfiguration, _ plan: LayerPlan, _ projections: [WeightMatrix], _ w: LayerTensors,
    in memory: FloatView, _ workers: Workers
  ) {
    var matrices: [WeightMatrix] = []
    if plan.attention != nil {
      matrices = projections + [w.output.matrix(rows: c.width, columns: c.queryWidth)]
    }
    let attended = matrices.count
    if plan.hasMLP {
      matrices += [
        w.gateUp.matrix(rows: 2 * c.mlpWidth, columns: c.width),
        w.down.matrix(rows: c.width, columns: c.mlpWidth),
      ]
    }
    let floats = matrices.compactMap(\.floats)
    guard floats.count == matrices.count else { return nil }
    var offset = 0
    let packed = floats.map { matrix in
      let count = PackedMatrix.count(rows: matrix.rows, columns: matrix.columns)
      defer { offset += count }
      return PackedMatrix(matrix, transposed: true, in: memory.slice(offset, count))
    }
    workers.run(packed.count) { task, _ in packed[task].pack() }
    let (attention, mlp) = (packed[..<attended], packed[attended...])
    self.init(
      projections: Array(attention.dropLast()), output: attention.last, gateUp: mlp.first,
      down: mlp.last)
  }
}

/// All layers' weights, laid out once for several passes: the parts of a training batch.
public final class PackedWeights: @unchecked Sendable {
  private let configuration: ModelConfiguration
  private let memory: FloatStorage
  private(set) var layers: [PackedLayer] = []

  /// Room for the weights of a model of the given shape.
  public init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    memory = FloatStorage(count: configuration.layers * PackedLayer.count(configuration))
  }

  /// Packs `weights`, which are floats laid out as a model's own parameters; again after each change
  /// to them, and while no pass reads them.
  public func pack(_ weights: ModelTensors, workers: Workers) {
    let c = configuration
    let count = PackedLayer.count(c)
    let sides = c.queryWidth + 2 * c.keyValueWidth
    layers = weights.layers.enumerated().map { index, w in
      let plan = c.plan(index)
      guard
        let joined = w.query.joined(with: w.key)?.joined(with: w.value),
        let layer = PackedLayer(
          c, plan, plan.attention == nil ? [] : [joined.matrix(rows: sides, columns: c.width)], w,
          in: memory.view.slice(index * count, count), workers)
      else { preconditionFailure("weights that do not lie side by side as floats") }
      return layer
    }
  }
}
