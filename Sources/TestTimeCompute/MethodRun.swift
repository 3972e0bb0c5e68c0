import Foundation
import Randomness
import TensorKernels
import TransformerModel

/// One method at work on one problem: what adaptation and decoding share.
public final class MethodRun {
  /// The context that was read.
  public let context: ReadContext
  /// What is asked about it.
  public let problem: Problem
  /// Another instance's context, for controls.
  public let donor: ReadContext?
  /// Everything random of this run; used through labelled children.
  public let stream: RandomStream
  /// Who looks on.
  public let observer: MethodObserver?
  /// The session to decode with: the context's, unless an adaptation had to read the context again.
  public var session: InferenceSession
  /// How many tokens the session holds before the prompt: T, unless an adaptation left others.
  public var base: Int
  /// Decides where spans are; nil for a child of `stream`.
  var spanStream: RandomStream?
  /// Called after each step of training with the session as it has become; neither counted nor timed.
  var afterStep: ((TrainingStep?, InferenceSession) throws -> Void)?
  /// The most operations that adaptation may spend; nil for no bound.
  var limit: FLOPs.Count?
  /// The outcome so far.
  public internal(set) var outcome = MethodOutcome()

  private let clock = ContinuousClock()
  /// Whatever a method may run tallies here.
  private let tallies: [Tally]
  private let flopsBefore: Int
  private var isUncharged = false
  private var unchargedFLOPs = 0
  private var unchargedSeconds = 0.0

  init(
    _ problem: Problem, in context: ReadContext, donor: ReadContext?, stream: RandomStream,
    observer: MethodObserver?
  ) {
    self.problem = problem
    self.context = context
    self.donor = donor
    self.stream = stream
    self.observer = observer
    session = context.session
    base = context.length
    tallies =
      donor.map { $0 === context ? [context.tally] : [context.tally, $0.tally] } ?? [context.tally]
    flopsBefore = tallies.reduce(0) { $0 + $1.flops }
    outcome.prefillFLOPs = context.prefillFLOPs
    outcome.seconds.prefill = context.prefillSeconds
  }

  /// The closed forms of the model's costs.
  public var costs: FLOPs { context.costs }
  /// The lengths of the problem.
  public var extent: ProblemExtent { problem.extent(behind: base) }

  /// Adds what the closed forms say to work that is about to be done.
  public func predict(_ count: FLOPs.Count) { outcome.predictedFLOPs += count }

  /// Whether adaptation may spend as much on top of what was predicted so far.
  public func affords(_ count: FLOPs.Count) -> Bool {
    limit.map { outcome.predictedFLOPs + count <= $0 } ?? true
  }

  /// The seconds that `body` takes, without what in it is not charged.
  public func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = clock.now
    let unchargedBefore = unchargedSeconds
    try body()
    return (clock.now - start).seconds - (unchargedSeconds - unchargedBefore)
  }

  /// Does what belongs to the measurement, not to the method: it is neither counted nor timed.
  public func uncharged<Value>(_ body: () throws -> Value) rethrows -> Value {
    if isUncharged { return try body() }
    isUncharged = true
    let start = clock.now
    let flops = tallied
    defer {
      unchargedFLOPs += tallied - flops
      unchargedSeconds += (clock.now - start).seconds
      isUncharged = false
    }
    return try body()
  }

  private var tallied: Int { tallies.reduce(0) { $0 + $1.flops } }

  func finishCounting() {
    outcome.spentFLOPs = FLOPs.Count(tallied - flopsBefore - unchargedFLOPs)
  }

  /// The probability of each token of the right answer behind what the session has read, given the
  /// answer's tokens before it. Neither counted nor timed; the session is left as it was.
  ///
  /// - Parameter step: names the row that predicts an answer token to the observer.
  /// - Throws: where a logit is not finite.
  func readAnswer(_ step: (Int) -> WatchedStep) throws -> [Double] {
    try uncharged {
      let length = session.length
      // The last token is read once more, because its row predicts the first of the answer.
      guard let last = session.tokens.last else { preconditionFailure("nothing has been read") }
      session.rewind(to: length - 1)
      let tokens = [last] + problem.answer.dropLast()
      let observation = observer?.observation(
        Dictionary(uniqueKeysWithValues: tokens.indices.map { ($0, step($0)) }))
      let logits = session.append(tokens, logits: .all, observing: observation)
      session.rewind(to: length)
      let size = session.model.configuration.vocabularySize
      return try problem.answer.enumerated().map { row, token in
        let part = logits[row * size..<(row + 1) * size]
        guard let all = Sampler.logProbabilities(part) else { throw NotFinite() }
        return exp(all[Int(token)])
      }
    }
  }
}
