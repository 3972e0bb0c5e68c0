import DataFiles
import TestTimeCompute
import TransformerModel

extension MethodSettings {
  /// Writes every setting that decides the result into an open object: what keys are made of.
  func writeIdentity(to json: inout JSONWriter) throws {
    json.member("method", name.rawValue)
    if let training {
      json.member("weights", training.weights.name)
      if case .lowRankQuery(let rank) = training.weights { json.member("rank", rank) }
      switch training.optimizer {
      case .adamW(let adamW):
        json.member("optimizer", "adamw")
        try json.member("learning_rate", adamW.learningRate)
        try json.member("weight_decay", adamW.weightDecay)
        try json.member("beta1", adamW.beta1)
        try json.member("beta2", adamW.beta2)
        try json.member("epsilon", adamW.epsilon)
      case .gradientDescent(let learningRate):
        json.member("optimizer", "sgd")
        try json.member("learning_rate", learningRate)
      }
      try json.optional("clip", training.clip)
    }
    if let spans {
      json.member("span_length", spans.length)
      json.member("span_kv", spans.keyValues.rawValue)
      json.member("policy", spans.policy.rawValue)
      json.member("control", spans.control.rawValue)
    }
    if let alignment {
      json.member("evidence", alignment.evidence.name)
      if case .picked(let count) = alignment.evidence { json.member("picked", count) }
      json.member("heads", alignment.heads.rawValue)
    }
    if let factor { try json.member("factor", factor) }
    if let sampler {
      try json.member("temperature", sampler.temperature)
      try json.member("top_p", sampler.topP)
      json.optional("top_k", sampler.topK)
    }
    if let traceEnd { json.member("trace_end", traceEnd.rawValue) }
    if let traces { json.member("traces", traces) }
    if let steps { json.member("steps", steps) }
    if let tokens { json.member("tokens", tokens) }
    if let budget { json.object("budget") { budget.writeMembers(to: &$0) } }
  }

  /// The optimizer's step size; nil where nothing trains.
  var learningRate: Double? {
    switch training?.optimizer {
    case .adamW(let adamW): adamW.learningRate
    case .gradientDescent(let learningRate): learningRate
    case nil: nil
    }
  }
}

extension EvidenceAlignment.Evidence {
  /// The name in specs and tables.
  var name: String {
    switch self {
    case .gold: "gold"
    case .picked: "picked"
    case .random: "random"
    }
  }
}

extension TrainedWeights {
  /// The name in specs and tables.
  var name: String {
    switch self {
    case .query: "query"
    case .lowRankQuery: "low-rank-query"
    case .key: "key"
    case .value: "value"
    case .output: "output"
    case .mlp: "mlp"
    case .all: "all"
    }
  }
}
