import Randomness
import TensorKernels
import TestSupport
import Testing
import TransformerModel

@Suite struct CachePrecisionTests {
  static let halves: [StoragePrecision] = [.float16, .bfloat16]
  /// How far logits may lie from those over a float32 cache, in units of the precision's rounding:
  /// every key, value and score of a few layers is off by one such unit at most.
  static let bound = 6.0

  private func session(
    _ test: ModelCase, _ precision: StoragePrecision, chunk: Int = 1000, workers: Int = 1
  ) -> InferenceSession {
    InferenceSession(
      Transformer(test.makeParameters()), capacity: test.lengths[0] + 20,
      workers: Workers(count: workers), options: test.options, chunk: chunk, precision: precision)
  }

  private func read(_ test: ModelCase, _ session: InferenceSession) -> [Float] {
    let (tokens, positions) = test.firstSequence()
    return session.append(tokens, positions: positions, logits: .all)
  }

  @Test(arguments: ModelCase.all + [CacheTests.long], halves)
  func logitsAreWithinRounding(_ test: ModelCase, _ precision: StoragePrecision) {
    let exact = read(test, session(test, .float32)).map(Double.init)
    let rounded = read(test, session(test, precision))
    let distance = relativeDistance(rounded, exact)
    #expect(distance > 0 && distance < Self.bound * precision.rounding)
    // In chunks and token by token the same keys are rounded, up to what chunks differ by.
    for chunk in [1, 7, 129] where chunk < test.lengths[0] {
      let chunked = read(test, session(test, precision, chunk: chunk))
      #expect(
        relativeDistance(chunked, rounded.map(Double.init)) < Self.bound * precision.rounding)
    }
    let shared = read(test, session(test, precision, workers: 3))
    #expect(sameBits(shared, rounded))
  }

  /// The training pass, which has no cache, agrees up to the precision.
  @Test(arguments: halves)
  func cacheOnIsCacheOff(_ precision: StoragePrecision) {
    let test = CacheTests.long
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let batch = SequenceBatch(
      tokens: tokens, positions: positions, sequences: [0..<n],
      targets: tokens.dropFirst() + [0], weights: [Float](repeating: 1, count: n))
    let uncached = GradientPass(Transformer(parameters), capacity: n).addGradient(
      of: batch, weights: parameters.tensors, targets: .head,
      to: Parameters(test.configuration).tensors)
    let logits = FloatStorage(read(test, session(test, precision, chunk: 50)))
    let cached = CrossEntropy.rows(
      logits: logits.view.matrix(rows: n, columns: test.configuration.vocabularySize),
      targets: batch.targets, gradientScale: nil)
    #expect(
      relativeDistance(cached.losses, uncached.losses.map(Double.init))
        < Self.bound * precision.rounding)
  }

  /// What is stored is what a float32 cache would hold, rounded; and watched scores are of that.
  @Test(arguments: halves)
  func scoresAreOfStoredKeys(_ precision: StoragePrecision) {
    let test = ModelCase.all[0]
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let w = test.configuration.headWidth
    var seen: [AttentionSite: (keys: [Float], scores: [Float])] = [:]
    let half = session(test, precision, chunk: 16)
    let full = session(test, .float32, chunk: 16)
    full.append(tokens, positions: positions, logits: .none)
    half.append(
      tokens, positions: positions, logits: .none,
      observing: AttentionObservation(
        rows: [n - 1],
        visit: { site, shown in
          let keys = half.cache.keys(layer: site.layer, queryHead: site.head, 0..<n)
          #expect(keys.allSatisfy { isStored($0, precision) })
          seen[site] = (keys, shown.scores)
        },
        visitVectors: { site, vectors in
          guard let (keys, scores) = seen[site] else { return }
          let expected = (0..<n).map { j in
            (0..<w).reduce(0.0) { $0 + Double(vectors.query[$1]) * Double(keys[j * w + $1]) }
              / Double(w).squareRoot()
          }
          #expect(relativeDistance(scores, expected) < 1e-5)
        }))
    #expect(seen.count == test.configuration.layers * test.configuration.queryHeads)
    for head in 0..<test.configuration.queryHeads {
      // Below the first layer nothing has been rounded yet.
      let exact = FloatStorage(full.cache.keys(layer: 0, queryHead: head, 0..<n))
      exact.view.round(to: precision)
      #expect(sameBits(half.cache.keys(layer: 0, queryHead: head, 0..<n), exact.view.array))
      let values = FloatStorage(full.cache.values(layer: 0, queryHead: head, 0..<n))
      values.view.round(to: precision)
      #expect(sameBits(half.cache.values(layer: 0, queryHead: head, 0..<n), values.view.array))
    }
  }

  private func isStored(_ x: Float, _ precision: StoragePrecision) -> Bool {
    let storage = FloatStorage([x])
    storage.view.round(to: precision)
    return storage.view[0] == x
  }

  /// A qTTT step's gradient over each kind of cache, which the pass leaves bit for bit as it was.
  @Test(arguments: SpanKeyValues.allCases, halves)
  func spanGradients(_ keyValues: SpanKeyValues, _ precision: StoragePrecision) {
    let test = CacheTests.long
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let span = 500..<540
    let batch = SequenceBatch(
      tokens: Array(tokens[span]), positions: Array(positions[span]), sequences: [0..<40],
      targets: Array(tokens[501..<541]), weights: [Float](repeating: 1 / 40, count: 40))
    func gradient(_ precision: StoragePrecision) -> (loss: Double, values: [Float]) {
      let session = session(test, precision)
      _ = read(test, session)
      let before = session.cache.backup(0..<600)
      let gradient = Parameters(test.configuration)
      let result = GradientPass(session.model, capacity: 40).addSpanGradient(
        of: batch, cache: session.cache, start: 500, keyValues: keyValues,
        weights: parameters.tensors, targets: .query, to: gradient.tensors)
      #expect(session.cache.backup(0..<600) == before)
      return (result.total(batch.weights), gradient.flat.array)
    }
    let exact = gradient(.float32)
    let rounded = gradient(precision)
    #expect(abs(rounded.loss - exact.loss) < Self.bound * precision.rounding * exact.loss)
    let distance = relativeDistance(rounded.values, exact.values.map(Double.init))
    #expect(distance > 0 && distance < 4 * Self.bound * precision.rounding)
  }

  /// Branches read as the session would alone, bit for bit, and show what it would have stored.
  @Test(arguments: halves)
  func branches(_ precision: StoragePrecision) {
    let test = CacheTests.long
    let together = session(test, precision)
    let alone = session(test, precision)
    _ = read(test, together)
    _ = read(test, alone)
    let branches = BranchedSession(together, count: 3, capacity: 4)
    let words: [[Int32]] = [[1, 2, 3], [4, 4, 5], [6, 7, 8]]
    let logits = words.map { branches.append($0) }
    for branch in 0..<3 {
      alone.rewind(to: 600)
      for step in 0..<3 {
        #expect(sameBits(logits[step][branch], alone.append([words[step][branch]])))
      }
      branches.show(branch)
      #expect(together.cache.backup(0..<603) == alone.cache.backup(0..<603))
    }
  }

  @Test func halvesTakeHalfTheBytes() {
    let c = ModelCase.common
    for precision in Self.halves {
      #expect(
        2 * KeyValueCache.bytes(c, capacity: 77, precision: precision)
          == KeyValueCache.bytes(c, capacity: 77))
      #expect(KeyValueCache(c, capacity: 5, precision: precision).precision == precision)
    }
  }

  @Test(arguments: halves)
  func backups(_ precision: StoragePrecision) {
    let test = CacheTests.long
    let session = session(test, precision)
    _ = read(test, session)
    let middle = session.cache.backup(20..<40)
    let rest = session.cache.backup(40..<60)
    session.rewind(to: 20)
    session.append((0..<40).map { Int32($0 % 37) }, logits: .none)
    #expect(session.cache.backup(20..<40) != middle)
    session.cache.restore(middle)
    #expect(session.cache.backup(20..<40) == middle)
    #expect(session.cache.backup(40..<60) != rest)
  }
}
