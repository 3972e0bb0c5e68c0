import TensorKernels
import TestTimeCompute
import TransformerModel

extension ProbeEstimate {
  /// The most operations of a prefill that rates are measured on: a second or so.
  private static let effort: FLOPs.Count = 20_000_000_000

  /// Measures the rates of this machine on the first tokens of the longest context.
  ///
  /// - Parameter threads: on how many threads together.
  public static func measureRates(_ run: ProbeRun, threads: Int = 1) -> Rates {
    let workers = Workers(count: threads)
    let costs = FLOPs(run.model.configuration)
    guard let item = run.items.max(by: { $0.instance.context.count < $1.instance.context.count })
    else { preconditionFailure("a probe has instances") }
    var length = min(item.instance.context.count, 4096)
    while length > 64 && costs.prefill(length) > effort { length /= 2 }
    let context = Array(item.instance.context[..<length])
    let answer = AnswerPass(item.instance).tokens
    let session = InferenceSession(
      run.model, capacity: length + answer.count, workers: workers, options: run.settings.options,
      precision: run.settings.keyValuePrecision)
    // Once unmeasured, because the first pass touches fresh memory.
    session.append(context, logits: .none)
    session.rewind(to: 0)

    // What grows with the length is told from what does not by the first tokens and the last.
    let part = max(1, length / 4)
    let first = seconds { session.append(Array(context[..<part]), logits: .none) }
    session.append(Array(context[part..<length - part + (length < 2 ? 1 : 0)]), logits: .none)
    let behind = session.length
    let last = seconds { session.append(Array(context[behind...]), logits: .none) }
    let early = costs.append(part, after: 0, logits: .none)
    let late = costs.append(length - behind, after: behind, logits: .none)
    let plain = Double(early + late) / (first + last)
    let more = Double(late - early)
    var (products, attention) = (plain, plain)
    let slope = (last - first) / more
    let rest = first - Double(costs.prefillAttention(part)) * slope
    if more > 0, length - behind == part, slope > 0, rest > 0 {
      attention = 1 / slope
      products = Double(early - costs.prefillAttention(part)) / rest
    }

    let answering = seconds { session.append(answer, logits: .all) }
    session.rewind(to: length)
    return Rates(
      products: products, attention: attention, adapt: adaptRate(run, session, costs, workers),
      answer: Double(costs.append(answer.count, after: length, logits: .all)) / answering)
  }

  private static func adaptRate(
    _ run: ProbeRun, _ session: InferenceSession, _ costs: FLOPs, _ workers: Workers
  ) -> Double? {
    guard let adaptation = run.settings.adaptation, adaptation.steps > 0, session.length >= 2
    else { return nil }
    let span = adaptation.spanLength(inContextOf: session.length)
    let start = session.length - 1 - span
    let adapter = QueryAdapter(
      session, settings: adaptation.step, spanLength: span, workers: workers)
    _ = adapter.gradientOfSpan(start: start, length: span)
    let time = seconds { _ = adapter.gradientOfSpan(start: start, length: span) }
    return Double(costs.spanStep(span, start: start, keyValues: adaptation.step.spanKeyValues))
      / time
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    body()
    return max((clock.now - start) / .seconds(1), 1e-9)
  }
}
