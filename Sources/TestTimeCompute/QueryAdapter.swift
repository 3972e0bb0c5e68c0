import TensorKernels
import Training
import TransformerModel

/// Query-only test-time training (qTTT): steps of AdamW on every layer's `W_Q` against the frozen
/// key-value cache of one context (Bansal et al. 2026, Algorithm 1).
public final class QueryAdapter {
  /// How a step is made.
  public struct Settings: Equatable, Sendable {
    /// AdamW; the paper's weight decay is 0.01.
    public var optimizer: AdamWSettings
    /// The greatest norm of the gradient over all `W_Q` together; nil for no clipping.
    public var clip: Double?
    /// Whether the span's own keys and values come from the cache.
    public var spanKeyValues: SpanKeyValues

    public init(
      optimizer: AdamWSettings, clip: Double? = 1, spanKeyValues: SpanKeyValues = .frozen
    ) {
      self.optimizer = optimizer
      self.clip = clip
      self.spanKeyValues = spanKeyValues
    }
  }

  /// What one step saw.
  public struct Step: Equatable, Sendable {
    /// Mean next-token loss of the span before the step, in nats.
    public let loss: Double
    /// Norm of the gradient over all `W_Q` together, before clipping.
    public let gradientNorm: Double
  }

  /// The queries being adapted.
  public let queries: QueryWeights
  private let session: InferenceSession
  private let settings: Settings
  private let gradient: FloatStorage
  private let gradientTensors: ModelTensors
  private let optimizer: AdamW
  private let pass: GradientPass

  /// Prepares to adapt the queries of a session that has read its context.
  ///
  /// - Parameter spanLength: k, the greatest number of tokens of a span.
  public init(
    _ session: InferenceSession, settings: Settings, spanLength: Int, workers: Workers = .one,
    tally: Tally? = nil
  ) {
    self.session = session
    self.settings = settings
    let base = session.model.weights
    queries = QueryWeights(copying: base)
    gradient = FloatStorage(count: queries.flat.count)
    gradientTensors = replacingQueries(
      of: base, by: gradient.view, sizes: base.layers.map(\.query.count))
    optimizer = AdamW(count: queries.flat.count)
    pass = GradientPass(
      session.model, capacity: spanLength, workers: workers, options: session.options,
      tally: tally)
  }

  /// One step on the span `start ..< start + length` of the context, each token of which predicts the
  /// next one: the last needs the token at `start + length`.
  public func step(start: Int, length: Int) -> Step {
    precondition(start >= 0 && length > 0 && start + length < session.length, "no such span")
    let step = gradientOfSpan(start: start, length: length)
    optimizer.update(
      queries.flat, gradient: gradient.view, settings: settings.optimizer,
      gradientScale: AdamW.clipFactor(norm: step.gradientNorm, limit: settings.clip))
    return step
  }

  /// Loss and gradient of a span under the present queries; the gradient is left in `gradientView`.
  public func gradientOfSpan(start: Int, length: Int) -> Step {
    gradient.view.fill(0)
    let range = start..<start + length
    let batch = SequenceBatch(
      tokens: Array(session.tokens[range]), positions: Array(session.positions[range]),
      sequences: [0..<length], targets: Array(session.tokens[start + 1..<start + length + 1]),
      weights: [Float](repeating: 1 / Float(length), count: length))
    let result = pass.addSpanGradient(
      of: batch, cache: session.cache, start: start, keyValues: settings.spanKeyValues,
      weights: queries.weights, targets: .query, to: gradientTensors)
    let norm = AdamWKernel.sumOfSquares(gradient.view).squareRoot()
    return Step(loss: result.total(batch.weights), gradientNorm: norm)
  }

  /// Where the last gradient, of a span of `length` tokens, first left the finite numbers: on the way
  /// forward where the loss did, else in the queries of the last layer, whose gradient is formed first.
  public func overflow(_ step: Step, length: Int) -> String? {
    if !step.loss.isFinite { return pass.overflow(rows: length).description }
    let layer = gradientTensors.layers.lastIndex { layer in
      !layer.query.floats.array.allSatisfy(\.isFinite)
    }
    return layer.map { "the query gradient of layer \($0)" }
  }

  /// The gradient of the last span, laid out as `queries.flat`.
  public var gradientView: FloatView { gradient.view }
}
