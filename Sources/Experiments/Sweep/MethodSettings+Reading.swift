import DataFiles
import TestTimeCompute
import Training
import TransformerModel

extension MethodSettings {
  private enum WeightName: String, CaseIterable {
    case query
    case lowRankQuery = "low-rank-query"
    case key
    case value
    case output
    case mlp
    case all
  }

  private enum EvidenceName: String, CaseIterable {
    case gold
    case picked
    case random
  }

  private enum OptimizerName: String, CaseIterable {
    case adamw
    case sgd
  }

  /// Reads the members of a method.
  ///
  /// - Parameter wantsBudget: whether the method itself must say how much it spends.
  init(_ reader: inout JSONObjectReader, wantsBudget: Bool) throws(JSONError) {
    name = try reader.choice("method")
    training = nil
    spans = nil
    alignment = nil
    factor = nil
    sampler = nil
    traceEnd = nil
    traces = nil
    steps = nil
    tokens = nil
    budget = nil
    switch name {
    case .inContext: break
    case .queryScale, .scalableSoftmax:
      let key = name == .queryScale ? "factor" : "s"
      factor = try reader.double(key, in: 0...1e6, above: 0)
    case .qttt:
      try readSpanTraining(&reader)
      try readAmount(&reader, "steps", in: 0...1_000_000, wantsBudget: wantsBudget)
    case .alignment:
      try readAlignment(&reader)
      try readAmount(&reader, "steps", in: 0...1_000_000, wantsBudget: wantsBudget)
    case .fullTraining:
      training = try Self.training(&reader, default: .all)
      try readAmount(&reader, "steps", in: 0...1_000_000, wantsBudget: wantsBudget)
    case .thinking:
      sampler = try Self.sampler(&reader, default: .greedy)
      traceEnd = try reader.choice("trace_end", default: .answer)
      try readAmount(&reader, "tokens", in: 0...1 << 28, wantsBudget: wantsBudget)
    case .selfConsistency:
      traces = try reader.int("traces", default: 8, in: 1...1 << 16)
      sampler = try Self.sampler(&reader, default: .paper)
      traceEnd = try reader.choice("trace_end", default: .answer)
      try readAmount(&reader, "tokens", in: 0...1 << 28, wantsBudget: wantsBudget)
    case .beam:
      traces = try reader.int("beams", default: 8, in: 1...1 << 16)
      sampler = .greedy
      traceEnd = try reader.choice("trace_end", default: .answer)
      try readAmount(&reader, "tokens", in: 0...1 << 28, wantsBudget: wantsBudget)
    case .trainingThinking:
      try readSpanTraining(&reader)
      steps = try reader.int("steps", in: 0...1_000_000)
      sampler = try Self.sampler(&reader, default: .greedy)
      traceEnd = try reader.choice("trace_end", default: .answer)
      try readAmount(&reader, "tokens", in: 0...1 << 28, wantsBudget: wantsBudget)
    }
  }

  /// Reads steps or tokens, or the budget in their place.
  private mutating func readAmount(
    _ reader: inout JSONObjectReader, _ key: String, in range: ClosedRange<Int>, wantsBudget: Bool
  ) throws(JSONError) {
    let isGiven = reader.valueIfPresent(key) != nil
    if reader.valueIfPresent("budget") != nil {
      guard !isGiven else {
        throw reader.invalid("budget", "and \(key) both say how much is spent; give one of them")
      }
      var object = try reader.object("budget")
      budget = try ComputeBudget(&object)
    } else if isGiven || wantsBudget {
      let amount = try reader.int(key, in: range)
      if key == "steps" { steps = amount } else { tokens = amount }
    }
  }

  private mutating func readSpanTraining(_ reader: inout JSONObjectReader) throws(JSONError) {
    let training = try Self.training(&reader, default: .query)
    let read = Spans(
      length: try reader.int("span_length", default: 128, in: 1...1 << 28),
      keyValues: try reader.choice("span_kv", default: .frozen),
      policy: try reader.choice("policy", default: .uniform),
      control: try reader.choice("control", default: SpanTraining.Control.none))
    if read.keyValues == .frozen && training.weights.needsOwnKeyValues {
      throw reader.invalid(
        "weights",
        "are \(training.weights), which need span_kv \"recomputed\": from a frozen cache they "
          + "have no gradient")
    }
    self.training = training
    spans = read
  }

  private mutating func readAlignment(_ reader: inout JSONObjectReader) throws(JSONError) {
    let training = try Self.training(&reader, default: .query)
    if training.weights.needsOwnKeyValues {
      throw reader.invalid(
        "weights",
        "are \(training.weights), but the context keeps its keys and values; "
          + "align by query, low-rank-query, output or mlp")
    }
    let evidence: EvidenceAlignment.Evidence
    switch try reader.choice("evidence", default: EvidenceName.picked) {
    case .gold: evidence = .gold
    case .random: evidence = .random
    case .picked: evidence = .picked(count: try reader.int("picked", default: 8, in: 1...1 << 20))
    }
    self.training = training
    alignment = Alignment(
      evidence: evidence, heads: try reader.choice("heads", default: .looking))
  }

  private static func training(
    _ reader: inout JSONObjectReader, default weights: WeightName
  ) throws(JSONError) -> WeightTrainer.Settings {
    let rate = try reader.double("learning_rate", default: 1e-3, in: 0...1e6, above: 0)
    let clip = try reader.double("clip", default: 1, in: 0...1e30)
    let optimizer: WeightOptimizer
    switch try reader.choice("optimizer", default: OptimizerName.adamw) {
    case .adamw:
      optimizer = .adamW(
        AdamWSettings(
          learningRate: rate,
          weightDecay: try reader.double("weight_decay", default: 0.01, in: 0...1e6)))
    case .sgd: optimizer = .gradientDescent(learningRate: rate)
    }
    let trained: TrainedWeights
    switch try reader.choice("weights", default: weights) {
    case .query: trained = .query
    case .lowRankQuery:
      trained = .lowRankQuery(rank: try reader.int("rank", default: 4, in: 1...4096))
    case .key: trained = .key
    case .value: trained = .value
    case .output: trained = .output
    case .mlp: trained = .mlp
    case .all: trained = .all
    }
    return .init(weights: trained, optimizer: optimizer, clip: clip == 0 ? nil : clip)
  }

  private static func sampler(
    _ reader: inout JSONObjectReader, default sampler: Sampler
  ) throws(JSONError) -> Sampler {
    var sampler = sampler
    sampler.temperature = try reader.double(
      "temperature", default: sampler.temperature, in: 0...1e6)
    sampler.topP = try reader.double("top_p", default: sampler.topP, in: 0...1, above: 0)
    // 0 stands for all tokens.
    let topK = try reader.int("top_k", default: sampler.topK ?? 0, in: 0...1 << 30)
    sampler.topK = topK == 0 ? nil : topK
    return sampler
  }
}
