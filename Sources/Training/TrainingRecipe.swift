import SandboxTasks
import TransformerModel

/// Everything that determines a training run.
public struct TrainingRecipe: Equatable, Sendable {
  /// The model's shape; its vocabulary is that of the families that are drawn.
  public var model: ModelConfiguration
  /// Decides initial weights and data.
  public var seed: UInt64
  /// The number of updates at most.
  public var steps: Int
  /// Tokens an update: sequences are drawn until together they have as many, so that a batch of
  /// short sequences says as much as one of long ones.
  public var batchTokens: Int
  /// AdamW; its rate is the schedule's peak.
  public var optimizer: AdamWSettings
  public var schedule: LearningRateSchedule
  /// The greatest norm of the gradient.
  public var clip: Double
  /// Factor on the loss of tokens that nothing before them determines; predictable ones weigh 1.
  public var unpredictableWeight: Double
  /// The greatest total length over which a sequence's units are spread, in positions.
  public var stretchTo: Int
  public var curriculum: Curriculum
  public var mixture: TrainingMixture
  /// Other mixtures for later parts of the run, in the order in which they begin.
  public var phases: [Phase]
  /// Stop once the running accuracy on predictable tokens has reached this at full size; nil never.
  public var stopAtAccuracy: Double?

  /// The number of facts a sequence grows from `start` by `grow` whenever the running accuracy on
  /// predictable tokens has passed `accuracy`, up to `end`.
  public struct Curriculum: Equatable, Sendable {
    public var start: Int
    public var end: Int
    public var grow: Int
    public var accuracy: Double

    public init(start: Int, end: Int, grow: Int, accuracy: Double) {
      self.start = start
      self.end = end
      self.grow = grow
      self.accuracy = accuracy
    }
  }

  /// A part of the run with a mixture of its own.
  public struct Phase: Equatable, Sendable {
    /// Where it begins, as a share of all steps; it ends where the next begins.
    public var from: Double
    public var mixture: TrainingMixture
    /// In the place of the curriculum's accuracy from here on; nil leaves it as it was.
    public var accuracy: Double?
  }

  /// What sequences are drawn from in a step, counted from 0.
  public func mixture(step: Int) -> TrainingMixture {
    begun(step: step).last?.mixture ?? mixture
  }

  /// The running accuracy beyond which sequences grow after a step, counted from 0.
  public func growthAccuracy(step: Int) -> Double {
    begun(step: step).compactMap(\.accuracy).last ?? curriculum.accuracy
  }

  /// The vocabulary of the families that are drawn in any part of the run.
  public var vocabulary: Vocabulary { Self.vocabulary(mixture, phases) }

  static func vocabulary(_ mixture: TrainingMixture, _ phases: [Phase]) -> Vocabulary {
    ([mixture] + phases.map(\.mixture)).map(\.vocabulary)
      .max { $0.count < $1.count } ?? .sandbox
  }

  private func begun(step: Int) -> ArraySlice<Phase> {
    phases.prefix { $0.from * Double(steps) <= Double(step) }
  }

  public init(
    model: ModelConfiguration, seed: UInt64, steps: Int, batchTokens: Int, optimizer: AdamWSettings,
    schedule: LearningRateSchedule, clip: Double, unpredictableWeight: Double, stretchTo: Int,
    curriculum: Curriculum, mixture: TrainingMixture, phases: [Phase] = [],
    stopAtAccuracy: Double?
  ) {
    self.model = model
    self.seed = seed
    self.steps = steps
    self.batchTokens = batchTokens
    self.optimizer = optimizer
    self.schedule = schedule
    self.clip = clip
    self.unpredictableWeight = unpredictableWeight
    self.stretchTo = stretchTo
    self.curriculum = curriculum
    self.mixture = mixture
    self.phases = phases
    self.stopAtAccuracy = stopAtAccuracy
  }
}
