import Randomness
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

  public var branches: Int { traces }

  public func room(_ extent: ProblemExtent) -> Int { single.room(extent) }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let stream = run.stream.child("think")
    // A single trace draws what thinking would draw.
    let votes = try run.think(
      behind: prompt, tokens: tokensEach, sampler: sampler,
      streams: (0..<traces).map { $0 == 0 ? stream : stream.child($0) })
    run.outcome.answer = MajorityVote.winner(votes) ?? []
  }
}

extension MethodRun {
  /// Writes several traces side by side, one for each stream, and notes what came of them.
  ///
  /// Each trace draws from its own stream, and its logits are those that it would have alone (see
  /// `BranchedSession`), so it does not depend on its company.
  ///
  /// - Returns: the last answer of each trace.
  func think(
    behind prompt: [Float], tokens: Int, sampler: Sampler, streams: [RandomStream]
  ) throws -> [[Int32]] {
    let start = session.length
    var states = streams.map { _ in TraceState(problem, thinkingTokens: tokens) }
    var streams = streams
    let limit = states[0].limit
    let branches = BranchedSession(session, count: states.count, capacity: limit)
    var logits = [[Float]](repeating: prompt, count: states.count)
    var times: [Double] = []
    for number in 1...limit {
      times.append(
        try seconds {
          for trace in states.indices {
            guard
              let chosen = states[trace].forcedToken
                ?? sampler.next(logits[trace], stream: &streams[trace])
            else { throw NotFinite() }
            states[trace].append(chosen)
          }
          if number == limit { return }
          logits = branches.append(
            states.map { $0.tokens[number - 1] },
            observing: observation(ofTraces: states.count, token: number))
        })
    }
    let share = times.map { $0 / Double(states.count) }
    for (trace, state) in states.enumerated() {
      charge(share, answer: state.answers.last)
      uncharged { branches.show(trace) }
      note(
        trace: state.tokens, answers: state.statedAnswers,
        probabilities: try readAnswer(of: state, start: start, trace: trace))
    }
    return states.map { $0.statedAnswers.last ?? [] }
  }

  private func observation(ofTraces count: Int, token: Int) -> AttentionObservation? {
    guard let observer, observer.watchesTraces else { return nil }
    return observer.observation(
      Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, .trace($0, token: token)) }))
  }
}
