import Randomness
import TransformerModel

/// Self-consistency: independent sampled traces and a majority vote over their last answers
/// (Wang et al. 2023).
public struct SelfConsistency: ThinkingDecoding, Equatable {
  /// n.
  public var traces: Int
  /// m: the most thinking tokens of each trace.
  public var tokens: Int
  /// What ends each trace.
  public var end: TraceEnd
  /// How tokens are drawn.
  public var sampler: Sampler

  /// `traces` traces of at most `tokensEach` thinking tokens each.
  public init(
    traces: Int, tokensEach: Int, end: TraceEnd = .answer, sampler: Sampler = .paper
  ) {
    precondition(traces >= 1, "a vote needs a voter")
    self.traces = traces
    tokens = tokensEach
    self.end = end
    self.sampler = sampler
  }

  private var single: Thinking { Thinking(tokens: tokens, end: end, sampler: sampler) }

  public func leastTokens(_ problem: Problem) -> Int { single.leastTokens(problem) }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    try single.check(problem, configuration)
  }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.thinkingPrompt, after: extent.context)
      + FLOPs.Count(traces)
      * costs.decode(
        tokens + extent.answer - 1, after: extent.context + extent.thinkingPrompt)
  }

  public var branches: Int { traces }

  public func room(_ extent: ProblemExtent) -> Int { single.room(extent) }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let stream = run.stream.child("think")
    // A single trace draws what thinking would draw.
    let votes = try run.think(
      behind: prompt, TraceState(run.problem, thinkingTokens: tokens, end: end),
      sampler: sampler,
      streams: (0..<traces).map { $0 == 0 ? stream : stream.child($0) })
    run.outcome.answer = MajorityVote.winner(votes) ?? []
  }
}

extension MethodRun {
  /// Writes several traces side by side, one for each stream, and notes what came of them.
  ///
  /// Each trace draws from its own stream, and its logits are those that it would have alone (see
  /// `BranchedSession`), so it does not depend on its company. A trace that has ended is read no more.
  ///
  /// - Parameter empty: each trace before its first token.
  /// - Returns: the last answer of each trace.
  func think(
    behind prompt: [Float], _ empty: TraceState, sampler: Sampler, streams: [RandomStream]
  ) throws -> [[Int32]] {
    let start = session.length
    var traces = streams.map { BranchedTrace(state: empty, stream: $0, logits: prompt) }
    let branches = BranchedSession(session, count: traces.count, capacity: empty.limit)
    // Which trace each branch reads.
    var active = Array(traces.indices)
    var number = 0
    while !active.isEmpty {
      number += 1
      var spent = try seconds {
        for trace in active { try traces[trace].choose(sampler) }
      }
      let going = active.indices.filter { !traces[active[$0]].state.isComplete }
      if going.count < active.count {
        for (branch, trace) in active.enumerated() where traces[trace].state.isComplete {
          uncharged { branches.show(branch) }
          traces[trace].probabilities = try readAnswer(
            of: traces[trace].state, start: start, trace: trace)
        }
        session.rewind(to: start)
      }
      let writers = active
      active = going.map { active[$0] }
      if !active.isEmpty {
        predict(
          FLOPs.Count(active.count) * costs.decode(1, after: start + number - 1))
        spent += seconds {
          if going.count < writers.count { branches.fork(going) }
          let logits = branches.append(
            active.map { traces[$0].state.tokens[number - 1] },
            observing: observation(of: active, token: number))
          for (trace, logits) in zip(active, logits) { traces[trace].logits = logits }
        }
      }
      for trace in writers { traces[trace].seconds.append(spent / Double(writers.count)) }
    }
    for trace in traces {
      charge(trace.seconds, answer: trace.state.answers.last)
      note(
        trace: trace.state.tokens, answers: trace.state.statedAnswers,
        probabilities: trace.probabilities)
    }
    return traces.map { $0.state.statedAnswers.last ?? [] }
  }

  private func observation(of traces: [Int], token: Int) -> AttentionObservation? {
    guard let observer, observer.watchesTraces else { return nil }
    return observer.observation(
      Dictionary(
        uniqueKeysWithValues: traces.enumerated().map { ($0, .trace($1, token: token)) }))
  }
}

/// One of several traces that are written side by side.
private struct BranchedTrace {
  var state: TraceState
  var stream: RandomStream
  /// Behind its last token.
  var logits: [Float]
  /// Of each token.
  var seconds: [Double] = []
  /// Of the right answer in the place of its last one, once it has ended.
  var probabilities: [Double] = []

  init(state: TraceState, stream: RandomStream, logits: [Float]) {
    (self.state, self.stream, self.logits) = (state, stream, logits)
  }

  /// Takes the next token.
  mutating func choose(_ sampler: Sampler) throws {
    guard let token = state.forcedToken ?? sampler.next(logits, stream: &stream) else {
      throw NotFinite()
    }
    state.append(token)
  }
}
