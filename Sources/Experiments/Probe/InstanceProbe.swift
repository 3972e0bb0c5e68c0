import Randomness
import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Probes instances one after the other with one session: one cache, one context at a time.
final class InstanceProbe {
  private let context: ReadContext
  private let settings: ProbeSettings

  /// A probe for instances whose context, prompt and answer have at most `capacity` tokens together.
  init(_ model: Transformer, settings: ProbeSettings, capacity: Int, workers: Workers) {
    self.settings = settings
    context = ReadContext(
      model, capacity: capacity, workers: workers, options: settings.options,
      precision: settings.keyValuePrecision)
  }

  /// Reads the context of an instance once, and measures before, during and after adaptation.
  ///
  /// - Parameter checkpoint: called before each chunk of the context and between steps; what it throws
  ///   ends the work.
  /// - Throws: `ProbeError`, and what `checkpoint` throws.
  func measure(_ item: ProbeItem, checkpoint: () throws -> Void) throws -> ProbeResult {
    try context.read(item.instance.context, checkpoint: checkpoint)
    let session = context.session
    var measurements = [try measurement(session, item, step: 0, span: nil)]
    var profiles = profile(session, item, step: 0)
    var maps = profiles.compactMap { AttentionMap($0, item.instance) }
    if let adaptation = settings.adaptation, adaptation.steps > 0 {
      // A context of one token predicts nothing, so that there is nothing to adapt on.
      guard item.instance.context.count >= 2 else {
        throw ProbeError(
          item,
          " has a context of \(item.instance.context.count) token, but adapting needs at least 2")
      }
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
    let spans = RandomStream(seed: settings.seed, label: "spans").child(item.instance.index)
    let mapped = adaptation.mappedSteps
    var number = 0
    try checkpoint()
    let divergence = try adaptation.method(inContextOf: context.length).adapt(
      Problem(item.instance), in: context, stream: spans.child("method"), spans: spans
    ) { made, session in
      number = made == nil ? adaptation.steps : number + 1
      if adaptation.isMeasured(after: number) {
        let span = made.flatMap(SpanStep.init)
        measurements.append(try measurement(session, item, step: number, span: span))
        if mapped.contains(number) {
          let shown = profile(session, item, step: number)
          maps += shown.compactMap { AttentionMap($0, item.instance) }
          if number == adaptation.steps { profiles += shown }
        }
      }
      try checkpoint()
    }
    if let divergence {
      throw self.divergence(
        context.session, item, step: divergence.step ?? 1, place: divergence.place)
    }
  }

  private func profile(
    _ session: InferenceSession, _ item: ProbeItem, step: Int
  ) -> [AttentionProfile] {
    guard settings.profiled.contains(item.instance.index) else { return [] }
    return [AttentionProfile.make(session, item.instance, step: step)]
  }

  private func measurement(
    _ session: InferenceSession, _ item: ProbeItem, step: Int, span: SpanStep?
  ) throws -> ProbeMeasurement {
    do throws(NotFiniteAnswer) {
      let answer = try AnswerMeasurement.make(
        session, item.instance, instruments: settings.instruments)
      return ProbeMeasurement(step: step, span: span, answer: answer)
    } catch {
      throw divergence(session, item, step: step, place: error.place)
    }
  }

  private func divergence(
    _ session: InferenceSession, _ item: ProbeItem, step: Int, place: String?
  ) -> ProbeError {
    guard step > 0, let adaptation = settings.adaptation else {
      return .overflow(item, place, in: session)
    }
    let optimizer = adaptation.method.settings.weightTraining?.adamW
    return ProbeError(
      item, ": \(AdaptationDiverged(step: step, optimizer: optimizer, place: place))")
  }
}

extension SpanStep {
  /// A step of training; nil for one that has no span.
  fileprivate init?(_ step: TrainingStep) {
    guard let start = step.start, let trained = step.trained else { return nil }
    self.init(
      start: start, length: trained.count, loss: step.loss, gradientNorm: step.gradientNorm)
  }
}
