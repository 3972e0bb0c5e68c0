import TensorKernels

/// What one layer computes, for up to `n` rows.
///
/// A class, because every copy of a structure would retain the owners of its fifteen views, and while a
/// token is decoded two threads would do so at once for every head of every layer.
final class LayerActivations: Sendable {
  /// Residual stream before attention, `[n, d]` (`residPre`).
  let residual: MatrixView
  /// `[n]`, inverse root mean squares of the input norm.
  let inputInverse: FloatView
  /// `[n, d]`
  let inputNormed: MatrixView
  /// Queries, keys and values as projected, `[n, (H + 2·G)·w]`.
  let projected: MatrixView
  /// Inverse root mean squares of QK-norm, `[n, H]` and `[n, G]`.
  let queryInverse: MatrixView
  let keyInverse: MatrixView
  /// Queries and keys after normalisation and rotation, `[n, H·w]` and `[n, G·w]`.
  let queries: MatrixView
  let keys: MatrixView
  /// `[n, H]`
  let logSumExp: MatrixView
  /// Attention output before its projection, `[n, H·w]` (`z`).
  let attended: MatrixView
  /// Residual stream between attention and MLP, `[n, d]` (`residMid`).
  let residualMid: MatrixView
  let postInverse: FloatView
  let postNormed: MatrixView
  /// `[n, 2·F]`
  let gateUp: MatrixView
  /// `[n, F]`
  let activated: MatrixView

  /// Takes what a layer of this shape needs: `take(m)` gives `[n, m]`, `vector()` gives `[n]`.
  init(_ c: ModelConfiguration, take: (Int) -> MatrixView, vector: () -> FloatView) {
    residual = take(c.width)
    inputInverse = vector()
    inputNormed = take(c.width)
    projected = take(c.queryWidth + 2 * c.keyValueWidth)
    queryInverse = take(c.queryHeads)
    keyInverse = take(c.keyValueHeads)
    queries = take(c.queryWidth)
    keys = take(c.keyValueWidth)
    logSumExp = take(c.queryHeads)
    attended = take(c.queryWidth)
    residualMid = take(c.width)
    postInverse = vector()
    postNormed = take(c.width)
    gateUp = take(2 * c.mlpWidth)
    activated = take(c.mlpWidth)
  }
}

/// Activation buffers for passes of up to `capacity` rows, allocated once and used again.
///
/// A pass that is to be followed by a backward pass keeps every layer's activations; otherwise all
/// layers share one set.
public final class PassActivations: @unchecked Sendable {
  let capacity: Int
  let keepsLayers: Bool
  let configuration: ModelConfiguration
  private let storage: FloatStorage
  private let views: [LayerActivations]
  /// Residual stream after the last layer, `[n, d]` (`residPost`).
  private let last: MatrixView
  let finalInverse: FloatView
  let finalNormed: MatrixView
  /// `[n, 1]`, or `[n, H]` where heads learn their own.
  let rowScale: MatrixView
  /// Room for one layer's weights, packed for the products of many rows.
  let packing: FloatStorage

  /// Room for `capacity` rows.
  public init(_ c: ModelConfiguration, capacity: Int, keepsLayers: Bool) {
    configuration = c
    self.capacity = capacity
    self.keepsLayers = keepsLayers
    let rows = max(1, capacity)
    let sets = keepsLayers ? c.layers : 1
    let storage = FloatStorage(count: rows * Self.floatsPerRow(c, layers: sets))
    var offset = 0
    func take(_ columns: Int) -> MatrixView {
      defer { offset += rows * columns }
      return storage.view.slice(offset, rows * columns).matrix(rows: rows, columns: columns)
    }
    func vector() -> FloatView {
      defer { offset += rows }
      return storage.view.slice(offset, rows)
    }
    views = (0..<sets).map { _ in LayerActivations(c, take: take, vector: vector) }
    last = keepsLayers ? take(c.width) : views[0].residual
    finalInverse = vector()
    finalNormed = take(c.width)
    rowScale = take(c.scaleColumns)
    self.storage = storage
    packing = FloatStorage(
      count: capacity > TransformerPass.fewRows ? PackedLayer.count(c) : 0)
  }

  /// Floats that a row takes where `layers` layers are kept.
  static func floatsPerRow(_ c: ModelConfiguration, layers: Int) -> Int {
    let layer =
      4 * c.width + 2 + 3 * c.queryWidth + 3 * c.keyValueWidth + 2 * c.queryHeads + c.keyValueHeads
      + 3 * c.mlpWidth
    return layers * layer + 2 * c.width + 1 + c.scaleColumns
  }

  func layer(_ index: Int) -> LayerActivations { views[keepsLayers ? index : 0] }

  /// The residual stream that enters layer `index`, or that leaves the last one.
  func residual(_ index: Int) -> MatrixView {
    index == configuration.layers ? last : layer(index).residual
  }
}
