import Randomness
import TransformerModel

/// Thinking with a budget: M tokens on top of the answer's, with the same weights.
///
/// The model writes a trace, which restates the facts on the way and then the answer. It is made to
/// write the trace again until the budget is spent (sequential budget forcing). The last complete
/// answer counts; the majority over the repeats is reported beside it.
public struct Thinking: Decoding, Equatable {
  /// M: the passes that thinking takes more than a direct answer.
  public var tokens: Int
  /// How tokens are chosen.
  public var sampler: Sampler

  /// Thinking with a budget of `tokens`.
  public init(tokens: Int, sampler: Sampler = .greedy) {
    self.tokens = tokens
    self.sampler = sampler
  }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    let least = TraceState.least(problem.trace)
    guard tokens >= least else {
      throw MethodError.budgetTooSmall(tokensEach: tokens, least: least)
    }
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
      behind: prompt, trace: 0, tokens: tokens, sampler: sampler, stream: run.stream.child("think"))
  }
}

extension MethodRun {
  /// Reads the thinking prompt and returns the logits behind it.
  func readThinkingPrompt() throws -> [Float] {
    let prompt = problem.thinkingPrompt
    var logits: [Float] = []
    let watched =
      observer?.watchesTraces == true ? [prompt.count - 1: WatchedStep.trace(0, token: 0)] : [:]
    outcome.seconds.answer += seconds {
      logits = session.append(
        prompt, observing: watched.isEmpty ? nil : observer?.observation(watched))
    }
    return logits
  }

  /// Writes one trace behind the thinking prompt, and notes what came of it.
  func think(
    behind prompt: [Float], trace: Int, tokens: Int, sampler: Sampler, stream: RandomStream
  ) throws {
    let start = context.length + problem.thinkingPrompt.count
    session.rewind(to: start)
    var state = TraceState(problem, thinkingTokens: tokens)
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
