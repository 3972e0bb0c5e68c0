import TensorKernels
import TestTimeCompute
import TransformerModel

extension WorkRates {
  /// The most operations of a prefill that rates are measured on: a second or so of one thread.
  private static let effort: FLOPs.Count = 60_000_000_000
  /// Tokens that are generated one by one, and how often.
  private static let generated = 8
  private static let rounds = 2
  /// With fewer tokens, what attention takes drowns in what products take.
  private static let leastForAttention = 512

  /// Measures the rates of this machine on the first tokens of a context.
  ///
  /// - Parameters:
  ///   - context: the longest that is going to be read, of at least one token.
  ///   - answer: tokens that are read behind it.
  ///   - training: whose steps are measured; nil for none.
  ///   - generates: whether tokens are generated one by one.
  ///   - threads: on how many threads together.
  public static func measure(
    _ model: Transformer, context: [Int32], answer: [Int32], options: PassOptions = .init(),
    precision: StoragePrecision, training: SpanTraining?, generates: Bool = false,
    threads: Int = 1
  ) -> WorkRates {
    let workers = Workers(count: threads)
    let costs = FLOPs(model.configuration)
    var length = min(context.count, 4096)
    while length > 64 && costs.prefill(length) > effort { length /= 2 }
    let context = Array(context[..<length])
    let session = InferenceSession(
      model, capacity: length + max(answer.count, generated), workers: workers, options: options,
      precision: precision)
    // Once unmeasured, because the first pass touches fresh memory.
    session.append(context, logits: .none)
    session.rewind(to: 0)

    // What grows with the length is separated from what does not by the first tokens and the last.
    let part = max(1, length / 4)
    let first = ContinuousClock.seconds { session.append(Array(context[..<part]), logits: .none) }
    let early = generates ? secondsOfGenerating(session) : 0
    session.append(Array(context[part..<length - part + (length < 2 ? 1 : 0)]), logits: .none)
    let behind = session.length
    let last = ContinuousClock.seconds { session.append(Array(context[behind...]), logits: .none) }
    let reading = rates(
      Part(
        flops: costs.append(part, after: 0, logits: .none),
        attention: costs.prefillAttention(part), seconds: first),
      Part(
        flops: costs.append(length - behind, after: behind, logits: .none),
        attention: costs.prefillAttention(length - behind, after: behind), seconds: last),
      tellsApart: length - behind == part && length >= leastForAttention)
    var generating: Generating?
    if generates {
      func tokens(after length: Int, _ seconds: Double) -> Part {
        Part(
          flops: costs.decode(generated, after: length),
          attention: costs.decodeAttention(generated, after: length), seconds: seconds)
      }
      let late = secondsOfGenerating(session)
      let rates = rates(
        tokens(after: part, early), tokens(after: length, late),
        tellsApart: length >= leastForAttention)
      generating = Generating(products: rates.products, attention: rates.attention)
    }

    let answering = ContinuousClock.seconds { session.append(answer, logits: .all) }
    session.rewind(to: length)
    return WorkRates(
      products: reading.products, attention: reading.attention,
      adapt: adaptRate(training, session, costs, workers),
      answer: Double(costs.append(answer.count, after: length, logits: .all)) / answering,
      generating: generating)
  }

  /// Work that was timed.
  private struct Part {
    let flops: FLOPs.Count
    let attention: FLOPs.Count
    let seconds: Double
  }

  /// The rates of products and of attention, measured on work behind few tokens and the same behind many;
  /// those of both together where `tellsApart` is false or the times do not differ.
  private static func rates(
    _ early: Part, _ late: Part, tellsApart: Bool
  ) -> (products: Double, attention: Double) {
    let plain = Double(early.flops + late.flops) / (early.seconds + late.seconds)
    let more = Double(late.flops - early.flops)
    let slope = (late.seconds - early.seconds) / more
    let rest = early.seconds - Double(early.attention) * slope
    guard tellsApart, more > 0, slope > 0, rest > 0 else { return (plain, plain) }
    return (Double(early.flops - early.attention) / rest, 1 / slope)
  }

  /// The least time of some tokens one by one behind what a session holds, which it holds again afterwards.
  private static func secondsOfGenerating(_ session: InferenceSession) -> Double {
    let length = session.length
    let tokens = Array(session.tokens.prefix(1))
    return (0..<rounds).map { _ in
      let time = ContinuousClock.seconds {
        for _ in 0..<generated { session.append(tokens) }
      }
      session.rewind(to: length)
      return time
    }.min() ?? .infinity
  }

  private static func adaptRate(
    _ training: SpanTraining?, _ session: InferenceSession, _ costs: FLOPs,
    _ workers: Workers
  ) -> Double? {
    guard let training, training.steps > 0, session.length >= 2 else { return nil }
    let span = min(training.spanLength, session.length - 1)
    let start = session.length - 1 - span
    let trainer = SpanTrainer(
      session, settings: training.training, spanLength: span, keyValues: training.keyValues,
      workers: workers)
    _ = trainer.step(start: start, length: span)
    let time = ContinuousClock.seconds { _ = trainer.step(start: start, length: span) }
    return Double(training.stepFLOPs(span, start: start, costs)) / time
  }
}
