import DataFiles
import Training

/// What trains and how a step is made: settings that all methods which train share.
public struct TrainingSettings: Sendable, Equatable {
  public enum Weights: String, CaseIterable, Sendable {
    case query
    case lowRankQuery = "low-rank-query"
    case key, value, output, mlp, all
  }

  public enum Optimizer: String, CaseIterable, Sendable {
    case adamw, sgd
  }

  public var weights: Weights
  public var rank = 4
  public var optimizer = Optimizer.adamw
  public var adamW = AdamWSettings(learningRate: 1e-3)
  public var clip: Double? = 1

  public init(_ weights: Weights = .query) { self.weights = weights }

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

  /// How a step is made.
  public var trainer: WeightTrainer.Settings {
    WeightTrainer.Settings(
      weights: trained,
      optimizer: optimizer == .adamw
        ? .adamW(adamW) : .gradientDescent(learningRate: adamW.learningRate),
      clip: clip)
  }

  private var trained: TrainedWeights {
    switch weights {
    case .query: .query
    case .lowRankQuery: .lowRankQuery(rank: rank)
    case .key: .key
    case .value: .value
    case .output: .output
    case .mlp: .mlp
    case .all: .all
    }
  }
}
