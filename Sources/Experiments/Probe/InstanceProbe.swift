import Randomness
import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Probes instances one after the other with one session: one cache, one context at a time.
final class InstanceProbe {
  private let session: InferenceSession
  private let settings: ProbeSettings
  private let workers: Workers

  /// A probe for instances whose context, prompt and answer have at most `capacity` tokens together.
  init(_ model: Transformer, settings: ProbeSettings, capacity: Int, workers: Workers) {
    self.settings = settings
    self.workers = workers
    session = InferenceSession(
      model, capacity: capacity, workers: workers, options: settings.options,
      precision: settings.keyValuePrecision)
  }

  /// Reads the context of an instance once, and measures before, during and after adaptation.
  ///
  /// - Parameter checkpoint: called before each chunk of the context and between steps; what it throws
  ///   ends the work.
  /// - Throws: `ProbeError.notFinite` or `.diverged`, and what `checkpoint` throws.
  func measure(_ item: ProbeItem, checkpoint: () throws -> Void) throws -> ProbeResult {
    session.rewind(to: 0)
    session.weights = session.model.weights
    // In the chunks in which the session reads anyway: an interruption need not wait for the end.
    let context = item.instance.context
    for start in stride(from: 0, to: context.count, by: session.chunk) {
      try checkpoint()
      let end = min(start + session.chunk, context.count)
      session.append(Array(context[start..<end]), logits: .none)
    }
    var measurements = [try measurement(item, step: 0, span: nil)]
    var profiles = profile(item, step: 0)
    var maps = profiles.compactMap { AttentionMap($0, item.instance) }
    if let adaptation = settings.adaptation, adaptation.steps > 0 {
      // A context of one token predicts nothing, so that there is nothing to adapt on.
      guard item.instance.context.count >= 2 else { throw ProbeError.contextTooShort(item) }
      try adapt(item, adaptation, &measurements, &profiles, &maps, checkpoint)
    }
    return ProbeResult(
      item: item, measurements: measurements, profiles: profiles, maps: maps)
  }

  private func adapt(
    _ item: ProbeItem, _ adaptation: ProbeSettings.Adaptation,
    _ measurements: inout [ProbeMeasurement], _ profiles: inout [AttentionProfile],
    _ maps: inout [AttentionMap], _ checkpoint: () throws -> Void
  ) throws {
    let length = item.instance.context.count
    let spanLength = adaptation.spanLength(inContextOf: length)
    let adapter = QueryAdapter(
      session, settings: adaptation.step, spanLength: spanLength, workers: workers)
    session.weights = adapter.queries.weights
    defer {
      session.weights = session.model.weights
      adapter.queries.restore()
      precondition(adapter.queries.isRestored, "the query weights are restored bit for bit")
    }
    var spans = UniformSpans(
      RandomStream(seed: settings.seed, label: "spans").child(item.instance.index))
    let mapped = adaptation.mappedSteps
    for step in 1...adaptation.steps {
      try checkpoint()
      let start = spans.nextStart(spanLength: spanLength, contextLength: length)
      let made = adapter.step(start: start, length: spanLength)
      guard made.loss.isFinite && made.gradientNorm.isFinite else {
        throw divergence(
          item, step: step, place: adapter.overflow(made, length: spanLength))
      }
      guard adaptation.isMeasured(after: step) else { continue }
      let span = SpanStep(
        start: start, length: spanLength, loss: made.loss, gradientNorm: made.gradientNorm)
      measurements.append(try measurement(item, step: step, span: span))
      if mapped.contains(step) {
        let shown = profile(item, step: step)
        maps += shown.compactMap { AttentionMap($0, item.instance) }
        if step == adaptation.steps { profiles += shown }
      }
    }
  }

  private func profile(_ item: ProbeItem, step: Int) -> [AttentionProfile] {
    guard settings.profiled.contains(item.instance.index) else { return [] }
    return [AttentionProfile.make(session, item.instance, step: step)]
  }

  private func measurement(
    _ item: ProbeItem, step: Int, span: SpanStep?
  ) throws -> ProbeMeasurement {
    do throws(NotFiniteAnswer) {
      let answer = try AnswerMeasurement.make(
        session, item.instance, instruments: settings.instruments)
      return ProbeMeasurement(step: step, span: span, answer: answer)
    } catch {
      throw divergence(item, step: step, place: error.place)
    }
  }

  private func divergence(_ item: ProbeItem, step: Int, place: String?) -> ProbeError {
    guard step > 0, let optimizer = settings.adaptation?.step.optimizer else {
      return .overflow(item, place, in: session)
    }
    return .diverged(item, AdaptationDiverged(step: step, optimizer: optimizer, place: place))
  }
}
