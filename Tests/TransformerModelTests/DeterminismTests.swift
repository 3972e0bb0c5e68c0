import TensorKernels
import TestSupport
import Testing
import TransformerModel

/// The number of workers must not change a single bit of anything.
@Suite struct DeterminismTests {
  /// One block of rows, whose heads are shared out, and several blocks, which are shared out whole.
  static let lengths = [[120], [300], [90, 1, 140, 60]]

  private func test(_ lengths: [Int]) -> ModelCase {
    ModelCase(
      testDescription: "workers",
      configuration: ModelConfiguration(
        vocabularySize: 50, width: 24, layers: 2, queryHeads: 8, keyValueHeads: 4, headWidth: 16,
        mlpWidth: 30), lengths: lengths, isStretched: true)
  }

  @Test(arguments: lengths)
  func gradients(lengths: [Int]) {
    let test = test(lengths)
    let parameters = test.makeParameters()
    let batch = test.makeBatch()
    func run(_ workers: Int) -> (losses: [Float], gradient: [Float]) {
      let pass = GradientPass(
        Transformer(parameters), capacity: test.rows, workers: Workers(count: workers))
      let gradient = Parameters(test.configuration)
      let result = pass.addGradient(
        of: batch, weights: parameters.tensors, targets: .all, to: gradient.tensors)
      return (result.losses, gradient.flat.array)
    }
    let one = run(1)
    for workers in [2, 3, 5] {
      let several = run(workers)
      #expect(sameBits(several.losses, one.losses))
      #expect(sameBits(several.gradient, one.gradient))
    }
  }

  @Test(arguments: [1, 64, 100, 512])
  func reading(chunk: Int) {
    let test = test([400])
    let model = Transformer(test.makeParameters())
    let (tokens, positions) = test.firstSequence()
    func run(_ workers: Int) -> [Float] {
      InferenceSession(model, capacity: 400, workers: Workers(count: workers), chunk: chunk)
        .append(tokens, positions: positions, logits: .all)
    }
    let one = run(1)
    for workers in [2, 3, 5] { #expect(sameBits(run(workers), one)) }
  }

  /// Enough workers for the default chunk to grow with them.
  @Test func manyWorkersReadLongerChunks() {
    let test = test([1500])
    let model = Transformer(test.makeParameters())
    let (tokens, positions) = test.firstSequence()
    func run(_ workers: Int) -> (logits: [Float], chunk: Int) {
      let session = InferenceSession(model, capacity: 1500, workers: Workers(count: workers))
      return (session.append(tokens, positions: positions, logits: .all), session.chunk)
    }
    let (one, many) = (run(1), run(5))
    #expect(one.chunk == InferenceSession.chunkLength && many.chunk == 1280)
    #expect(sameBits(many.logits, one.logits))
  }

  @Test(arguments: SpanKeyValues.allCases)
  func spans(keyValues: SpanKeyValues) {
    let test = test([400])
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(Transformer(parameters), capacity: 400)
    session.append(tokens, positions: positions, logits: .none)
    let span = 180..<330
    func run(_ workers: Int) -> [Float] {
      let pass = GradientPass(
        session.model, capacity: span.count, workers: Workers(count: workers))
      let gradient = Parameters(test.configuration)
      let result = pass.addSpanGradient(
        of: SequenceBatch(
          tokens: Array(tokens[span]), positions: Array(positions[span]),
          sequences: [0..<span.count], targets: Array(tokens[181..<331]),
          weights: [Float](repeating: 0.01, count: span.count)),
        cache: session.cache, start: span.lowerBound, keyValues: keyValues,
        weights: parameters.tensors, targets: [.query, .mlp], to: gradient.tensors)
      return result.losses + gradient.flat.array
    }
    let one = run(1)
    for workers in [2, 3, 5] { #expect(sameBits(run(workers), one)) }
  }
}
