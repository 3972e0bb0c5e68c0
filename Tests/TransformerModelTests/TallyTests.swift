import TensorKernels
import Testing
import TransformerModel

/// What the kernels counted against closed forms, in multiply-adds, to the last one.
@Suite struct TallyTests {
  /// Products of one row with a layer's query, key, value, output and MLP matrices.
  private struct Layer {
    let query: Int
    let keyValue: Int
    let output: Int
    let mlp: Int
    /// One product over the head width for every query head.
    let pair: Int

    init(_ c: ModelConfiguration) {
      query = c.width * c.queryHeads * c.headWidth
      keyValue = 2 * c.width * c.keyValueHeads * c.headWidth
      output = query
      mlp = 3 * c.width * c.mlpWidth
      pair = c.queryHeads * c.headWidth
    }

    var all: Int { query + keyValue + output + mlp }
  }

  /// Pairs of a query and a key that it sees.
  private func pairs(_ rows: Int, after cached: Int) -> Int {
    rows * cached + rows * (rows + 1) / 2
  }

  @Test(arguments: ModelCase.all.filter(\.configuration.isPlain))
  func reading(_ test: ModelCase) {
    let c = test.configuration
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let layer = Layer(c)
    for chunk in [3, 64, 1000] {
      let tally = Tally()
      let session = InferenceSession(
        Transformer(test.makeParameters()), capacity: n + 2, workers: Workers(count: 2),
        options: test.options, chunk: chunk, tally: tally)
      session.append(tokens, positions: positions, logits: .none)
      // The last layer gives keys and values, and nothing else that is read.
      let prefill =
        (c.layers - 1) * (n * layer.all + 2 * layer.pair * pairs(n, after: 0)) + n * layer.keyValue
      #expect(tally.multiplyAdds == prefill)
      session.append([0], logits: .last)
      let step =
        c.layers * (layer.all + 2 * layer.pair * (n + 1)) + c.width * c.vocabularySize
      #expect(tally.multiplyAdds == prefill + step)
    }
  }

  @Test(arguments: ModelCase.all.filter(\.configuration.isPlain))
  func training(_ test: ModelCase) {
    let c = test.configuration
    let n = test.rows
    let layer = Layer(c)
    let pairs = test.lengths.reduce(0) { $0 + self.pairs($1, after: 0) }
    let tally = Tally()
    let parameters = test.makeParameters()
    _ = GradientPass(
      Transformer(parameters), capacity: n, workers: Workers(count: 2), options: test.options,
      tally: tally
    ).addGradient(
      of: test.makeBatch(), weights: parameters.tensors, targets: .all,
      to: Parameters(c).tensors)
    // Each matrix once forward, once for its input's gradient, once for its own; attention twice
    // forward and five times backward.
    let products = 3 * n * (c.layers * layer.all + c.width * c.vocabularySize)
    #expect(tally.multiplyAdds == products + 7 * c.layers * layer.pair * pairs)
  }

  @Test(
    arguments: ModelCase.all.filter { $0.configuration.isPlain && $0.lengths[0] >= 20 },
    SpanKeyValues.allCases)
  func querySteps(_ test: ModelCase, keyValues: SpanKeyValues) {
    let c = test.configuration
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(
      Transformer(parameters), capacity: tokens.count, options: test.options)
    session.append(tokens, positions: positions, logits: .none)
    let (start, k) = (5, 11)
    let tally = Tally()
    let span = start..<start + k
    _ = GradientPass(session.model, capacity: k, options: test.options, tally: tally)
      .addSpanGradient(
        of: SequenceBatch(
          tokens: Array(tokens[span]), positions: Array(positions[span]), sequences: [0..<k],
          targets: Array(tokens[start + 1..<start + k + 1]),
          weights: [Float](repeating: 1, count: k)),
        cache: session.cache, start: start, keyValues: keyValues, weights: parameters.tensors,
        targets: .query, to: Parameters(c).tensors)
    let layer = Layer(c)
    let seen = pairs(k, after: start)
    let own = pairs(k, after: 0)
    let recomputes = keyValues == .recomputed
    let keyValue = recomputes ? layer.keyValue : 0
    let forward =
      c.layers * (k * (layer.query + keyValue + layer.output + layer.mlp) + 2 * layer.pair * seen)
      + k * c.width * c.vocabularySize
    // Every layer: through the MLP, through the output projection, attention to its queries, W_Q.
    // Every layer but the lowest: on through the projections, and through its own keys and values.
    let every = k * (layer.mlp + layer.output + layer.query) + 3 * layer.pair * seen
    let upper =
      k * (layer.query + keyValue) + (recomputes ? 2 * layer.pair * own : 0)
    let backward = c.layers * every + (c.layers - 1) * upper + k * c.width * c.vocabularySize
    #expect(tally.multiplyAdds == forward + backward)
  }
}
