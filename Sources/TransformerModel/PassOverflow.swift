import TensorKernels

/// Where a pass first left the finite numbers.
public enum PassOverflow: Equatable, Sendable {
  case embedding
  /// The attention of a layer, counted from 0.
  case attention(layer: Int)
  /// The MLP of a layer, counted from 0.
  case mlp(layer: Int)
  /// The head: the residual stream is finite to its end.
  case head
}

extension PassOverflow: CustomStringConvertible {
  public var description: String {
    switch self {
    case .embedding: "the embedding"
    case .attention(let layer): "the attention of layer \(layer)"
    case .mlp(let layer): "the MLP of layer \(layer)"
    case .head: "the head"
    }
  }
}

extension GradientPass {
  /// Where the last pass, of `rows` rows, first left the finite numbers; to be asked where its loss did.
  ///
  /// - Complexity: O(rows · layers · width): for the rare case, not for every step.
  public func overflow(rows: Int) -> PassOverflow { activations.overflow(rows: rows) }
}

extension PassActivations {
  /// Where the last pass, of `rows` rows, first left the finite numbers; all layers must have been kept.
  func overflow(rows: Int) -> PassOverflow {
    precondition(keepsLayers, "later layers have taken the place of earlier ones")
    func isFinite(_ stream: MatrixView) -> Bool {
      stream.rows(0..<rows).array.allSatisfy(\.isFinite)
    }
    if !isFinite(residual(0)) { return .embedding }
    for index in 0..<configuration.layers {
      if !isFinite(layer(index).residualMid) { return .attention(layer: index) }
      if !isFinite(residual(index + 1)) { return .mlp(layer: index) }
    }
    return .head
  }
}
