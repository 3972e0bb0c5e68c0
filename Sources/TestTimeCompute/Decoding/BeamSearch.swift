import TransformerModel

/// Beam search: the n most probable traces are carried along, and the answer of the most probable one
/// counts.
///
/// A trace that has ended keeps its log-probability and its place among the n, and the search is over
/// when it is the most probable of all: what goes on only loses probability. Log-probabilities are
/// compared as they are, so of traces of unequal length a shorter one has it easier; tokens that are
/// forced weigh nothing.
public struct BeamSearch: ThinkingDecoding, Equatable {
  /// n.
  public var beams: Int
  /// m: the most thinking tokens of each beam.
  public var tokens: Int
  /// What ends each trace.
  public var end: TraceEnd

  /// `beams` beams of at most `tokensEach` thinking tokens each.
  public init(beams: Int, tokensEach: Int, end: TraceEnd = .answer) {
    precondition(beams >= 1, "a search needs a beam")
    self.beams = beams
    tokens = tokensEach
    self.end = end
  }

  public func leastTokens(_ problem: Problem) -> Int {
    // The first token must be free, or all beams would start alike.
    TraceState.least(problem.trace) + (beams > 1 ? 1 : 0)
  }

  public func check(_ problem: Problem, _ configuration: ModelConfiguration) throws {
    let vocabulary = configuration.vocabularySize
    guard beams <= vocabulary else {
      throw MethodError("\(beams) beams cannot start from a vocabulary of \(vocabulary) tokens")
    }
    try checkTokens(problem)
  }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    SelfConsistency(traces: beams, tokensEach: tokens).flops(extent, costs)
  }

  public var branches: Int { beams }

  public func room(_ extent: ProblemExtent) -> Int {
    Thinking(tokens: tokens).room(extent)
  }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let start = run.session.length
    let empty = TraceState(run.problem, thinkingTokens: tokens, end: end)
    let branches = BranchedSession(run.session, count: 1, most: beams, capacity: empty.limit)
    var front = [Beam(state: empty, score: 0, logits: prompt, branch: 0)]
    var times: [Double] = []
    var generated = 0
    while let first = front.first, !first.state.isComplete {
      let isLast = empty.limit - branches.length == 1
      var next: [Beam] = []
      times.append(
        try run.seconds {
          // Of those that end together with the budget only the best one matters.
          next = try followers(of: front, most: isLast ? 1 : beams)
          generated += isLast ? front.count { !$0.state.isComplete } : next.count(where: \.isNew)
          for index in next.indices where next[index].isNew && next[index].state.isComplete {
            let state = next[index].state
            next[index].probabilities = try run.uncharged {
              branches.show(next[index].branch)
              return try run.readAnswer(of: state, start: start, trace: 0)
            }
          }
          run.session.rewind(to: start)
          let going = next.indices.filter { !next[$0].state.isComplete }
          // What has ended is not read: nothing follows it.
          if next.first?.state.isComplete != false { return }
          run.predict(
            FLOPs.Count(going.count) * run.costs.decode(1, after: start + branches.length))
          branches.fork(going.map { next[$0].branch })
          let logits = branches.append(going.map { next[$0].state.tokens[branches.length] })
          for (branch, index) in going.enumerated() {
            next[index].logits = logits[branch]
            next[index].branch = branch
          }
        })
      front = next
    }
    guard let best = front.first else { preconditionFailure("a search keeps a beam") }
    run.charge(times, answer: best.state.answers.last)
    run.note(
      trace: best.state.tokens, answers: best.state.statedAnswers,
      probabilities: best.probabilities)
    run.outcome.generatedTokens = generated
  }

  /// The beams that the search goes on with, the most probable first; of equals the one of the better
  /// beam, then the lower token.
  private func followers(of front: [Beam], most: Int) throws -> [Beam] {
    var all: [Extension] = []
    for (index, beam) in front.enumerated() {
      if beam.state.isComplete {
        all.append(Extension(beam: index, token: nil, score: beam.score))
        continue
      }
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
    let best = all.enumerated().sorted { a, b in
      a.element.score != b.element.score
        ? a.element.score > b.element.score : a.offset < b.offset
    }
    return best.prefix(most).map { _, step in
      var beam = front[step.beam]
      beam.isNew = step.token != nil
      if let token = step.token { beam.state.append(token) }
      beam.score = step.score
      return beam
    }
  }
}

private struct Extension {
  var beam: Int
  /// Nil where the beam has ended.
  var token: Int32?
  var score: Double
}

private struct Beam {
  var state: TraceState
  var score: Double
  /// Behind its last token.
  var logits: [Float]
  /// The branch that has read it, its last token perhaps not yet.
  var branch: Int
  /// Whether its last token has just been chosen.
  var isNew = false
  /// Of the right answer in the place of its last one, once it has ended.
  var probabilities: [Double] = []

  init(state: TraceState, score: Double, logits: [Float], branch: Int) {
    (self.state, self.score, self.logits, self.branch) = (state, score, logits, branch)
  }
}
