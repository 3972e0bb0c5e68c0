import TensorKernels
import TransformerModel

/// Training of attention itself before the answer: the row that is to find the answer is drawn toward
/// the evidence, by the divergence of its attention from any distribution over the evidence (cf.
/// EASE-TTT, arXiv 2606.06906).
///
/// No token of the answer is looked at. With gold evidence it is an oracle; with evidence that the
/// model picks itself, a method; with evidence drawn at random, a control.
public struct EvidenceAlignment: TrainingAdaptation, Equatable {
  /// Where attention is drawn.
  public enum Evidence: String, CaseIterable, Sendable {
    /// The tokens of the gold facts.
    case gold
    /// The positions to which the question gives most attention.
    case picked
    /// As many positions as the gold facts have tokens, drawn from the whole context: the control that
    /// shows whether it matters where attention goes.
    case random
  }

  /// Which heads are drawn there.
  public enum Heads: String, CaseIterable, Sendable {
    /// All alike.
    case all
    /// Each in proportion to the attention that it gives the evidence already: those that retrieve are
    /// to do so harder, the others are left to their work.
    case looking
  }

  /// N.
  public var steps: Int
  /// What trains, and how.
  public var training: TrainingSettings
  /// Where attention is drawn.
  public var evidence: Evidence
  /// How many positions are picked as evidence.
  public var picked: Int
  /// Which heads are drawn there.
  public var heads: Heads

  /// Training for `steps` steps.
  public init(
    steps: Int, training: TrainingSettings, evidence: Evidence, picked: Int = 8,
    heads: Heads = .looking
  ) {
    precondition(steps >= 0 && picked >= 1, "steps are at least 0, and some evidence is picked")
    self.steps = steps
    self.training = training
    self.evidence = evidence
    self.picked = picked
    self.heads = heads
  }

  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws {
    if steps > 0 && evidence != .picked && Self.gold(problem, length).isEmpty {
      throw MethodError.noGold
    }
  }

  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    if steps == 0 { return 0 }
    var looks: FLOPs.Count = 0
    if heads == .looking { looks += QuestionAttention.sharesFLOPs(extent, costs) }
    if evidence == .picked { looks += QuestionAttention.overContextFLOPs(extent, costs) }
    return looks + FLOPs.Count(steps) * stepFLOPs(extent, costs)
  }

  public func adapt(_ run: MethodRun) throws {
    if steps == 0 { return }
    run.predict(expectedFLOPs(run.extent, run.costs))
    let session = run.session
    let prompt = run.problem.directPrompt
    let positions = try positions(run)
    var alignment = AttentionAlignment(
      rows: [prompt.count - 1], positions: positions, configuration: run.costs.configuration)
    if heads == .looking {
      alignment.factors = try QuestionAttention.shares(of: positions, run, run.context)
    }
    let trainer = WeightTrainer(
      session.model, settings: training, stream: run.stream.child("weights"),
      tally: run.context.tally)
    let pass = GradientPass(
      session.model, capacity: prompt.count, workers: run.context.workers,
      options: session.options, tally: run.context.tally)
    let next = (session.positions.last ?? -1) + 1
    for _ in 0..<steps {
      let step = trainer.step { weights, targets, gradient in
        pass.addAlignmentGradient(
          of: alignment, tokens: prompt, positions: prompt.indices.map { next + Int32($0) },
          cache: session.cache, start: session.length, weights: weights, targets: targets,
          to: gradient)
      }
      try run.note(
        TrainingStep(start: nil, loss: step.loss, gradientNorm: step.gradientNorm),
        weights: trainer.weights.tensors,
        overflow: trainer.overflow(
          step.loss, in: pass, rows: prompt.count, atEnd: "the attention that is aligned"))
    }
  }

  private func positions(_ run: MethodRun) throws -> [Int] {
    switch evidence {
    case .gold:
      return Self.gold(run.problem, run.context.length)
    case .picked:
      let attention = try QuestionAttention.overContext(run, run.context)
      let order = attention.indices.sorted {
        attention[$0] != attention[$1] ? attention[$0] > attention[$1] : $0 < $1
      }
      return order.prefix(picked).sorted()
    case .random:
      var stream = run.stream.child("evidence")
      let count = Self.gold(run.problem, run.context.length).count
      return stream.choose(count, outOf: run.context.length).sorted()
    }
  }

  /// The positions of the gold facts.
  private static func gold(_ problem: Problem, _ length: Int) -> [Int] {
    Set(problem.gold.flatMap { Array($0.clamped(to: 0..<length)) }).sorted()
  }

  private func stepFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.alignmentStep(
      extent.directPrompt, watched: [extent.directPrompt - 1], after: extent.context,
      targets: training.weights.targets) + training.factorFLOPs(costs)
  }
}
