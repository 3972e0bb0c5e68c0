import TensorKernels

/// One layer's weights, laid out once for all blocks of rows of a pass.
struct PackedLayer: Sendable {
  /// As many as `projections` names.
  let projections: [PackedMatrix]
  let output: PackedMatrix
  let gateUp: PackedMatrix
  let down: PackedMatrix

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
  /// Packs the weights of a layer, in the place of the layer before; nil where the rows are few or the
  /// weights in half precision, which products widen on their own.
  func packWeights(_ layer: Int) -> PackedLayer? {
    let c = configuration
    let w = weights.layers[layer]
    let matrices =
      projections(layer).map(\.weight) + [
        w.output.matrix(rows: c.width, columns: c.queryWidth),
        w.gateUp.matrix(rows: 2 * c.mlpWidth, columns: c.width),
        w.down.matrix(rows: c.width, columns: c.mlpWidth),
      ]
    let floats = matrices.compactMap(\.floats)
    guard rows > Self.fewRows, floats.count == matrices.count else { return nil }
    var offset = 0
    let packed = floats.map { matrix in
      let count = PackedMatrix.count(rows: matrix.rows, columns: matrix.columns)
      defer { offset += count }
      return PackedMatrix(
        matrix, transposed: true, in: activations.packing.view.slice(offset, count))
    }
    workers.run(packed.count) { task, _ in packed[task].pack() }
    let last = packed.count - 1
    return PackedLayer(
      projections: Array(packed[..<(last - 2)]), output: packed[last - 2],
      gateUp: packed[last - 1], down: packed[last])
  }
}
