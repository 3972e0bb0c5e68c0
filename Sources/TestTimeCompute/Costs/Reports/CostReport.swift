import TransformerModel

/// What one shape's methods cost behind one context.
public struct CostReport: Encodable, Sendable {
  struct Shape: Encodable, Sendable {
    var name: String
    var parameters: Int
    var layers: Int
    var width: Int
    var queryHeads: Int
    var keyValueHeads: Int
    var headWidth: Int
    var mlpWidth: Int
    var vocabulary: Int
  }

  /// One thing that a method does once or many times.
  struct Cost: Encodable, Sendable {
    var name: String
    var flops: FLOPs.Count
    /// As a share of reading the context.
    var ofPrefill: Double
  }

  /// N steps of one kind, and what else they would pay for.
  struct Match: Encodable, Sendable {
    var name: String
    var flops: FLOPs.Count
    /// M, and what is left of the budget.
    var thinkingTokens: Int
    var remainder: FLOPs.Count
    /// The tokens of each of `traces` samples or beams, and what is left of the budget.
    var tokensEach: Int
    var remainderEach: FLOPs.Count
    /// The paper's 2Nk; nil where it says nothing.
    var rule: FLOPs.Count?
    var ruleOverExact: Double?
  }

  var shape: Shape
  var length: Int
  var steps: Int
  var span: Int
  var traces: Int
  var costs: [Cost]
  var matches: [Match]
  /// How long it takes on this machine, and how much memory; nil where nothing was measured.
  public var here: TimeReport?

  /// The costs of a shape behind a context of `length` tokens.
  ///
  /// - Parameters:
  ///   - steps: N, the training steps.
  ///   - span: k, the tokens of a span, less than `length`.
  ///   - traces: n, the samples of self-consistency, or the beams.
  public init(shape: KnownShape, length: Int, steps: Int, span: Int, traces: Int) {
    let flops = FLOPs(shape.configuration)
    self.shape = Shape(shape)
    self.length = length
    self.steps = steps
    self.span = span
    self.traces = traces
    let prefill = flops.prefill(length)
    let mean = { (keyValues: SpanKeyValues, targets: GradientTargets) in
      flops.meanSpanStep(span, length: length, keyValues: keyValues, targets: targets)
    }
    // Last, the cost once behind all steps: new keys and values need the context read again.
    let kinds: [(name: String, cost: FLOPs.Count, once: FLOPs.Count)] = [
      ("queries, keys and values frozen (qTTT)", mean(.frozen, .query), 0),
      ("queries, keys and values recomputed", mean(.recomputed, .query), 0),
      ("keys and values, recomputed", mean(.recomputed, [.key, .value]), 0),
      ("attention output, frozen", mean(.frozen, .output), 0),
      ("MLP, frozen", mean(.frozen, .mlp), 0),
      ("everything, recomputed", mean(.recomputed, .all), 0),
      ("everything, over the whole context", flops.fullStep(length), prefill),
    ]
    let single: [(name: String, cost: FLOPs.Count)] = [
      ("reading the context", prefill),
      ("one token behind it", flops.decode(1, after: length)),
      ("a qTTT step at the start", flops.spanStep(span, start: 0)),
      ("a qTTT step at the end", flops.spanStep(span, start: length - 1 - span)),
    ]
    costs =
      (single + kinds.map { ("a step: \($0.name)", $0.cost) }).map { name, cost in
        Cost(name: name, flops: cost, ofPrefill: Double(cost) / Double(prefill))
      }
    let rule = FLOPs.ruleOfThumb(steps: steps, span: span)
    matches = kinds.enumerated().map { index, kind in
      let budget = FLOPs.Count(steps) * kind.cost + kind.once
      let thinking = flops.decodedTokens(within: budget, after: length)
      let each = flops.decodedTokens(within: budget, traces: traces, after: length)
      return Match(
        name: kind.name, flops: budget, thinkingTokens: thinking.tokens,
        remainder: thinking.remainder, tokensEach: each.tokens, remainderEach: each.remainder,
        rule: index == 0 ? rule : nil,
        ruleOverExact: index == 0 && thinking.tokens > 0
          ? Double(rule) / Double(thinking.tokens) : nil)
    }
  }
}

extension CostReport.Shape {
  init(_ shape: KnownShape) {
    let c = shape.configuration
    self.init(
      name: shape.name, parameters: ParameterLayout(c).count, layers: c.layers, width: c.width,
      queryHeads: c.queryHeads, keyValueHeads: c.keyValueHeads, headWidth: c.headWidth,
      mlpWidth: c.mlpWidth, vocabulary: c.vocabularySize)
  }
}
