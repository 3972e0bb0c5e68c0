import TensorKernels
import TestTimeCompute

/// How texts are answered.
public struct TextSettings: Sendable {
  /// The methods, each on the same prefill; one whose amount is to be chosen may spend what `training`
  /// and an answer of the greatest length cost.
  public var methods: [ChosenMethod]
  /// Steps of query-only training, which others are matched to.
  public var training: SpanTraining
  /// The most tokens of an answer.
  public var answerTokens: Int
  /// Whether an answer ends with its line too, and not with its turn alone.
  public var endsWithLine: Bool
  /// How keys and values are stored.
  public var precision: StoragePrecision
  /// Decides spans and thoughts.
  public var seed: UInt64

  public init(
    methods: [ChosenMethod], training: SpanTraining, answerTokens: Int, endsWithLine: Bool = true,
    precision: StoragePrecision = .float32, seed: UInt64
  ) {
    self.methods = methods
    self.training = training
    self.answerTokens = answerTokens
    self.endsWithLine = endsWithLine
    self.precision = precision
    self.seed = seed
  }
}
