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
  public var training: TrainingSettings
  /// Whether the span's own keys and values come from the cache.
  public var keyValues: SpanKeyValues
  /// Where spans are taken.
  public var policy: Policy
  /// What is put in the place of the method itself.
  public var control: Control

  /// Training as given; without more, qTTT.
  public init(
    steps: Int, spanLength: Int, training: TrainingSettings,
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
      throw MethodError(
        "Training \(training.weights.phrase) needs the span's keys and values recomputed: from a "
          + "frozen cache they have no gradient")
    }
    if steps == 0 { return }
    var source = length
    if control == .otherContext {
      guard let donorLength else {
        throw MethodError(
          "Training on another instance's context needs a second context that has been read")
      }
      source = donorLength
    }
    guard spanLength < source else {
      throw MethodError.tooLong(span: spanLength, context: source)
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
    return FLOPs.Count(steps) * (span + training.factorFLOPs(costs))
      + (policy == .guided ? QuestionAttention.overContextFLOPs(extent, costs) : 0)
  }

  public func adapt(_ run: MethodRun) throws {
    if steps == 0 { return }
    let source = source(run)
    guard var spans = try spans(run, source) else { return }
    let trainer = SpanTrainer(
      run.session, source: source.session, settings: training, spanLength: spanLength,
      keyValues: keyValues, stream: run.stream.child("weights"), workers: run.context.workers,
      tally: run.context.tally)
    let shuffling = run.stream.child("shuffle")
    for number in 0..<steps {
      let start = spans.nextStart(spanLength: spanLength, contextLength: source.length)
      let cost = stepFLOPs(spanLength, start: start, run.costs)
      guard run.affords(cost) else { break }
      let batch = batch(source, start: start, stream: shuffling.child(number))
      run.predict(cost)
      let step = trainer.step(
        batch, start: start,
        trained: control == .otherContext ? nil : start + 1..<start + spanLength + 1)
      try run.note(
        step, weights: trainer.weights.tensors, overflow: trainer.overflow(step, rows: spanLength))
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

  /// The span's tokens with their next tokens as targets, shuffled where the control asks for it.
  private func batch(_ source: ReadContext, start: Int, stream: RandomStream) -> SequenceBatch {
    var batch = source.session.spanBatch(start: start, length: spanLength)
    if control == .shuffled {
      var stream = stream
      var tokens = Array(source.session.tokens[start...start + spanLength])
      stream.shuffle(&tokens)
      (batch.tokens, batch.targets) = (Array(tokens.dropLast()), Array(tokens.dropFirst()))
    }
    return batch
  }

  /// Nil where the budget does not even pay for looking where spans should lie.
  private func spans(_ run: MethodRun, _ source: ReadContext) throws -> DrawnSpans? {
    let stream = run.spanStream ?? run.stream.child("spans")
    if policy == .guided {
      let looking = QuestionAttention.overContextFLOPs(
        run.problem.extent(behind: source.length), run.costs)
      guard run.affords(looking) else { return nil }
      run.predict(looking)
      let attention = try QuestionAttention.overContext(run, source)
      return DrawnSpans(
        holding: attention.indices.map { $0..<$0 + 1 }, weights: attention, stream: stream)
    }
    guard let spans = drawnSpans(run.problem.gold, length: source.length, stream: stream) else {
      throw MethodError.noGold
    }
    return spans
  }

  /// The spans where choosing them needs no model; nil where it does, or where no gold lies in the
  /// context.
  private func drawnSpans(
    _ gold: [Range<Int>], length: Int, stream: RandomStream
  ) -> DrawnSpans? {
    switch policy {
    case .uniform: return DrawnSpans(stream)
    case .oracle:
      // In another instance's context the places mean nothing, which is the control's point.
      let inside = gold.map { $0.clamped(to: 0..<length) }.filter { !$0.isEmpty }
      return inside.isEmpty ? nil : DrawnSpans(holding: inside, stream: stream)
    case .guided: return nil
    }
  }

  /// What training on this very problem is going to cost: its spans are drawn as a run with the same
  /// stream draws them.
  ///
  /// - Parameter length: T; of the other instance's context, where that is trained on.
  /// - Returns: nil where the model itself chooses the spans.
  public func plannedFLOPs(
    _ problem: Problem, behind length: Int, stream: RandomStream, costs: FLOPs
  ) -> FLOPs.Count? {
    if steps == 0 { return 0 }
    guard
      var spans = drawnSpans(problem.gold, length: length, stream: stream.child("spans"))
    else { return nil }
    return (0..<steps).reduce(0) { sum, _ in
      let start = spans.nextStart(spanLength: spanLength, contextLength: length)
      return sum + stepFLOPs(spanLength, start: start, costs)
    }
  }

  /// That of spans at the beginning, which see the fewest keys.
  public func leastFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    if steps == 0 { return 0 }
    return FLOPs.Count(steps) * stepFLOPs(spanLength, start: 0, costs)
      + (policy == .guided ? QuestionAttention.overContextFLOPs(extent, costs) : 0)
  }

  /// One step on a span of `length` tokens.
  public func stepFLOPs(_ length: Int, start: Int, _ costs: FLOPs) -> FLOPs.Count {
    costs.spanStep(
      length, start: start, keyValues: keyValues, targets: training.weights.targets)
      + training.factorFLOPs(costs)
  }

  /// Trained weights, their gradient and two moments, and activations of a span.
  public func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int {
    if steps == 0 { return 0 }
    let queries = shape.layers * shape.queryWidth * shape.width
    return 4 * queries * MemoryLayout<Float>.stride
      + GradientPass.bytes(shape, capacity: spanLength)
  }
}
