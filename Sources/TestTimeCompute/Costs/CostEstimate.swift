import TensorKernels
import TransformerModel

/// Time and memory that a model takes behind a context, from closed forms and measured rates.
///
/// What is linear in the activations (norms, softmax, optimizers) is in the rates, since those are
/// measured with it. Reading the checkpoint's file is not counted.
public struct CostEstimate: Equatable, Sendable {
  /// Seconds of each.
  public struct Seconds: Equatable, Sendable, Encodable {
    /// Reading the context.
    public var prefill: Double
    /// One token behind it.
    public var token: Double
    /// One training step on the queries, mean over uniform spans.
    public var step: Double
  }

  /// Bytes of each.
  public struct Bytes: Equatable, Sendable, Encodable {
    public var weights: Int
    /// Keys and values of the context, and of what is generated behind it.
    public var cache: Int
    public var generated: Int
    /// Activations of a chunk of the context.
    public var reading: Int
    /// Activations and gradients of a span, and the queries with their gradient and both moments of
    /// AdamW, all in float32.
    public var training: Int
    /// The most that is held at the same time: a method trains or generates much, not both.
    public var peak: Int { weights + cache + reading + max(training, generated) }
  }

  public let seconds: Seconds
  public let bytes: Bytes

  /// The estimate for a context of `length` tokens with `room` tokens behind it, and spans of `span`.
  public init(
    _ shape: ModelConfiguration, length: Int, room: Int, span: Int, weights: StoragePrecision,
    cache: StoragePrecision, rates: KernelRates
  ) {
    let costs = FLOPs(shape)
    let count = ParameterLayout(shape).count
    let table = shape.vocabularySize * shape.width
    let cached = KeyValueCache.bytes(shape, capacity: length, precision: cache)
    let reading = costs.prefillAttention(length)
    let stepAttention = costs.meanSpanAttention(span, length: length)
    // Of an untied embedding a token reads one row.
    let read = Double((shape.hasTiedHead ? count : count - table) * weights.bytes)
    seconds = Seconds(
      prefill: Double(costs.prefill(length) - reading) / rates.products
        + Double(reading) / rates.attention,
      token: read / rates.weightBytes + Double(cached) / rates.cacheBytes,
      step: Double(costs.meanSpanStep(span, length: length) - stepAttention) / rates.stepProducts
        + Double(stepAttention) / rates.stepAttention)
    let queries = shape.layers * shape.queryWidth * shape.width
    bytes = Bytes(
      weights: count * weights.bytes,
      cache: cached, generated: KeyValueCache.bytes(shape, capacity: room, precision: cache),
      reading: InferenceSession.bufferBytes(
        shape, chunk: min(length, InferenceSession.chunkLength)),
      training: GradientPass.bytes(shape, capacity: span)
        + 4 * queries * MemoryLayout<Float>.stride)
  }
}

extension FLOPs {
  /// The part of `append` without logits that is attention: that of all layers but the last.
  public func prefillAttention(_ count: Int, after length: Int = 0) -> Count {
    attention(layers: configuration.layers - 1, 4) { pairs($0, count, after: length) }
  }

  /// The part of `decode` that is attention.
  public func decodeAttention(_ count: Int, after length: Int) -> Count {
    attention(layers: configuration.layers, 4) { pairs($0, count, after: length) }
  }

  /// The part of `meanSpanStep` on the queries, keys and values frozen, that is attention: scores and
  /// output in the forward pass; scores again, dα and dQ in the backward pass.
  public func meanSpanAttention(_ count: Int, length: Int) -> Count {
    let starts = length - count
    return attention(layers: configuration.layers, 10) { spanPairs($0, count, starts: starts) }
      / Count(starts)
  }

  /// Operations of attention where each pair of a head costs so many for each of its width.
  private func attention(layers: Int, _ operations: Count, _ pairs: (Int) -> Count) -> Count {
    operations * Count(configuration.queryWidth) * sum(over: 0..<layers, pairs)
  }
}
