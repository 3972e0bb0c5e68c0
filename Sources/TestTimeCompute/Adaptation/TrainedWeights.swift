import TransformerModel

/// The weights that training at test time may change, in every layer.
public enum TrainedWeights: String, CaseIterable, Sendable {
  /// `W_Q`: keys and values stay what they are.
  case query
  /// `W_Q + A·B` with A `[H·w, rank]` and B `[rank, d]`, of which only A and B train.
  case lowRankQuery = "low-rank-query"
  case key
  case value
  /// `W_O`.
  case output
  /// Gate, up and down projections.
  case mlp
  /// Every parameter of the model, embeddings and norms included.
  case all

  /// The groups of parameters whose gradient is formed.
  public var targets: GradientTargets {
    switch self {
    case .query, .lowRankQuery: .query
    case .key: .key
    case .value: .value
    case .output: .output
    case .mlp: .mlp
    case .all: .all
    }
  }

  /// Whether their gradient passes through keys or values of their own tokens.
  public var needsOwnKeyValues: Bool { !targets.isDisjoint(with: [.key, .value]) }

  /// What sentences call them, such as "the key weights".
  var phrase: String { self == .all ? "all weights" : "the \(rawValue) weights" }
}
