import TransformerModel

/// Where a run left the finite numbers.
public struct Divergence: Equatable, Sendable {
  /// The step of training that met it, or behind which it was met, counted from 1; nil where nothing was
  /// trained.
  public var step: Int?
  /// Where it arose, such as "the MLP of layer 2".
  public var place: String

  public init(step: Int? = nil, place: String) {
    self.step = step
    self.place = place
  }
}

extension Divergence: CustomStringConvertible {
  public var description: String { step.map { "step \($0), \(place)" } ?? place }
}

/// A loss, a gradient or a logit is not finite.
struct NotFinite: Error {
  /// Where that arose; nil where only logits or scores showed it.
  var place: String?
}

extension Method {
  /// Where the model's own numbers are to blame for a divergence: its context's keys or values, or
  /// whatever it was where the method leaves the model as it is; nil where the method changed it.
  public func placeInModel(_ divergence: Divergence, in context: ReadContext) -> String? {
    let overflow = context.session.cache.firstOverflow(in: 0..<context.length)
    return overflow?.description ?? (adaptation == nil ? divergence.place : nil)
  }
}

extension MethodRun {
  /// What is known of the place where this run left the finite numbers.
  func divergence(_ error: NotFinite) -> Divergence {
    Divergence(
      step: outcome.steps.isEmpty ? nil : outcome.steps.count,
      place: error.place ?? placeOfQuestion())
  }

  /// Where the context, or the question behind it, leaves the finite numbers under the present weights.
  private func placeOfQuestion() -> String {
    session.rewind(to: min(base, session.length))
    if let overflow = session.cache.firstOverflow(in: 0..<session.length) {
      return overflow.description
    }
    let place = session.overflow(reading: problem.directPrompt)
    return place == .head ? "the scores or logits of the answer" : place.description
  }
}
