import TransformerModel

/// Closed forms of what a model of a given shape costs, in floating-point operations.
///
/// One multiply-add is two operations. What is counted is what `Tally` counts: matrix products, and
/// attention over visible query-key pairs. Work linear in the activations (norms, rotary, softmax,
/// SwiGLU, optimizers) is not counted. Letters as in `ModelConfiguration`; `T` tokens read before.
///
/// Counts are 128 bits wide, because a few training steps of a large model over a million tokens
/// pass 2⁶³ operations.
public struct FLOPs: Equatable, Sendable {
  /// A number of operations.
  public typealias Count = Int128

  /// The shape of the model.
  public let configuration: ModelConfiguration

  /// The costs of a model of the given shape.
  public init(_ configuration: ModelConfiguration) {
    precondition(configuration.defect == nil, configuration.defect ?? "")
    self.configuration = configuration
  }

  /// Appending `count` tokens behind `length` others, with the output head for the rows asked for.
  ///
  /// The last layer computes keys and values of all rows, and the rest from the first row on that gives
  /// logits or is observed. The same however the tokens are split into chunks.
  ///
  /// - Parameter firstObserved: the first row whose attention is watched; nil where none is.
  public func append(
    _ count: Int, after length: Int, logits: LogitRows = .last, firstObserved: Int? = nil
  ) -> Count {
    precondition(count >= 0 && length >= 0, "no such tokens")
    let heads = logits.count(of: count)
    let whole = max(heads, count - (firstObserved ?? count))
    let c = configuration
    let last = c.layers - 1
    let keys = attends(last) ? product(count, 2 * c.keyValueWidth, c.width) : 0
    return 2
      * (sum(over: 0..<last) { layerForward($0, count, after: length, computesKeys: true) } + keys
        + layerForward(last, whole, after: length + count - whole, computesKeys: false)
        + head(heads))
  }

  /// Reading a context of `length` tokens into an empty cache, without logits.
  public func prefill(_ length: Int) -> Count { append(length, after: 0, logits: .none) }

  /// Appending `count` tokens one by one behind `length` others, each with logits for the next.
  public func decode(_ count: Int, after length: Int) -> Count {
    append(count, after: length, logits: .all)
  }

  // Multiply-adds from here on.

  /// The sum of what layers cost, taken one for all where all are alike.
  func sum(over layers: Range<Int>, _ body: (Int) -> Count) -> Count {
    if configuration.plans.isEmpty { return layers.isEmpty ? 0 : Count(layers.count) * body(0) }
    return layers.reduce(0) { $0 + body($1) }
  }

  /// Whether a layer attends.
  func attends(_ layer: Int) -> Bool { configuration.plan(layer).attention != nil }

  /// Query-key pairs of one head of a layer, of rows behind `length` others, counting keys from `start`
  /// on; 0 where the layer does not attend.
  func pairs(_ layer: Int, _ rows: Int, after length: Int, from start: Int = 0) -> Count {
    let visibility = configuration.plan(layer).attention?.visibility
    return Count(visibility?.pairs(of: length..<length + rows, from: start) ?? 0)
  }

  /// One matrix product over `rows` with a `[out, in]` matrix, or with its transpose.
  func product(_ rows: Int, _ out: Int, _ in: Int) -> Count {
    Count(rows) * Count(out) * Count(`in`)
  }

  /// The output head over `rows`; its two backward products cost the same each.
  func head(_ rows: Int) -> Count {
    product(rows, configuration.vocabularySize, configuration.width)
  }

  /// One layer's forward pass; where keys and values are frozen only queries are projected.
  func layerForward(
    _ layer: Int, _ rows: Int, after length: Int, computesKeys: Bool
  ) -> Count {
    let c = configuration
    let plan = c.plan(layer)
    var sum: Count = plan.hasMLP ? 3 * product(rows, c.mlpWidth, c.width) : 0
    if plan.attention != nil {
      let projected = c.queryWidth + (computesKeys ? 2 * c.keyValueWidth : 0)
      sum +=
        product(rows, projected, c.width)
        + 2 * Count(c.queryWidth) * pairs(layer, rows, after: length)
        + product(rows, c.width, c.queryWidth)
    }
    return sum
  }
}
