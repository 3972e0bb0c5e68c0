/// One step of training at test time.
public struct TrainingStep: Equatable, Sendable {
  /// Where the span starts; nil where a step has no span.
  public let start: Int?
  /// The tokens of the context that the step learns to predict; nil where it predicts none of them.
  public var trained: Range<Int>?
  /// The loss before the step, in nats.
  public let loss: Double
  /// The norm of the gradient over all trained weights, before clipping.
  public let gradientNorm: Double
  /// The probability of each token of the right answer after the step, where it was watched.
  public var answerProbabilities: [Double]?
}

/// Wall-clock time by what was done, in seconds.
public struct PhaseSeconds: Equatable, Sendable {
  /// Reading the context, which methods of one context share.
  public var prefill = 0.0
  /// Changing the weights.
  public var adapt = 0.0
  /// Generating what is not the answer that counts.
  public var think = 0.0
  /// Reading the prompt and generating the answer that counts.
  public var answer = 0.0

  /// No time at all.
  public init() {}
}

/// What came of one method on one problem.
public struct MethodOutcome: Equatable, Sendable {
  /// The answer that counts; empty after a divergence.
  public internal(set) var answer: [Int32] = []
  /// Whether it is the right one, token for token.
  public internal(set) var isCorrect = false
  /// The most frequent of all `answers`; of equally frequent ones the first. Nil without answers.
  public internal(set) var majority: [Int32]?
  /// Whether that is the right one.
  public internal(set) var isMajorityCorrect = false
  /// The probability of each token of the right answer behind what the method generated, given the
  /// tokens before it; the mean over traces where there are several. Empty after a divergence.
  public internal(set) var answerProbabilities: [Double] = []
  /// The probability of the whole right answer; the mean over traces where there are several.
  public internal(set) var probability = 0.0
  /// All that was generated behind the prompt, a trace each, forced tokens included.
  public internal(set) var traces: [[Int32]] = []
  /// The complete answers on the way, in the order in which they were stated, trace by trace.
  public internal(set) var answers: [[Int32]] = []
  /// The tokens that were generated or forced behind the prompt; over all traces or beams.
  public internal(set) var generatedTokens = 0
  /// The steps of training.
  public internal(set) var steps: [TrainingStep] = []
  /// The loss of one fixed span before and after adaptation; nil without adaptation or span.
  public internal(set) var heldOut: HeldOutLoss?
  /// Where a loss, a gradient or a logit was not finite; nil where all were. The numbers of a run that
  /// diverged say nothing, and belong into no mean.
  public internal(set) var divergence: Divergence?
  /// Whether something was not finite.
  public var hasDiverged: Bool { divergence != nil }
  /// What the kernels tallied behind the prefill.
  public internal(set) var spentFLOPs: FLOPs.Count = 0
  /// What the closed forms say to the same; equal, unless the run diverged.
  public internal(set) var predictedFLOPs: FLOPs.Count = 0
  /// What reading the context cost, which methods of one context share.
  public internal(set) var prefillFLOPs: FLOPs.Count = 0
  /// Wall-clock time.
  public internal(set) var seconds = PhaseSeconds()
}
