import TensorKernels

/// Changes to attention at inference, made without training.
public struct PassOptions: Equatable, Sendable {
  /// Whether queries and keys are rotated; the paper's ablation switches it off.
  public var rotary: Bool
  /// A factor on the queries of each layer; nil is 1 everywhere.
  public var queryScale: [Float]?
  /// s of scalable softmax: scores are multiplied by `max(1, s·log n)`, n the number of visible
  /// keys; nil leaves them alone.
  public var scalableSoftmax: Float?

  /// As trained by default.
  public init(rotary: Bool = true, queryScale: [Float]? = nil, scalableSoftmax: Float? = nil) {
    self.rotary = rotary
    self.queryScale = queryScale
    self.scalableSoftmax = scalableSoftmax
  }

  /// The factor on the query that sees `visible` keys in `layer`.
  func factor(layer: Int, visible: Int) -> Float {
    let plain = queryScale?[layer] ?? 1
    guard let s = scalableSoftmax else { return plain }
    return plain * LogarithmicScale(s).factor(visible: visible, learned: 1)
  }

  var scalesQueries: Bool { queryScale != nil || scalableSoftmax != nil }
}
