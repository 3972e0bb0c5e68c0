import TensorKernels

/// Token sequences with next-token targets, packed one behind the other.
public struct SequenceBatch: Sendable {
  /// `[n]`
  public var tokens: [Int32]
  /// `[n]`, the rotary position of each token.
  public var positions: [Int32]
  /// Consecutive ranges that cover all rows; a row attends within its own.
  public var sequences: [Range<Int>]
  /// `[n]`, the token that each row is to predict; negative for none.
  public var targets: [Int32]
  /// `[n]`, the factor on each row's loss.
  public var weights: [Float]

  /// A batch; all arrays have one entry a row.
  public init(
    tokens: [Int32], positions: [Int32], sequences: [Range<Int>], targets: [Int32],
    weights: [Float]
  ) {
    precondition(
      positions.count == tokens.count && targets.count == tokens.count
        && weights.count == tokens.count, "one entry a row")
    self.tokens = tokens
    self.positions = positions
    self.sequences = sequences
    self.targets = targets
    self.weights = weights
  }

  /// One sequence at positions 0, 1, …, each token the target of the one before, mean loss.
  public init(language tokens: [Int32]) {
    precondition(tokens.count >= 2, "a next-token loss needs two tokens")
    let n = tokens.count
    self.init(
      tokens: tokens, positions: (0..<n).map(Int32.init), sequences: [0..<n],
      targets: Array(tokens.dropFirst()) + [-1],
      weights: (0..<n).map { _ in 1 / Float(n - 1) })
  }
}

/// Where a gradient pass finds keys and values.
public enum SpanKeyValues: String, Sendable, CaseIterable {
  /// The span's own keys and values come from the cache too, as the paper's Algorithm 1 reads.
  case frozen
  /// They are computed from the span's present hidden states; only what precedes comes from the
  /// cache.
  case recomputed
}

/// Loss and gradient over batches of up to a fixed number of rows, with buffers of its own: one for
/// each worker that trains.
public final class GradientPass {
  private let model: Transformer
  private let workers: Workers
  let activations: PassActivations
  private let buffers: BackwardBuffers
  private let scratch: [FloatStorage]
  private let tally: Tally?
  private let options: PassOptions

  /// Room for batches of `capacity` rows.
  public init(
    _ model: Transformer, capacity: Int, workers: Workers = .one, options: PassOptions = .init(),
    tally: Tally? = nil
  ) {
    self.model = model
    self.workers = workers
    self.options = options
    self.tally = tally
    activations = PassActivations(model.configuration, capacity: capacity, keepsLayers: true)
    buffers = BackwardBuffers(model.configuration, capacity: capacity)
    scratch = model.makeScratch(workers)
  }

  /// Bytes that a pass of `capacity` rows takes, its logits included.
  public static func bytes(_ c: ModelConfiguration, capacity: Int) -> Int {
    let row =
      PassActivations.floatsPerRow(c, layers: c.layers) + BackwardBuffers.floatsPerRow(c)
      + c.vocabularySize
    return row * capacity * MemoryLayout<Float>.stride
  }

  /// Cross-entropy of each row in nats, unweighted (0 where there is no target), and its most probable
  /// token.
  public struct Result: Sendable {
    /// `[n]`
    public let losses: [Float]
    /// `[n]`
    public let best: [Int32]

    /// `Σ weightᵢ · lossᵢ`, summed in double precision.
    public func total(_ weights: [Float]) -> Double {
      zip(losses, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
  }

  /// Adds the gradient of `Σ weightᵢ · lossᵢ` of sequences that see only themselves.
  ///
  /// - Parameter packed: the same weights, packed once for several passes.
  public func addGradient(
    of batch: SequenceBatch, weights: ModelTensors, packed: PackedWeights? = nil,
    targets: GradientTargets, to gradients: ModelTensors
  ) -> Result {
    addGradient(
      of: batch, source: .rows, weights: weights, packed: packed, targets: targets, to: gradients)
  }

  /// Adds the gradient of `Σ weightᵢ · lossᵢ` of a span of a cached context, whose row `i` is the
  /// cached token `start + i`.
  ///
  /// With recomputed keys and values the cache is changed meanwhile and restored bit for bit.
  /// Training keys or values needs them recomputed: from a frozen cache they have no gradient.
  public func addSpanGradient(
    of batch: SequenceBatch, cache: KeyValueCache, start: Int, keyValues: SpanKeyValues,
    weights: ModelTensors, targets: GradientTargets, to gradients: ModelTensors
  ) -> Result {
    precondition(start >= 0 && start + batch.tokens.count <= cache.capacity, "span out of bounds")
    // Of two sequences the second would see the first in the cache but send it no gradient.
    precondition(batch.sequences.count == 1, "a span is one sequence")
    switch keyValues {
    case .frozen:
      precondition(
        targets.isDisjoint(with: [.key, .value]), "frozen keys and values have no gradient")
      return addGradient(
        of: batch, source: .frozen(cache, start: start), weights: weights, targets: targets,
        to: gradients)
    case .recomputed:
      let backup = cache.backup(start..<start + batch.tokens.count)
      defer { cache.restore(backup) }
      return addGradient(
        of: batch, source: .appended(cache, start: start), weights: weights, targets: targets,
        to: gradients)
    }
  }

  /// The loss of a span of a cached context, whose row `i` is the cached token `start + i`: forward only,
  /// with keys and values from the cache.
  public func spanLosses(
    of batch: SequenceBatch, cache: KeyValueCache, start: Int, weights: ModelTensors
  ) -> Result {
    precondition(start >= 0 && start + batch.tokens.count <= cache.capacity, "span out of bounds")
    return forward(batch, source: .frozen(cache, start: start), weights: weights).result
  }

  /// Adds the gradient of an alignment's loss, over tokens that follow a cached context of `start`
  /// tokens.
  ///
  /// The tokens' own keys and values are computed from their present hidden states, and take part in the
  /// gradient; the context's are frozen. The cache is changed behind the context.
  ///
  /// - Returns: the loss, in nats; not finite where a score is not.
  public func addAlignmentGradient(
    of alignment: AttentionAlignment, tokens: [Int32], positions: [Int32], cache: KeyValueCache,
    start: Int, weights: ModelTensors, targets: GradientTargets, to gradients: ModelTensors
  ) -> Double {
    precondition(start >= 0 && start + tokens.count <= cache.capacity, "tokens out of bounds")
    let pass = model.makePass(
      weights: weights, tokens: tokens, positions: positions, sequences: [0..<tokens.count],
      source: .appended(cache, start: start), options: options, activations: activations,
      workers: workers, scratch: scratch, tally: tally)
    pass.forward(observing: nil)
    return pass.backward(
      alignment: alignment, targets: targets, gradients: gradients, buffers: buffers)
  }

  private func addGradient(
    of batch: SequenceBatch, source: KeyValueSource, weights: ModelTensors,
    packed: PackedWeights? = nil, targets: GradientTargets, to gradients: ModelTensors
  ) -> Result {
    let (pass, dLogits, result) = forward(batch, source: source, weights: weights, packed: packed)
    pass.backward(dLogits: dLogits, targets: targets, gradients: gradients, buffers: buffers)
    return result
  }

  /// A batch's forward pass, its loss, and the gradient of that with respect to the logits.
  private func forward(
    _ batch: SequenceBatch, source: KeyValueSource, weights: ModelTensors,
    packed: PackedWeights? = nil
  ) -> (pass: TransformerPass, dLogits: MatrixView, result: Result) {
    var pass = model.makePass(
      weights: weights, tokens: batch.tokens, positions: batch.positions,
      sequences: batch.sequences, source: source, options: options, activations: activations,
      workers: workers, scratch: scratch, tally: tally)
    pass.shared = packed
    pass.forward(observing: nil)
    let logits = model.logits(pass, rows: 0..<batch.tokens.count, weights: weights)
    let (losses, best) = CrossEntropy.rows(
      logits: logits, targets: batch.targets, gradientScale: batch.weights)
    return (pass, logits, Result(losses: losses, best: best))
  }
}
