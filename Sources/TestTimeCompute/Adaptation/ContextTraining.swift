import TransformerModel

/// Training on the whole context: each step takes a fresh forward and backward pass over all its tokens,
/// and in the end the context is read again with the new weights. With all weights, full-parameter
/// test-time training.
public struct ContextTraining: TrainingAdaptation, Equatable {
  /// N.
  public var steps: Int
  /// What trains, and how.
  public var training: TrainingSettings

  /// Training for `steps` steps.
  public init(steps: Int, training: TrainingSettings) {
    precondition(steps >= 0, "steps are at least 0")
    self.steps = steps
    self.training = training
  }

  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws {
    guard steps == 0 || length >= 2 else {
      throw MethodError.tooLong(span: 1, context: length)
    }
  }

  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    if steps == 0 { return 0 }
    return FLOPs.Count(steps) * stepFLOPs(extent.context, costs) + costs.prefill(extent.context)
  }

  public func adapt(_ run: MethodRun) throws {
    if steps == 0 { return }
    let context = run.context
    let tokens = context.session.tokens
    let positions = context.session.positions
    let trainer = WeightTrainer(
      context.session.model, settings: training, stream: run.stream.child("weights"),
      tally: context.tally)
    let weight = 1 / Float(tokens.count - 1)
    let batch = SequenceBatch(
      tokens: tokens, positions: positions, sequences: [0..<tokens.count],
      targets: Array(tokens.dropFirst()) + [-1],
      weights: [Float](repeating: weight, count: tokens.count))
    let pass = GradientPass(
      context.session.model, capacity: tokens.count, workers: context.workers,
      options: context.session.options, tally: context.tally)
    // A second cache, so that the context's own stays what the other methods start from.
    let session = InferenceSession(
      context.session.model, capacity: context.session.cache.capacity, workers: context.workers,
      options: context.session.options, precision: context.session.cache.precision,
      tally: context.tally)
    run.session = session
    for _ in 0..<steps {
      run.predict(stepFLOPs(tokens.count, run.costs))
      let step = trainer.step { weights, targets, gradient in
        pass.addGradient(of: batch, weights: weights, targets: targets, to: gradient)
          .total(batch.weights)
      }
      try run.note(
        TrainingStep(
          start: nil, trained: 1..<tokens.count, loss: step.loss, gradientNorm: step.gradientNorm),
        weights: trainer.weights.tensors,
        overflow: trainer.overflow(step.loss, in: pass, rows: tokens.count),
        rereading: { session.append(tokens, positions: positions, logits: .none) })
    }
    run.predict(run.costs.prefill(tokens.count))
    session.append(tokens, positions: positions, logits: .none)
  }

  private func stepFLOPs(_ length: Int, _ costs: FLOPs) -> FLOPs.Count {
    costs.fullStep(length, targets: training.weights.targets) + training.factorFLOPs(costs)
  }
}
