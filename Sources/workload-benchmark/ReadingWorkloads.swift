import TensorKernels
import TestTimeCompute
import TransformerModel

/// (c): reading a long context into an empty cache, with the logits behind its last token.
final class PrefillWorkload: Workload {
  private let session: InferenceSession
  private let context: [Int32]

  init(_ inputs: BenchmarkInputs, _ workers: Workers) {
    context = inputs.longContext
    session = InferenceSession(inputs.reader, capacity: context.count, workers: workers)
  }

  func check() -> [(name: String, numbers: [Double])] { [("logits", read().map { Double($0) })] }

  func run(_ number: Int) -> Int {
    _ = read()
    return 1
  }

  private func read() -> [Float] {
    session.rewind(to: 0)
    return session.append(context)
  }
}

/// (d): one step of query-only training on a span near the end of a long context that has been read.
final class StepWorkload: Workload {
  private let session: InferenceSession
  private let workers: Workers
  private let adapter: SpanTrainer
  private static let steps = 8

  init(_ inputs: BenchmarkInputs, _ workers: Workers) {
    self.workers = workers
    session = InferenceSession(
      inputs.reader, capacity: BenchmarkInputs.longLength, workers: workers)
    session.append(inputs.longContext, logits: .none)
    adapter = makeAdapter(session, workers)
  }

  func check() -> [(name: String, numbers: [Double])] {
    let fresh = makeAdapter(session, workers)
    let losses = (0..<4).map { _ in
      fresh.step(start: BenchmarkInputs.singleStart, length: BenchmarkInputs.spanLength).loss
    }
    return [("losses", losses), ("queries", fresh.weights.flat.array.map { Double($0) })]
  }

  func run(_ number: Int) -> Int {
    for _ in 0..<Self.steps {
      _ = adapter.step(start: BenchmarkInputs.singleStart, length: BenchmarkInputs.spanLength)
    }
    return Self.steps
  }
}

/// (d32): reading the long context and then 32 steps on uniform spans of it.
final class AdaptationWorkload: Workload {
  private let session: InferenceSession
  private let workers: Workers
  private let context: [Int32]
  private let starts: [Int]

  init(_ inputs: BenchmarkInputs, _ workers: Workers) {
    self.workers = workers
    context = inputs.longContext
    starts = inputs.spanStarts
    session = InferenceSession(inputs.reader, capacity: context.count, workers: workers)
  }

  func check() -> [(name: String, numbers: [Double])] { [("losses", adapt())] }

  func run(_ number: Int) -> Int {
    _ = adapt()
    return 1
  }

  private func adapt() -> [Double] {
    session.rewind(to: 0)
    session.append(context, logits: .none)
    let adapter = makeAdapter(session, workers)
    return starts.map { adapter.step(start: $0, length: BenchmarkInputs.spanLength).loss }
  }
}

private func makeAdapter(_ session: InferenceSession, _ workers: Workers) -> SpanTrainer {
  SpanTrainer(
    session,
    settings: .init(optimizer: .adamW(.init(learningRate: BenchmarkInputs.learningRate))),
    spanLength: BenchmarkInputs.spanLength, workers: workers)
}

/// (e): greedy decoding of one sequence behind a context that has been read; the time is that of a token.
final class DecodingWorkload: Workload {
  private let session: InferenceSession
  private let first: [Float]

  init(_ inputs: BenchmarkInputs, _ workers: Workers) {
    let context = inputs.decodingContext
    session = InferenceSession(
      inputs.reader, capacity: context.count + BenchmarkInputs.decodedCount, workers: workers)
    first = session.append(context)
  }

  func check() -> [(name: String, numbers: [Double])] { [("tokens", decode().map { Double($0) })] }

  func run(_ number: Int) -> Int { decode().count }

  private func decode() -> [Int32] {
    session.rewind(to: BenchmarkInputs.decodingLength)
    var tokens: [Int32] = []
    var logits = first
    while tokens.count < BenchmarkInputs.decodedCount {
      var best = 0
      for index in logits.indices where logits[index] > logits[best] { best = index }
      tokens.append(Int32(best))
      logits = session.append([Int32(best)])
    }
    return tokens
  }
}
