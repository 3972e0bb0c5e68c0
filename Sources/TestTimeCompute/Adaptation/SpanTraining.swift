import Randomness
import TensorKernels
import TransformerModel

/// Training on spans of the context before the answer: query-only test-time training (qTTT, Bansal et
/// al. 2026, Algorithm 1) and its variants.
///
/// N steps; each draws a span of k tokens, takes the next-token loss of the span against the cache of
/// the whole context, and changes the trained weights by its gradient.
public struct SpanTraining: TrainingAdaptation, Equatable {
  /// Where spans are taken.
  public enum Policy: String, CaseIterable, Sendable {
    /// Every start equally likely: the paper's.
    case uniform
    /// Around the gold facts, each equally likely.
    case oracle
    /// Around positions drawn by the attention that the model's own question gives them, averaged over
    /// its rows, layers and heads.
    case guided
  }

  /// What is done to find out whether a gain is owed to the context at all.
  public enum Control: String, CaseIterable, Sendable {
    case none
    /// Spans and cache of another instance.
    case otherContext = "other-context"
    /// The tokens of each span, and the one behind it, in random order.
    case shuffled
    /// In the end each trained tensor is changed in a random direction by as much as training changed
    /// it.
    case randomDirection = "random-direction"
  }

  /// N; under a budget, the most steps.
  public var steps: Int
  /// k.
  public var spanLength: Int
  /// What trains, and how.
  public var training: WeightTrainer.Settings
  /// Whether the span's own keys and values come from the cache.
  public var keyValues: SpanKeyValues
  /// Where spans are taken.
  public var policy: Policy
  /// What is put in the place of the method itself.
  public var control: Control

  /// Training as given; without more, qTTT.
  public init(
    steps: Int, spanLength: Int, training: WeightTrainer.Settings,
    keyValues: SpanKeyValues = .frozen, policy: Policy = .uniform,
    control: Control = .none
  ) {
    precondition(steps >= 0 && spanLength >= 1, "steps are at least 0 and spans at least 1")
    self.steps = steps
    self.spanLength = spanLength
    self.training = training
    self.keyValues = keyValues
    self.policy = policy
    self.control = control
  }

  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws {
    if keyValues == .frozen && training.weights.needsOwnKeyValues {
      throw MethodError.frozenKeyValues(training.weights)
    }
    if steps == 0 { return }
    var source = length
    if control == .otherContext {
      guard let donorLength else { throw MethodError.noDonor }
      source = donorLength
    }
    guard spanLength < source else {
      throw MethodError.spanTooLong(span: spanLength, context: source)
    }
    let hasGold = problem.gold.contains { !$0.clamped(to: 0..<source).isEmpty }
    if policy == .oracle && !hasGold { throw MethodError.noGold }
  }

  /// Exact for what does not depend on the spans, and the mean over uniform starts for what does,
  /// whatever the policy.
  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    if steps == 0 { return 0 }
    let span = costs.meanSpanStep(
      spanLength, length: extent.context, keyValues: keyValues, targets: training.weights.targets)
    return FLOPs.Count(steps) * (span + factorFLOPs(costs))
      + (policy == .guided ? QuestionAttention.overContextFLOPs(extent, costs) : 0)
  }

  public func adapt(_ run: MethodRun) throws {
    if steps == 0 { return }
    let source = source(run)
    guard var spans = try spanPolicy(run, source) else { return }
    let trainer = WeightTrainer(
      run.session.model, settings: training, stream: run.stream.child("weights"),
      tally: run.context.tally)
    let pass = GradientPass(
      run.session.model, capacity: spanLength, workers: run.context.workers,
      options: run.session.options, tally: run.context.tally)
    let shuffling = run.stream.child("shuffle")
    for number in 0..<steps {
      let start = spans.nextStart(spanLength: spanLength, contextLength: source.length)
      let cost = stepFLOPs(start: start, run.costs)
      guard run.affords(cost) else { break }
      let batch = batch(run, source, start: start, stream: shuffling.child(number))
      run.predict(cost)
      let step = trainer.step { weights, targets, gradient in
        pass.addSpanGradient(
          of: batch, cache: source.session.cache, start: start, keyValues: keyValues,
          weights: weights, targets: targets, to: gradient
        ).total(batch.weights)
      }
      try run.note(
        TrainingStep(
          start: start,
          trained: control == .otherContext ? nil : start + 1..<start + spanLength + 1,
          loss: step.loss, gradientNorm: step.gradientNorm),
        weights: trainer.weights.tensors,
        overflow: trainer.overflow(step.loss, in: pass, rows: spanLength))
    }
    if control == .randomDirection && !run.outcome.steps.isEmpty {
      trainer.weights.turnRandomly(run.stream.child("direction"))
      run.session.weights = trainer.weights.tensors
    }
  }

  /// The context that is trained on.
  private func source(_ run: MethodRun) -> ReadContext {
    control == .otherContext ? run.donor ?? run.context : run.context
  }

  /// The span's tokens with their next tokens as targets, mean loss.
  private func batch(
    _ run: MethodRun, _ source: ReadContext, start: Int, stream: RandomStream
  ) -> SequenceBatch {
    var tokens = Array(source.session.tokens[start...start + spanLength])
    if control == .shuffled {
      var stream = stream
      stream.shuffle(&tokens)
    }
    return SequenceBatch(
      tokens: Array(tokens.dropLast()),
      positions: Array(source.session.positions[start..<start + spanLength]),
      sequences: [0..<spanLength], targets: Array(tokens.dropFirst()),
      weights: [Float](repeating: 1 / Float(spanLength), count: spanLength))
  }

  /// Nil where the budget does not even pay for looking where spans should lie.
  private func spanPolicy(_ run: MethodRun, _ source: ReadContext) throws -> (any SpanPolicy)? {
    if policy == .guided {
      let looking = QuestionAttention.overContextFLOPs(
        run.problem.extent(behind: source.length), run.costs)
      guard run.affords(looking) else { return nil }
      run.predict(looking)
      let attention = try QuestionAttention.overContext(run, source)
      return SpansHolding(
        attention.indices.map { $0..<$0 + 1 }, weights: attention,
        stream: run.stream.child("spans"))
    }
    let spans = drawnSpans(run.problem.gold, length: source.length, stream: run.stream)
    guard let spans else { throw MethodError.noGold }
    return spans
  }

  /// The policy where it needs no model; nil where it does, or where no gold lies in the context.
  func drawnSpans(
    _ gold: [Range<Int>], length: Int, stream: RandomStream
  ) -> (any SpanPolicy)? {
    let stream = stream.child("spans")
    switch policy {
    case .uniform: return UniformSpans(stream)
    case .oracle:
      // In another instance's context the places mean nothing, which is the control's point.
      let inside = gold.map { $0.clamped(to: 0..<length) }.filter { !$0.isEmpty }
      return inside.isEmpty ? nil : SpansHolding(inside, stream: stream)
    case .guided: return nil
    }
  }

  /// That of spans at the beginning, which see the fewest keys.
  public func leastFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    if steps == 0 { return 0 }
    return FLOPs.Count(steps) * stepFLOPs(start: 0, costs)
      + (policy == .guided ? QuestionAttention.overContextFLOPs(extent, costs) : 0)
  }

  /// One step on the span at `start`.
  func stepFLOPs(start: Int, _ costs: FLOPs) -> FLOPs.Count {
    costs.spanStep(
      spanLength, start: start, keyValues: keyValues, targets: training.weights.targets)
      + factorFLOPs(costs)
  }

  private func factorFLOPs(_ costs: FLOPs) -> FLOPs.Count {
    guard case .lowRankQuery(let rank) = training.weights else { return 0 }
    return costs.lowRankStep(rank: rank)
  }
}
