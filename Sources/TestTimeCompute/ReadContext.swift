import TensorKernels
import TransformerModel

/// A context that a model has read once, for any number of methods to start from.
///
/// A method may append behind the context, and run with other weights and options; afterwards the
/// session stands as before, and the context's keys and values have not changed by a bit.
public final class ReadContext {
  /// The session that has read the context and nothing else.
  public let session: InferenceSession
  /// What the session and the methods multiply.
  public let tally: Tally
  /// The threads that methods may use.
  public let workers: Workers
  /// The closed forms of the model's costs.
  public let costs: FLOPs
  /// What reading the context took.
  public private(set) var prefillSeconds = 0.0
  /// What reading the context cost.
  public private(set) var prefillFLOPs: FLOPs.Count = 0
  /// T.
  public private(set) var length = 0

  /// Room for `capacity` tokens: the context and what a method appends.
  ///
  /// - Parameters:
  ///   - options: how the context and everything behind it is read.
  ///   - precision: how keys and values are stored.
  public init(
    _ model: Transformer, capacity: Int, workers: Workers = .one, options: PassOptions = .init(),
    chunk: Int? = nil, precision: StoragePrecision = .float32
  ) {
    self.workers = workers
    tally = Tally()
    session = InferenceSession(
      model, capacity: capacity, workers: workers, options: options, chunk: chunk,
      precision: precision, tally: tally)
    costs = FLOPs(model.configuration)
  }

  /// Reads a context in the place of the one before.
  public func read(_ tokens: [Int32]) { read(tokens, checkpoint: {}) }

  /// Reads a context in the place of the one before.
  ///
  /// - Parameter checkpoint: called before each of the chunks in which a session reads anyway; what it
  ///   throws ends the reading.
  public func read(_ tokens: [Int32], checkpoint: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    let start = clock.now
    let before = tally.flops
    session.rewind(to: 0)
    for start in stride(from: 0, to: tokens.count, by: session.chunk) {
      try checkpoint()
      let end = min(start + session.chunk, tokens.count)
      session.append(Array(tokens[start..<end]), logits: .none)
    }
    length = tokens.count
    prefillFLOPs = FLOPs.Count(tally.flops - before)
    prefillSeconds = (clock.now - start).seconds
  }

  /// The session as it was after reading.
  func restore(options: PassOptions) {
    session.rewind(to: length)
    session.weights = session.model.weights
    session.options = options
  }
}

extension InferenceSession {
  /// The tokens of a span of what was read, each of which predicts the next one; mean loss.
  func spanBatch(start: Int, length: Int) -> SequenceBatch {
    SequenceBatch(
      tokens: Array(tokens[start..<start + length]),
      positions: Array(positions[start..<start + length]), sequences: [0..<length],
      targets: Array(tokens[start + 1..<start + length + 1]),
      weights: [Float](repeating: 1 / Float(length), count: length))
  }
}

extension ContinuousClock {
  /// The seconds that work takes, more than none, so that rates are finite.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    return max((clock.now - start).seconds, 1e-9)
  }
}

extension Duration {
  /// The duration as a number.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
