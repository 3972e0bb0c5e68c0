import Randomness
import Runs
import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Measures what contexts of growing length cost in time and memory, beside what the closed forms say.
///
/// At each length one key-value instance is read, queries take steps on the last span of its context,
/// tokens are decoded one by one, and the question is read with target mass recorded. What is
/// predicted of time are the operations in closed form, over rates measured once in the same run on a
/// context of some thousand tokens; of memory, what the process held before and the buffers in closed
/// form.
public struct ScalingRun: Sendable {
  /// The model.
  public let model: Transformer
  /// How keys and values are stored.
  public let precision: StoragePrecision
  /// k, tokens in a span.
  public let spanLength: Int
  /// How often a step is taken; the median counts.
  public let steps: Int
  /// Tokens that are decoded; the mean counts.
  public let decodedTokens: Int
  /// Decides the tokens.
  public let seed: UInt64
  /// Threads.
  public let workers: Workers

  /// A run over contexts that a model reads.
  public init(
    _ model: Transformer, precision: StoragePrecision, spanLength: Int, steps: Int = 3,
    decodedTokens: Int = 16, seed: UInt64, workers: Workers
  ) {
    precondition(spanLength >= 1 && steps >= 1 && decodedTokens >= 1, "nothing to measure")
    self.model = model
    self.precision = precision
    self.spanLength = spanLength
    self.steps = steps
    self.decodedTokens = decodedTokens
    self.seed = seed
    self.workers = workers
  }

  /// The memory of the process, as the system reports it.
  public struct Meter: Sendable {
    /// Forgets the most that was held so far, and says what is held at present; nil where the system
    /// cannot.
    public let restart: @Sendable () -> Int?
    /// The most that was held since; nil where the system does not report it.
    public let peak: @Sendable () -> Int?

    public init(
      restart: @escaping @Sendable () -> Int?, peak: @escaping @Sendable () -> Int?
    ) {
      self.restart = restart
      self.peak = peak
    }
  }

  /// What was measured at a length, with what was predicted where that is known.
  public struct Point: CodedRecord {
    /// T.
    public let length: Int
    /// Reading the context, in seconds.
    public let prefill: Pair
    /// One qTTT step on the last k tokens.
    public let step: Pair
    /// One token behind the context.
    public let token: Pair
    /// The question and all but the last token of its answer, with target mass recorded.
    public let answer: Pair
    /// The most memory that the process held, in bytes; nil where the system does not report it.
    public let memory: Pair?
    /// Of that, keys and values.
    public let cacheBytes: Int
    /// Operations of the prefill.
    public let prefillFLOPs: Double
  }

  /// A measured number and what it was predicted to be.
  public struct Pair: Sendable, Equatable, Codable {
    public let measured: Double
    public let predicted: Double
  }

  /// Operations a second of all threads together, by what is done.
  public struct Rates: Sendable {
    let estimate: WorkRates
    let decode: Double
    /// Of the question with its masses recorded, which is more than the operations.
    let answer: Double
    let threads: Int
  }

  /// The shortest context that can be measured.
  public var leastLength: Int {
    max(spanLength + 2, TaskSettings(.keyValue, length: 1).leastLength)
  }

  private func item(_ length: Int) -> ProbeItem {
    do {
      let generator = try TaskGenerator(TaskSettings(.keyValue, length: length), seed: seed)
      return ProbeItem(file: "key-value", instance: generator.instance(0))
    } catch {
      preconditionFailure("lengths are checked against the least: \(error)")
    }
  }

  private var adaptation: ProbeSettings.Adaptation {
    var method = QTTTMethod()
    method.spans.length = spanLength
    method.spans.training.adamW.learningRate = 1e-9
    return ProbeSettings.Adaptation(ChosenMethod(method, amount: .given(1)))
  }

  private func probe(_ item: ProbeItem) throws(ProbeError) -> ProbeRun {
    try ProbeRun(
      model,
      settings: ProbeSettings(adaptation: adaptation, keyValuePrecision: precision, seed: seed),
      items: [item], threads: workers.count)
  }

  /// Measures the rates on which predictions rest, on a context of some thousand tokens.
  ///
  /// - Throws: `ProbeError` for a model that does not know the tokens.
  public func measureRates() throws -> Rates {
    let length = max(leastLength, 4096)
    let run = try probe(item(length))
    let estimate = ProbeEstimate.measureRates(run, threads: workers.count)
    let session = makeSession(length)
    session.append(run.items[0].instance.context, logits: .none)
    let seconds = decode(session)
    let flops = FLOPs(model.configuration).decode(1, after: length + decodedTokens / 2)
    try answer(run, session)
    let answering = try ContinuousClock.seconds { try answer(run, session) }
    return Rates(
      estimate: estimate, decode: Double(flops) / seconds,
      answer: Double(answerFLOPs(run)) / answering, threads: workers.count)
  }

  private func answerFLOPs(_ run: ProbeRun) -> FLOPs.Count {
    let instance = run.items[0].instance
    return FLOPs(model.configuration).append(
      AnswerPass(instance).tokens.count, after: instance.context.count, logits: .all)
  }

  private func makeSession(_ length: Int) -> InferenceSession {
    InferenceSession(
      model, capacity: length + decodedTokens + 64, workers: workers, precision: precision)
  }

  /// Measures one length.
  ///
  /// - Parameters:
  ///   - length: T, at least `leastLength`.
  ///   - checkpoint: called between chunks of the context and between steps; what it throws ends the
  ///     work.
  /// - Throws: `ProbeError` for a model that does not know the tokens, and what `checkpoint` throws.
  public func measure(
    _ length: Int, rates: Rates, meter: Meter, checkpoint: () throws -> Void = {}
  ) throws -> Point {
    let run = try probe(item(length))
    let instance = run.items[0].instance
    let present = meter.restart()
    let session = makeSession(length)
    let prefill = try ContinuousClock.seconds {
      for start in stride(from: 0, to: length, by: session.chunk) {
        try checkpoint()
        let end = min(start + session.chunk, length)
        session.append(Array(instance.context[start..<end]), logits: .none)
      }
    }
    let token = decode(session)
    try checkpoint()
    let answer = try ContinuousClock.seconds { try self.answer(run, session) }
    let step = try steps(session, checkpoint)
    let peak = meter.peak()
    return point(
      run, rates, seconds: (prefill, step, token, answer), present: present, peak: peak)
  }

  private func answer(_ run: ProbeRun, _ session: InferenceSession) throws {
    do throws(NotFiniteAnswer) {
      _ = try AnswerMeasurement.make(session, run.items[0].instance)
    } catch {
      throw ProbeError.overflow(run.items[0], error.place, in: session)
    }
  }

  private func point(
    _ run: ProbeRun, _ rates: Rates,
    seconds: (prefill: Double, step: Double, token: Double, answer: Double), present: Int?,
    peak: Int?
  ) -> Point {
    let costs = FLOPs(model.configuration)
    let length = run.items[0].instance.context.count
    let estimate = ProbeEstimate(run, rates: rates.estimate, threads: rates.threads)
    var reading = WorkFLOPs()
    reading.read(length, costs)
    let step = costs.spanStep(spanLength, start: length - 1 - spanLength)
    let token = costs.decode(1, after: length + decodedTokens / 2)
    var memory: Pair?
    if let present, let peak {
      memory = Pair(
        measured: Double(peak),
        predicted: Double(present + estimate.memory.caches + estimate.memory.buffers))
    }
    let r = rates.estimate
    return Point(
      length: length,
      prefill: Pair(measured: seconds.prefill, predicted: reading.seconds(r)),
      step: Pair(measured: seconds.step, predicted: Double(step) / (r.adapt ?? r.attention)),
      token: Pair(measured: seconds.token, predicted: Double(token) / rates.decode),
      answer: Pair(measured: seconds.answer, predicted: Double(answerFLOPs(run)) / rates.answer),
      memory: memory, cacheBytes: estimate.memory.caches, prefillFLOPs: Double(reading.total))
  }

  /// Seconds a token.
  private func decode(_ session: InferenceSession) -> Double {
    let length = session.length
    let time = ContinuousClock.seconds {
      for i in 0..<decodedTokens { session.append([Int32(24 + i % 8)]) }
    }
    session.rewind(to: length)
    return time / Double(decodedTokens)
  }

  /// The median of a few steps, after one that touches fresh memory.
  private func steps(
    _ session: InferenceSession, _ checkpoint: () throws -> Void
  ) throws -> Double {
    let adapter = SpanTrainer(
      session, settings: TrainingSettings(learningRate: 1e-9), spanLength: spanLength,
      workers: workers)
    let start = session.length - 1 - spanLength
    _ = adapter.step(start: start, length: spanLength)
    var times: [Double] = []
    for _ in 0..<steps {
      try checkpoint()
      times.append(ContinuousClock.seconds { _ = adapter.step(start: start, length: spanLength) })
    }
    return times.sorted()[times.count / 2]
  }
}
