import Randomness
import TransformerModel

/// Thinking with a budget: M tokens on top of the answer's, with the same weights.
///
/// The model writes a trace, which restates the facts on the way and then the answer. By default the
/// trace ends with the answer, and the budget is a cap. Else the model is made to write the trace again
/// until the budget is spent (sequential budget forcing); the last complete answer then counts, and the
/// majority over the repeats is reported beside it.
public struct Thinking: ThinkingDecoding, Equatable {
  /// M: the most passes that thinking takes more than a direct answer.
  public var tokens: Int
  /// What ends the trace.
  public var end: TraceEnd
  /// How tokens are chosen.
  public var sampler: Sampler

  /// Thinking with a budget of `tokens`.
  public init(tokens: Int, end: TraceEnd = .answer, sampler: Sampler = .greedy) {
    self.tokens = tokens
    self.end = end
    self.sampler = sampler
  }

  public func leastTokens(_ problem: Problem) -> Int { TraceState.least(problem.trace) }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    try checkTokens(problem)
  }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.thinkingPrompt, after: extent.context)
      + costs.decode(
        tokens + extent.answer - 1, after: extent.context + extent.thinkingPrompt)
  }

  public func room(_ extent: ProblemExtent) -> Int {
    // The right answer is read in the place of the last one, at the end at the latest.
    extent.thinkingPrompt + tokens + extent.answer - 1
  }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    try run.think(
      behind: prompt, trace: 0, TraceState(run.problem, thinkingTokens: tokens, end: end),
      sampler: sampler, stream: run.stream.child("think"))
  }
}

extension MethodRun {
  /// Reads the thinking prompt and returns the logits behind it.
  func readThinkingPrompt() throws -> [Float] {
    let prompt = problem.thinkingPrompt
    var logits: [Float] = []
    let watched =
      observer?.watchesTraces == true ? [prompt.count - 1: WatchedStep.trace(0, token: 0)] : [:]
    predict(costs.append(prompt.count, after: base))
    outcome.seconds.answer += seconds {
      logits = session.append(
        prompt, observing: watched.isEmpty ? nil : observer?.observation(watched))
    }
    return logits
  }

  /// Writes one trace behind the thinking prompt, and notes what came of it.
  ///
  /// - Parameter empty: the trace before its first token.
  func think(
    behind prompt: [Float], trace: Int, _ empty: TraceState, sampler: Sampler, stream: RandomStream
  ) throws {
    let start = base + problem.thinkingPrompt.count
    session.rewind(to: start)
    var state = empty
    var stream = stream
    var logits = prompt
    var times: [Double] = []
    while !state.isComplete {
      times.append(
        try seconds {
          guard let chosen = state.forcedToken ?? sampler.next(logits, stream: &stream) else {
            throw NotFinite()
          }
          state.append(chosen)
          if state.isComplete { return }
          let step = WatchedStep.trace(trace, token: state.tokens.count)
          logits = session.append(
            [chosen],
            observing: observer?.watchesTraces == true ? observer?.observation([0: step]) : nil)
        })
    }
    predict(costs.decode(state.tokens.count - 1, after: start))
    charge(times, answer: state.answers.last)
    note(
      trace: state.tokens, answers: state.statedAnswers,
      probabilities: try readAnswer(of: state, start: start, trace: trace))
  }

  /// The probability of the right answer in the place of a trace's last one.
  func readAnswer(of state: TraceState, start: Int, trace: Int) throws -> [Double] {
    guard let last = state.answers.last else { preconditionFailure("every trace has an answer") }
    session.rewind(to: start + last.lowerBound)
    return try readAnswer { .answer(trace: trace, token: $0) }
  }
}
