import TransformerModel

/// Self-consistency: independent sampled traces and a majority vote over their last answers
/// (Wang et al. 2023).
public struct SelfConsistency: Decoding, Equatable {
  /// n.
  public var traces: Int
  /// m: the thinking tokens of each trace.
  public var tokensEach: Int
  /// How tokens are drawn.
  public var sampler: Sampler

  /// `traces` traces of `tokensEach` thinking tokens each.
  public init(traces: Int, tokensEach: Int, sampler: Sampler = .paper) {
    precondition(traces >= 1, "a vote needs a voter")
    self.traces = traces
    self.tokensEach = tokensEach
    self.sampler = sampler
  }

  /// `traces` traces that share a budget of `tokens` evenly; what does not divide is not spent.
  public init(traces: Int, sharing tokens: Int, sampler: Sampler = .paper) {
    self.init(traces: traces, tokensEach: tokens / traces, sampler: sampler)
  }

  private var single: Thinking { Thinking(tokens: tokensEach, sampler: sampler) }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    try single.check(problem, configuration)
  }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.thinkingPrompt, after: extent.context)
      + FLOPs.Count(traces)
      * costs.decode(
        tokensEach + extent.answer - 1, after: extent.context + extent.thinkingPrompt)
  }

  public func room(_ extent: ProblemExtent) -> Int { single.room(extent) }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let stream = run.stream.child("think")
    var votes: [[Int32]] = []
    for trace in 0..<traces {
      // A single trace draws what thinking would draw.
      try run.think(
        behind: prompt, trace: trace, tokens: tokensEach, sampler: sampler,
        stream: trace == 0 ? stream : stream.child(trace))
      votes.append(run.outcome.answer)
    }
    run.outcome.answer = MajorityVote.winner(votes) ?? []
  }
}
