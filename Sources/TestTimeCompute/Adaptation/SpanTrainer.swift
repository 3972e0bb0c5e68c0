import Randomness
import TensorKernels
import TransformerModel

/// Steps of training on spans of what a session has read, against its keys and values.
public final class SpanTrainer {
  /// The weights in training.
  public var weights: AdaptedWeights { trainer.weights }
  /// The gradient of the last step, laid out as `weights.flat`.
  public var gradient: FloatView { trainer.gradient.view }

  private let source: InferenceSession
  private let keyValues: SpanKeyValues
  private let trainer: WeightTrainer
  private let pass: GradientPass

  /// Prepares to train copies of the weights of a session's model.
  ///
  /// - Parameters:
  ///   - source: the session whose tokens, keys and values are trained on; nil for the same.
  ///   - spanLength: k, the greatest number of tokens of a span.
  ///   - stream: draws the factor B of low-rank queries.
  public init(
    _ session: InferenceSession, source: InferenceSession? = nil,
    settings: TrainingSettings, spanLength: Int, keyValues: SpanKeyValues = .frozen,
    stream: RandomStream = RandomStream(seed: 0, label: "weights"), workers: Workers = .one,
    tally: Tally? = nil
  ) {
    self.source = source ?? session
    self.keyValues = keyValues
    trainer = WeightTrainer(session.model, settings: settings, stream: stream, tally: tally)
    pass = GradientPass(
      session.model, capacity: spanLength, workers: workers, options: session.options,
      tally: tally)
  }

  /// One step on the span `start ..< start + length`, each token of which predicts the next one.
  public func step(start: Int, length: Int) -> TrainingStep {
    precondition(start >= 0 && length > 0 && start + length < source.length, "no such span")
    return step(
      source.spanBatch(start: start, length: length), start: start,
      trained: start + 1..<start + length + 1)
  }

  /// One step on a batch whose tokens stand at `start` of the cache.
  ///
  /// - Parameter trained: the tokens of the context that it predicts; nil where it predicts none.
  func step(_ batch: SequenceBatch, start: Int, trained: Range<Int>?) -> TrainingStep {
    let step = trainer.step { weights, targets, gradient in
      pass.addSpanGradient(
        of: batch, cache: source.cache, start: start, keyValues: keyValues, weights: weights,
        targets: targets, to: gradient
      ).total(batch.weights)
    }
    return TrainingStep(
      start: start, trained: trained, loss: step.loss, gradientNorm: step.gradientNorm)
  }

  /// Where the last step, on a span of `rows` tokens, first left the finite numbers.
  public func overflow(_ step: TrainingStep, rows: Int) -> String? {
    trainer.overflow(step.loss, in: pass, rows: rows)
  }
}
