import Randomness
import TransformerModel

/// What may be done to the weights, or to how attention reads them, before the answer.
public protocol Adaptation: Sendable {
  /// Whether the adaptation can be made.
  ///
  /// - Parameters:
  ///   - length: T.
  ///   - donorLength: the length of another instance's context, where there is one.
  /// - Throws: `MethodError`.
  func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws

  /// What it costs before any draw is made: exact where nothing is drawn, and the mean over uniform
  /// spans where spans are. What cannot be done has no cost: `check` first.
  func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count

  /// The least that it costs, whatever is drawn.
  func leastFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count

  /// What it is going to cost on this very problem, where random draws are those of a run with the same
  /// stream; nil where that is not known before.
  func plannedFLOPs(
    _ problem: Problem, behind length: Int, stream: RandomStream, costs: FLOPs
  ) -> FLOPs.Count?

  /// What a decoding finds behind it, at most: a context of other length where it leaves one.
  func extent(behind extent: ProblemExtent) -> ProblemExtent

  /// Whether the session still holds the whole context afterwards, each token in its place.
  var keepsContext: Bool { get }

  /// Bytes that it takes beside a cache of `capacity` tokens.
  func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int

  /// Changes the weights or options of the run's session, and predicts to the run what that costs.
  ///
  /// - Throws: `MethodError`.
  func adapt(_ run: MethodRun) throws
}

/// An adaptation that takes steps of training.
public protocol TrainingAdaptation: Adaptation {
  /// N; under a budget, the most steps.
  var steps: Int { get }
}

/// How an answer comes about behind a context.
public protocol Decoding: Sendable {
  /// Whether the decoding can be done.
  ///
  /// - Throws: `MethodError`.
  func check(_ problem: Problem, _ configuration: ModelConfiguration) throws

  /// The most that it costs, prompt included: exact where it always generates as many tokens.
  func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count

  /// How many tokens it reads side by side.
  var branches: Int { get }

  /// The greatest number of tokens that it has the session hold behind the context, the reading of the
  /// right answer included.
  func room(_ extent: ProblemExtent) -> Int

  /// Generates, notes answers, traces and times in the run's outcome, and predicts to the run what its
  /// passes cost.
  func decode(_ run: MethodRun) throws
}

/// A decoding that generates tokens before its answer, at most so many.
public protocol ThinkingDecoding: Decoding {
  /// The most thinking tokens of each trace.
  var tokens: Int { get set }

  /// The fewest thinking tokens with which the decoding can be done.
  func leastTokens(_ problem: Problem) -> Int
}

/// A use of compute at test time: an adaptation or none, and a decoding.
///
/// All methods of a context start from one prefill, and leave the session as they found it.
public struct Method: Sendable {
  /// What changes the weights; nil leaves them alone.
  public var adaptation: (any Adaptation)?
  /// What generates the answer.
  public var decoding: any Decoding
  /// The most operations that a run may spend behind the prefill; nil for no bound.
  ///
  /// Steps on spans end before the one whose very span would exceed it, and a decoding that thinks gets
  /// as many of its tokens as the steps leave room for.
  public var budget: FLOPs.Count?

  /// A method; without more it answers in context.
  public init(
    adaptation: (any Adaptation)? = nil, decoding: any Decoding = DirectAnswer(),
    budget: FLOPs.Count? = nil
  ) {
    self.adaptation = adaptation
    self.decoding = decoding
    self.budget = budget
  }

  /// What the method costs behind the prefill, before any draw is made.
  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    min(
      (adaptation?.expectedFLOPs(extent, costs) ?? 0)
        + decoding.flops(decodingExtent(extent), costs),
      budget ?? .max)
  }

  /// The lengths that the decoding finds, behind a context of the given ones.
  public func decodingExtent(_ extent: ProblemExtent) -> ProblemExtent {
    adaptation?.extent(behind: extent) ?? extent
  }

  /// Whether the answer is read behind the whole context, each token in its place: only then can
  /// attention to the facts in it be observed.
  public var keepsContext: Bool { adaptation?.keepsContext ?? true }

  /// The least that the method with all its steps and tokens may cost: with the cheapest spans.
  public func leastFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    (adaptation?.leastFLOPs(extent, costs) ?? 0)
      + decoding.flops(decodingExtent(extent), costs)
  }

  /// The greatest number of tokens that the session has to hold behind the context.
  public func room(_ extent: ProblemExtent) -> Int {
    // The answer may be read at once while the weights are trained.
    max(decoding.room(extent), DirectAnswer().room(extent))
  }

  /// Whether the method can be run at all.
  ///
  /// - Parameters:
  ///   - length: T.
  ///   - donorLength: the length of another instance's context, where there is one.
  /// - Throws: `MethodError`.
  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int? = nil,
    _ configuration: ModelConfiguration
  ) throws {
    try adaptation?.check(problem, behind: length, donorLength: donorLength, configuration)
    try decoding.check(problem, configuration)
  }

  /// Runs the method on a problem about a context that has been read.
  ///
  /// - Parameters:
  ///   - stream: decides everything random; the same stream gives the same outcome, times apart.
  ///   - donor: another instance's context, which has been read by the same model, for controls.
  /// - Throws: `MethodError` where the method cannot be run. A divergence is an outcome.
  public func run(
    _ problem: Problem, in context: ReadContext, stream: RandomStream, donor: ReadContext? = nil,
    observer: MethodObserver? = nil
  ) throws -> MethodOutcome {
    let run = MethodRun(
      problem, in: context, donor: donor, stream: stream, observer: keepsContext ? observer : nil)
    try check(
      problem, behind: context.length, donorLength: donor?.length, context.costs.configuration)
    let needed = context.length + room(run.extent)
    guard needed <= context.session.cache.capacity else {
      throw MethodError(
        "The method needs room for \(needed) tokens, but the cache holds "
          + "\(context.session.cache.capacity)")
    }
    let options = context.session.options
    defer { context.restore(options: options) }
    do {
      if let adaptation {
        run.limit = try adaptationLimit(run)
        let loss = keepsContext ? try run.heldOutLoss() : nil
        run.outcome.seconds.adapt = try run.seconds { try adaptation.adapt(run) }
        try run.noteHeldOut(before: loss)
      }
      try affordable(run).decode(run)
      run.conclude()
    } catch let error as NotFinite {
      run.outcome.divergence = run.divergence(error)
    }
    run.finishCounting()
    return run.outcome
  }
}

extension Method {
  /// What adaptation may spend, so that the shortest decoding can be paid; nil for no bound.
  private func adaptationLimit(_ run: MethodRun) throws -> FLOPs.Count? {
    guard let budget else { return nil }
    let rest =
      budget - decoding.leastFLOPs(run.problem, decodingExtent(run.extent), run.costs)
    guard rest >= 0 else {
      throw MethodError.tooExpensive(least: budget - rest, budget: budget)
    }
    return rest
  }

  /// The decoding with as many tokens as what was spent so far leaves room for.
  private func affordable(_ run: MethodRun) throws -> any Decoding {
    guard let budget else { return decoding }
    let rest = budget - run.outcome.predictedFLOPs
    guard let fitting = decoding.fitting(rest, run.problem, run.extent, run.costs) else {
      throw MethodError.tooExpensive(
        least: decoding.leastFLOPs(run.problem, run.extent, run.costs), budget: rest)
    }
    return fitting
  }
}

extension Decoding {
  /// The most that the shortest such decoding costs.
  func leastFLOPs(
    _ problem: Problem, _ extent: ProblemExtent, _ costs: FLOPs
  ) -> FLOPs.Count {
    (self as? any ThinkingDecoding)?.shortest(problem, extent, costs) ?? flops(extent, costs)
  }

  /// The decoding, if it costs at most `budget`.
  func fitting(
    _ budget: FLOPs.Count, _ problem: Problem, _ extent: ProblemExtent, _ costs: FLOPs
  ) -> (any Decoding)? {
    if let thinking = self as? any ThinkingDecoding {
      return thinking.shortened(to: budget, problem, extent, costs)
    }
    return flops(extent, costs) <= budget ? self : nil
  }
}

extension ThinkingDecoding {
  fileprivate func with(_ tokens: Int) -> Self {
    var copy = self
    copy.tokens = tokens
    return copy
  }

  fileprivate func shortest(
    _ problem: Problem, _ extent: ProblemExtent, _ costs: FLOPs
  ) -> FLOPs.Count {
    with(min(tokens, leastTokens(problem))).flops(extent, costs)
  }

  /// The decoding with the most thinking tokens, at most its own, with which it costs at most `budget`.
  fileprivate func shortened(
    to budget: FLOPs.Count, _ problem: Problem, _ extent: ProblemExtent, _ costs: FLOPs
  ) -> Self? {
    if flops(extent, costs) <= budget { return self }
    let match = BudgetMatch(within: budget, least: leastTokens(problem)) {
      with($0).flops(extent, costs)
    }
    return match.map { with($0.tokens) }
  }
}

extension Adaptation {
  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws {}

  public func leastFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    expectedFLOPs(extent, costs)
  }

  public func plannedFLOPs(
    _ problem: Problem, behind length: Int, stream: RandomStream, costs: FLOPs
  ) -> FLOPs.Count? { nil }

  public func extent(behind extent: ProblemExtent) -> ProblemExtent { extent }

  public var keepsContext: Bool { true }

  public func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int { 0 }
}

extension Decoding {
  public var branches: Int { 1 }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {}
}
