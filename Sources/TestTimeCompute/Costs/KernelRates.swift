import TensorKernels
import TransformerModel

/// How fast a machine does what methods consist of, for one shape of model.
public struct KernelRates: Equatable, Sendable, Encodable {
  /// Operations a second of products with weights, many rows at a time.
  public var products: Double
  /// Operations a second of attention while a context is read.
  public var attention: Double
  /// The same two of a training step on a span: forward and backward.
  public var stepProducts: Double
  public var stepAttention: Double
  /// Bytes a second of weights, and of cached keys and values, that one token behind a context reads.
  public var weightBytes: Double
  public var cacheBytes: Double

  /// Measures the rates of this machine in a few seconds.
  ///
  /// Products are timed on one layer of the shape behind nothing, attention on the same heads in a layer
  /// that is otherwise next to nothing.
  ///
  /// - Parameters:
  ///   - span: the tokens of a span.
  ///   - length: attention is timed over as many tokens, or over 2048 where they are more.
  public static func measure(
    _ shape: ModelConfiguration, weights: StoragePrecision, cache: StoragePrecision, span: Int,
    length: Int, workers: Workers
  ) -> KernelRates {
    var layer = shape
    layer.layers = 1
    layer.vocabularySize = min(shape.vocabularySize, 4096)
    var heads = layer
    heads.width = 8
    heads.mlpWidth = 8
    heads.vocabularySize = 16
    let products = Measurement(layer, weights, cache, capacity: max(256, span), workers)
    let kept = min(length, 2048)
    let attention = Measurement(
      heads, weights, cache, capacity: max(kept, span) + 1, workers)
    let layerBytes = Double(ParameterLayout(layer).count - layer.vocabularySize * layer.width)
    let headBytes = Double(layer.vocabularySize * layer.width)
    let bytes = (layerBytes + (layer.hasTiedHead ? headBytes : 0)) * Double(weights.bytes)
    let read = products.reading(128 * workers.count)
    let stepped = products.stepping(span, start: 0)
    let token = products.token(behind: 1)
    let attended = attention.reading(kept)
    let stepAttended = attention.stepping(span, start: max(0, kept - span))
    let tokenAttended = attention.token(behind: kept)
    return KernelRates(
      products: Double(products.readingFLOPs(128 * workers.count)) / read,
      attention: Double(attention.readingFLOPs(kept)) / attended,
      stepProducts: Double(products.costs.spanStep(span, start: 0)) / stepped,
      stepAttention: Double(attention.costs.spanStep(span, start: max(0, kept - span)))
        / stepAttended,
      weightBytes: bytes / token,
      cacheBytes: Double(KeyValueCache.bytes(heads, capacity: kept, precision: cache))
        / tokenAttended)
  }
}

/// One shape, timed.
private struct Measurement {
  let costs: FLOPs
  private let model: Transformer
  private let session: InferenceSession
  private let workers: Workers

  init(
    _ shape: ModelConfiguration, _ weights: StoragePrecision, _ cache: StoragePrecision,
    capacity: Int, _ workers: Workers
  ) {
    costs = FLOPs(shape)
    self.workers = workers
    model = .uniform(shape, weights: weights)
    session = InferenceSession(
      model, capacity: capacity + 1, workers: workers, precision: cache)
  }

  /// Seconds of reading `count` tokens, with logits of all, because without them the only layer would
  /// compute next to nothing. The first time is not the one that counts, because it touches fresh memory.
  func reading(_ count: Int) -> Double {
    let tokens = [Int32](repeating: 1, count: min(count, session.cache.capacity))
    return best(2) {
      session.rewind(to: 0)
      session.append(tokens, logits: .all)
    }
  }

  /// What `reading` computes.
  func readingFLOPs(_ count: Int) -> FLOPs.Count {
    costs.append(min(count, session.cache.capacity), after: 0, logits: .all)
  }

  /// Seconds of a token behind `length` others, its logits included.
  func token(behind length: Int) -> Double {
    let length = min(length, session.cache.capacity - 1)
    if session.length != length {
      session.rewind(to: 0)
      session.append([Int32](repeating: 1, count: length), logits: .none)
    }
    return best(4) {
      session.append([1])
      session.rewind(to: length)
    }
  }

  /// Seconds of a training step on the queries.
  func stepping(_ span: Int, start: Int) -> Double {
    let adapter = GradientPass(model, capacity: span, workers: workers)
    let gradient = AdaptedWeights(model, targets: .query)
    let tokens = [Int32](repeating: 1, count: span)
    let batch = SequenceBatch(
      tokens: tokens, positions: tokens.indices.map { Int32(start + $0) },
      sequences: [0..<span], targets: tokens,
      weights: [Float](repeating: 1 / Float(span), count: span))
    return best(2) {
      _ = adapter.addSpanGradient(
        of: batch, cache: session.cache, start: start, keyValues: .frozen, weights: model.weights,
        targets: .query, to: gradient.tensors)
    }
  }

  private func best(_ rounds: Int, _ body: () -> Void) -> Double {
    (0..<rounds).map { _ in ContinuousClock.seconds(body) }.min() ?? .infinity
  }
}
