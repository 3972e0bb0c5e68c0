import TransformerModel

/// Sharper attention without any training: the cheap rival of every adaptation.
///
/// The context's keys and values stay as they were read; the factors hold for what is read behind it.
public enum QueryScaling: Adaptation, Equatable {
  /// One factor on the queries of all layers.
  case factor(Float)
  /// Scalable softmax: scores times `max(1, s·log n)` for a query that sees n keys (Nakanishi 2025).
  case scalableSoftmax(Float)

  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count { 0 }

  public func adapt(_ run: MethodRun) throws {
    let layers = run.costs.configuration.layers
    switch self {
    case .factor(let factor):
      run.session.options.queryScale = [Float](repeating: factor, count: layers)
    case .scalableSoftmax(let s): run.session.options.scalableSoftmax = s
    }
  }
}
