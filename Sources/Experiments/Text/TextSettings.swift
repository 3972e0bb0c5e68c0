import TensorKernels
import TestTimeCompute

/// Ways to answer a text.
public enum TextMethod: String, CaseIterable, Sendable {
  case inContext = "in-context"
  case thinking
  case qttt
}

/// How texts are answered.
public struct TextSettings: Sendable {
  /// The methods, each on the same prefill.
  public var methods: [TextMethod]
  /// Steps of query-only training and how they are made.
  public var training: SpanTraining
  /// M; nil for as many as the training pays for.
  public var thinkingTokens: Int?
  /// The most tokens of an answer.
  public var answerTokens: Int
  /// Whether an answer ends with its line too, and not with its turn alone.
  public var endsWithLine: Bool
  /// How thoughts are drawn.
  public var sampler: Sampler
  /// How keys and values are stored.
  public var precision: StoragePrecision
  /// Decides spans and thoughts.
  public var seed: UInt64

  public init(
    methods: [TextMethod], training: SpanTraining, thinkingTokens: Int? = nil, answerTokens: Int,
    endsWithLine: Bool = true, sampler: Sampler = .greedy, precision: StoragePrecision = .float32,
    seed: UInt64
  ) {
    self.methods = methods
    self.training = training
    self.thinkingTokens = thinkingTokens
    self.answerTokens = answerTokens
    self.endsWithLine = endsWithLine
    self.sampler = sampler
    self.precision = precision
    self.seed = seed
  }
}
