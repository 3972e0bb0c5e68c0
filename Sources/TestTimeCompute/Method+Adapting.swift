import Randomness
import TransformerModel

extension Method {
  /// Adapts to a context and shows what comes of it; afterwards the context is as it was read.
  ///
  /// - Parameters:
  ///   - spans: decides where spans are; nil for a child of `stream`.
  ///   - body: called after each step of training, or once where nothing is trained, with the session
  ///     as it has become; it leaves the session as it finds it. What it throws ends the work.
  /// - Returns: where a loss or gradient was not finite; nil where all were.
  /// - Throws: `MethodError`, and what `body` throws.
  public func adapt(
    _ problem: Problem, in context: ReadContext, stream: RandomStream, spans: RandomStream? = nil,
    body: (TrainingStep?, InferenceSession) throws -> Void
  ) throws -> Divergence? {
    let run = MethodRun(problem, in: context, donor: nil, stream: stream, observer: nil)
    run.spanStream = spans
    let options = context.session.options
    defer { context.restore(options: options) }
    guard let adaptation else { return nil }
    try adaptation.check(
      problem, behind: context.length, donorLength: nil, context.costs.configuration)
    return try withoutActuallyEscaping(body) { body in
      run.afterStep = body
      defer { run.afterStep = nil }
      do {
        try adaptation.adapt(run)
      } catch let error as NotFinite {
        return run.divergence(error)
      }
      if run.outcome.steps.isEmpty { try body(nil, run.session) }
      return nil
    }
  }
}
