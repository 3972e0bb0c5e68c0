import TransformerModel

/// Beam search: the n most probable traces are carried along, and the answer of the most probable one
/// counts.
///
/// All traces have the same length, so their log-probabilities are compared as they are; tokens that
/// are forced weigh nothing.
public struct BeamSearch: Decoding, Equatable {
  /// n.
  public var beams: Int
  /// m: the thinking tokens of each beam.
  public var tokensEach: Int

  /// `beams` beams of `tokensEach` thinking tokens each.
  public init(beams: Int, tokensEach: Int) {
    precondition(beams >= 1, "a search needs a beam")
    self.beams = beams
    self.tokensEach = tokensEach
  }

  /// `beams` beams that share a budget of `tokens` evenly; what does not divide is not spent.
  public init(beams: Int, sharing tokens: Int) {
    self.init(beams: beams, tokensEach: tokens / beams)
  }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    let vocabulary = configuration.vocabularySize
    guard beams <= vocabulary else {
      throw MethodError.tooManyBeams(beams: beams, vocabulary: vocabulary)
    }
    // The first token must be free, or all beams would start alike.
    let least = TraceState.least(problem.trace) + (beams > 1 ? 1 : 0)
    guard tokensEach >= least else {
      throw MethodError.budgetTooSmall(tokensEach: tokensEach, least: least)
    }
  }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    SelfConsistency(traces: beams, tokensEach: tokensEach).flops(extent, costs)
  }

  public var branches: Int { beams }

  public func room(_ extent: ProblemExtent) -> Int {
    Thinking(tokens: tokensEach).room(extent)
  }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let start = run.session.length
    let empty = TraceState(run.problem, thinkingTokens: tokensEach)
    let branches = BranchedSession(run.session, count: 1, most: beams, capacity: empty.limit)
    var front = [Beam(state: empty, score: 0, logits: prompt)]
    var times: [Double] = []
    while let first = front.first, !first.state.isComplete {
      times.append(
        try run.seconds {
          let isLast = empty.limit - first.state.tokens.count == 1
          let steps = try extensions(of: front).prefix(isLast ? 1 : beams)
          branches.fork(steps.map(\.beam))
          // The last token is not read: nothing follows it.
          let logits =
            isLast ? steps.map { _ in [] } : branches.append(steps.map(\.token))
          front = zip(steps, logits).map { step, logits in
            var state = front[step.beam].state
            state.append(step.token)
            return Beam(state: state, score: step.score, logits: logits)
          }
        })
    }
    guard let best = front.first else { preconditionFailure("a search keeps a beam") }
    run.charge(times, answer: best.state.answers.last)
    run.uncharged { branches.show(0) }
    run.note(
      trace: best.state.tokens, answers: best.state.statedAnswers,
      probabilities: try run.readAnswer(of: best.state, start: start, trace: 0))
    run.outcome.generatedTokens = beams * empty.limit
  }

  /// What may follow, the most probable first; of equals the one of the better beam, then the lower
  /// token.
  private func extensions(of front: [Beam]) throws -> [Extension] {
    var all: [Extension] = []
    for (index, beam) in front.enumerated() {
      if let token = beam.state.forcedToken {
        all.append(Extension(beam: index, token: token, score: beam.score))
        continue
      }
      guard let scores = Sampler.logProbabilities(beam.logits) else { throw NotFinite() }
      let order = scores.indices.sorted {
        scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
      }
      all += order.prefix(beams).map {
        Extension(beam: index, token: Int32($0), score: beam.score + scores[$0])
      }
    }
    return all.enumerated().sorted { a, b in
      a.element.score != b.element.score
        ? a.element.score > b.element.score : a.offset < b.offset
    }.map(\.element)
  }
}

private struct Extension {
  var beam: Int
  var token: Int32
  var score: Double
}

private struct Beam {
  var state: TraceState
  var score: Double
  /// Behind its last token.
  var logits: [Float]
}
