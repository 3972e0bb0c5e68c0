import Randomness
import TransformerModel

/// What may be done to the weights, or to the way attention reads them, before the answer.
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

  /// Changes the weights or options of the run's session, and predicts to the run what that costs.
  ///
  /// - Throws: `MethodError`.
  func adapt(_ run: MethodRun) throws
}

/// How an answer comes about behind a context.
public protocol Decoding: Sendable {
  /// Whether the decoding can be done.
  ///
  /// - Throws: `MethodError`.
  func check(_ problem: Problem, _ configuration: ModelConfiguration) throws

  /// What it costs, prompt included: exact.
  func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count

  /// How many tokens it reads side by side.
  var branches: Int { get }

  /// The greatest number of tokens that it has the session hold behind the context, the reading of the
  /// right answer included.
  func room(_ extent: ProblemExtent) -> Int

  /// Generates, and notes answers, traces and times in the run's outcome.
  func decode(_ run: MethodRun) throws
}

/// A way to spend compute at test time: an adaptation or none, and a decoding.
///
/// All methods of a context start from one prefill, and leave the session as they found it.
public struct Method: Sendable {
  /// What changes the weights; nil leaves them alone.
  public var adaptation: (any Adaptation)?
  /// What generates the answer.
  public var decoding: any Decoding

  /// A method; without more it answers in context.
  public init(adaptation: (any Adaptation)? = nil, decoding: any Decoding = DirectAnswer()) {
    self.adaptation = adaptation
    self.decoding = decoding
  }

  /// What the method costs behind the prefill, before any draw is made.
  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    (adaptation?.expectedFLOPs(extent, costs) ?? 0) + decoding.flops(extent, costs)
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
    let run = MethodRun(problem, in: context, donor: donor, stream: stream, observer: observer)
    try check(
      problem, behind: context.length, donorLength: donor?.length, context.costs.configuration)
    let needed = context.length + room(run.extent)
    guard needed <= context.session.cache.capacity else {
      throw MethodError.noRoom(needed: needed, capacity: context.session.cache.capacity)
    }
    let options = context.session.options
    defer { context.restore(options: options) }
    do {
      if let adaptation {
        run.outcome.seconds.adapt = try run.seconds { try adaptation.adapt(run) }
      }
      run.predict(decoding.flops(run.extent, run.costs))
      try decoding.decode(run)
      run.conclude()
    } catch let error as NotFinite {
      run.outcome.divergence = run.divergence(error)
    }
    run.finishCounting()
    return run.outcome
  }
}

extension Adaptation {
  public func check(
    _ problem: Problem, behind length: Int, donorLength: Int?, _ configuration: ModelConfiguration
  ) throws {}
}

extension Decoding {
  public var branches: Int { 1 }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {}
}
