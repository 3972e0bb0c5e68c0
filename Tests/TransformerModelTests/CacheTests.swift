import Randomness
import TensorKernels
import TestSupport
import Testing
import TransformerModel

@Suite struct CacheTests {
  /// A context longer than a tile of keys, so that decoding meets several.
  static let long = ModelCase(
    testDescription: "long", configuration: ModelCase.common, lengths: [600], isStretched: true)

  private func logits(
    _ test: ModelCase, _ model: Transformer, chunk: Int, workers: Workers = .one
  ) -> [Float] {
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(
      model, capacity: tokens.count + 1, workers: workers, options: test.options, chunk: chunk)
    return session.append(tokens, positions: positions, logits: .all)
  }

  /// Whole, in chunks and token by token, a context reads the same.
  @Test(arguments: ModelCase.all + [long])
  func chunkedPrefillIsWholePrefill(_ test: ModelCase) {
    let model = Transformer(test.makeParameters())
    let whole = logits(test, model, chunk: 1000).map(Double.init)
    for chunk in [1, 7, 64, 129, 512] where chunk < test.lengths[0] {
      #expect(
        relativeDistance(logits(test, model, chunk: chunk), whole) < 3e-6, "chunks of \(chunk)")
    }
  }

  /// The training pass, which has no cache, agrees with the reading one, which has.
  @Test(arguments: ModelCase.all + [long])
  func cacheOnIsCacheOff(_ test: ModelCase) {
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let batch = SequenceBatch(
      tokens: tokens, positions: positions, sequences: [0..<n],
      targets: tokens.dropFirst() + [0], weights: [Float](repeating: 1, count: n))
    let model = Transformer(parameters)
    let pass = GradientPass(model, capacity: n, options: test.options)
    let gradient = Parameters(test.configuration)
    let uncached = pass.addGradient(
      of: batch, weights: parameters.tensors, targets: .head, to: gradient.tensors)
    let cached = FloatStorage(logits(test, model, chunk: 50))
    let result = CrossEntropy.rows(
      logits: cached.view.matrix(rows: n, columns: test.configuration.vocabularySize),
      targets: batch.targets, gradientScale: nil)
    #expect(relativeDistance(uncached.losses, result.losses.map(Double.init)) < 3e-6)
    #expect(uncached.best == result.best)
  }

  @Test func decodingContinuesPositionsAndTokens() {
    let test = Self.long
    let model = Transformer(test.makeParameters())
    let tokens = Array(test.firstSequence().tokens.prefix(20))
    let session = InferenceSession(model, capacity: 20)
    session.append(Array(tokens[..<15]), logits: .none)
    for token in tokens[15...] { session.append([token]) }
    #expect(session.length == 20 && session.tokens == tokens)
    #expect(session.positions == (0..<20).map(Int32.init))
    // Given positions are continued from, too.
    let stretched = InferenceSession(model, capacity: 5)
    stretched.append([1, 2, 3], positions: [10, 20, 40])
    stretched.append([4, 5])
    #expect(stretched.positions == [10, 20, 40, 41, 42])
  }

  @Test func logitRows() {
    let test = Self.long
    let model = Transformer(test.makeParameters())
    let tokens = Array(test.firstSequence().tokens.prefix(50))
    let width = test.configuration.vocabularySize
    func read(_ rows: LogitRows) -> [Float] {
      InferenceSession(model, capacity: 50, chunk: 16).append(tokens, logits: rows)
    }
    let all = read(.all)
    #expect(all.count == 50 * width)
    #expect(read(.none).isEmpty)
    let last = read(.last)
    #expect(last.count == width)
    #expect(relativeDistance(last, all.suffix(width).map(Double.init)) < 1e-6)
    #expect(InferenceSession(model, capacity: 5).append([]).isEmpty)
  }

  /// What is read after rewinding is what would have been read without the detour, bit for bit.
  @Test func rewinding() {
    let test = Self.long
    let model = Transformer(test.makeParameters())
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(model, capacity: 600)
    session.append(
      Array(tokens[..<530]), positions: Array(positions[..<530]), logits: .none)
    let cut = session.cache.backup(0..<530)
    func answer() -> [Float] {
      session.append(
        Array(tokens[530..<560]), positions: Array(positions[530..<560]), logits: .all)
    }
    let first = answer()
    session.append([1, 2, 3])
    session.rewind(to: 530)
    #expect(session.length == 530 && session.tokens == Array(tokens[..<530]))
    #expect(session.positions == Array(positions[..<530]))
    session.append([9, 8, 7, 6])
    session.rewind(to: 530)
    #expect(sameBits(answer(), first))
    #expect(session.cache.backup(0..<530) == cut)
    session.rewind(to: 0)
    #expect(session.length == 0 && session.tokens.isEmpty)
    let fresh = InferenceSession(model, capacity: 600).append([5, 6, 7])
    #expect(sameBits(session.append([5, 6, 7]), fresh))
  }

  @Test(arguments: SpanKeyValues.allCases)
  func spanPassesLeaveTheCacheAsItWas(keyValues: SpanKeyValues) {
    let test = Self.long
    let parameters = test.makeParameters()
    let adapted = Parameters(copying: parameters)
    for layer in 0..<test.configuration.layers {
      for tensor in ["self_attn.k_proj", "self_attn.v_proj", "mlp.down_proj"] {
        adapted.view("model.layers.\(layer).\(tensor).weight").fill(0.03)
      }
    }
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(Transformer(parameters), capacity: 600)
    session.append(tokens, positions: positions, logits: .none)
    let before = session.cache.backup(0..<600)
    let span = 500..<540
    let pass = GradientPass(session.model, capacity: span.count)
    _ = pass.addSpanGradient(
      of: SequenceBatch(
        tokens: Array(tokens[span]), positions: Array(positions[span]), sequences: [0..<40],
        targets: Array(tokens[501..<541]), weights: [Float](repeating: 1, count: 40)),
      cache: session.cache, start: span.lowerBound, keyValues: keyValues,
      weights: adapted.tensors, targets: .query, to: Parameters(test.configuration).tensors)
    #expect(session.cache.backup(0..<600) == before)
  }

  @Test func backupsAreOfTheirRangeAlone() {
    let test = Self.long
    let session = InferenceSession(Transformer(test.makeParameters()), capacity: 100)
    let tokens = Array(test.firstSequence().tokens.prefix(60))
    session.append(tokens, logits: .none)
    let middle = session.cache.backup(20..<40)
    let outside = [session.cache.backup(0..<20), session.cache.backup(40..<60)]
    session.rewind(to: 20)
    session.append((0..<30).map { Int32($0) }, logits: .none)
    let changed = session.cache.backup(40..<60)
    #expect(session.cache.backup(20..<40) != middle)
    session.cache.restore(middle)
    #expect(session.cache.backup(20..<40) == middle)
    #expect(session.cache.backup(0..<20) == outside[0])
    #expect(session.cache.backup(40..<60) == changed && changed != outside[1])
    #expect(
      KeyValueCache.bytes(test.configuration, capacity: 100)
        == 2 * test.configuration.layers * test.configuration.keyValueWidth * 100 * 4)
  }
}
