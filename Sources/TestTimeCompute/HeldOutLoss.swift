import TransformerModel

/// The loss of one fixed span of the context before and after adaptation, in nats a token.
///
/// Losses of training steps belong to spans that differ from step to step, so that the first and the
/// last of them are not comparable. This span is the same for every method of an instance.
public struct HeldOutLoss: Equatable, Sendable {
  /// The mean next-token loss with the model's own weights.
  public let before: Double
  /// The same with what adaptation left: weights, options and, where the context was read again, cache.
  public let after: Double
  /// The share of the span's predicted tokens that lay in a span which was trained on, in 0 … 1: only
  /// at 0 is the loss one of text that training never saw.
  public let seen: Double

  /// Losses that are known.
  public init(before: Double, after: Double, seen: Double) {
    (self.before, self.after, self.seen) = (before, after, seen)
  }
}

extension MethodRun {
  /// The mean next-token loss of the problem's held-out span against the cache, under the session's
  /// present weights and options, in nats; nil where the problem names no span. Neither counted nor timed.
  ///
  /// - Throws: where the loss is not finite.
  func heldOutLoss() throws -> Double? {
    guard let span = problem.heldOut else { return nil }
    return try uncharged {
      let pass = GradientPass(
        session.model, capacity: span.count, workers: context.workers, options: session.options)
      let batch = session.spanBatch(start: span.lowerBound, length: span.count)
      let loss = pass.spanLosses(
        of: batch, cache: session.cache, start: span.lowerBound, weights: session.weights
      ).total(batch.weights)
      guard loss.isFinite else { throw NotFinite() }
      return loss
    }
  }

  /// Notes the held-out loss, of which `before` was read before adaptation.
  ///
  /// - Throws: where the loss is not finite.
  func noteHeldOut(before: Double?) throws {
    guard let before, let span = problem.heldOut, let after = try heldOutLoss() else { return }
    outcome.heldOut = HeldOutLoss(before: before, after: after, seen: seen(of: span))
  }

  /// The share of the tokens that `span` predicts which steps of training predicted as well.
  private func seen(of span: Range<Int>) -> Double {
    var trained = RangeSet<Int>()
    for step in outcome.steps {
      guard let range = step.trained else { continue }
      trained.insert(contentsOf: range)
    }
    let predicted = RangeSet(span.lowerBound + 1..<span.upperBound + 1)
    let both = predicted.intersection(trained).ranges.reduce(0) { $0 + $1.count }
    return Double(both) / Double(span.count)
  }
}
