import DataFiles
import Training

/// What trains and how a step is made: settings that all methods which train share.
public struct TrainingSettings: Sendable, Equatable {
  /// How a gradient becomes a change of weights.
  public enum Optimizer: String, CaseIterable, Sendable {
    /// AdamW; the paper's weight decay is 0.01, which is the settings' default.
    case adamw
    /// Plain gradient descent at the same learning rate.
    case sgd
  }

  public var weights: TrainedWeights
  /// Of low-rank queries.
  public var rank: Int
  public var optimizer: Optimizer
  public var adamW: AdamWSettings
  /// The greatest norm of the gradient over all trained weights together; nil for no clipping.
  public var clip: Double?

  public init(
    _ weights: TrainedWeights = .query, rank: Int = 4, optimizer: Optimizer = .adamw,
    learningRate: Double = 1e-3, clip: Double? = 1
  ) {
    self.weights = weights
    self.rank = rank
    self.optimizer = optimizer
    adamW = AdamWSettings(learningRate: learningRate)
    self.clip = clip
  }

  static let settings: [Setting<TrainingSettings>] = [
    Setting("weights", \.weights, help: "What trains."),
    Setting("rank", \.rank, in: 1...4096, help: "The rank of low-rank-query."),
    Setting("optimizer", \.optimizer, help: "How a gradient becomes a change of weights."),
    Setting(
      "learning_rate", \.adamW.learningRate, in: .above(0, through: 1e6),
      help: "The optimizer's learning rate."),
    Setting(
      "weight_decay", \.adamW.weightDecay, in: .closed(0...1e6),
      help: "AdamW's decoupled weight decay."),
    Setting("beta1", \.adamW.beta1, in: .halfOpen(0..<1), help: "AdamW's first decay rate."),
    Setting("beta2", \.adamW.beta2, in: .halfOpen(0..<1), help: "AdamW's second decay rate."),
    Setting(
      "epsilon", \.adamW.epsilon, in: .above(0, through: 1),
      help: "What AdamW adds to the root of the second moment."),
    Setting(
      "clip", \.clip, .number(.closed(0...1e30)),
      "The greatest norm of the gradient over all trained weights together; 0 leaves gradients as "
        + "they are.", mayBeAbsent: true,
      write: { $0.map { JSONValue(.double($0)) } ?? .null },
      read: { .some($0.double == 0 ? nil : $0.double) }),
  ]

  func has(_ setting: String) -> Bool {
    switch setting {
    case "rank": weights == .lowRankQuery
    case "weight_decay", "beta1", "beta2", "epsilon": optimizer == .adamw
    default: true
    }
  }

  /// What low-rank queries add to the operations of a step; 0 of other weights.
  func factorFLOPs(_ costs: FLOPs) -> FLOPs.Count {
    weights == .lowRankQuery ? costs.lowRankStep(rank: rank) : 0
  }
}
