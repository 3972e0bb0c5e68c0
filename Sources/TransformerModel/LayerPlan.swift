import TensorKernels

/// What a layer is made of: attention under a rule, and an MLP; either may be left out.
public struct LayerPlan: Hashable, Sendable {
  /// How the layer attends; nil where it does not.
  public var attention: AttentionRule?
  /// Whether attention is followed by an MLP.
  public var hasMLP: Bool

  /// A layer; as in published models by default.
  public init(attention: AttentionRule? = .causalSoftmax, hasMLP: Bool = true) {
    self.attention = attention
    self.hasMLP = hasMLP
  }
}

extension ModelConfiguration {
  /// The plan of a layer.
  public func plan(_ layer: Int) -> LayerPlan { plans.isEmpty ? LayerPlan() : plans[layer] }

  /// Whether layers are alike and as in published models.
  public var isPlain: Bool { plans.allSatisfy { $0 == LayerPlan() } }

  /// Whether a layer attends.
  func attends(_ layer: Int) -> Bool { plans.isEmpty || plans[layer].attention != nil }

  /// The highest layer that attends; 0 where none does.
  var topAttention: Int { (0..<layers).last { attends($0) } ?? 0 }

  /// Whether a layer has an MLP.
  func hasMLP(_ layer: Int) -> Bool { plans.isEmpty || plans[layer].hasMLP }

  /// Factors of a row's queries that a pass has room for: one a head where a layer learns them.
  var scaleColumns: Int {
    plans.contains { $0.attention?.isLearned ?? false } ? queryHeads : 1
  }

  /// What attends in each layer, made once.
  var attentions: [Attention] {
    (0..<layers).map {
      Attention(
        queryHeads: queryHeads, keyValueHeads: keyValueHeads, headWidth: headWidth,
        rule: plan($0).attention ?? .causalSoftmax)
    }
  }

  /// What is impossible about the plans, in one sentence, or nil.
  var planDefect: String? {
    if !plans.isEmpty && plans.count != layers {
      return "there are plans for \(plans.count) layers, but \(layers) layers"
    }
    if let index = plans.firstIndex(where: { $0.attention == nil && !$0.hasMLP }) {
      return "layer \(index) has neither attention nor an MLP"
    }
    return nil
  }
}
