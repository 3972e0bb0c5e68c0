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

  public func room(_ extent: ProblemExtent) -> Int {
    Thinking(tokens: tokensEach).room(extent)
  }

  public func decode(_ run: MethodRun) throws {
    let prompt = try run.readThinkingPrompt()
    let start = run.session.length
    var tree = BeamTree(session: run.session, start: start)
    let empty = TraceState(run.problem, thinkingTokens: tokensEach)
    var front = [Beam(state: empty, score: 0, logits: prompt, node: nil)]
    var times: [Double] = []
    while let first = front.first, !first.state.isComplete {
      times.append(
        try run.seconds {
          let isLast = empty.limit - first.state.tokens.count == 1
          let steps = try extensions(of: front).prefix(isLast ? 1 : beams)
          front = steps.map { step in
            let parent = front[step.beam]
            var state = parent.state
            state.append(step.token)
            if isLast {
              return Beam(state: state, score: step.score, logits: [], node: parent.node)
            }
            let (node, logits) = tree.append(step.token, behind: parent.node)
            return Beam(state: state, score: step.score, logits: logits, node: node)
          }
        })
    }
    guard let best = front.first else { preconditionFailure("a search keeps a beam") }
    run.charge(times, answer: best.state.answers.last)
    run.uncharged { tree.show(best.node) }
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
  var node: BeamNode?
}

/// A token of the search tree with its keys and values.
private final class BeamNode {
  private(set) var parent: BeamNode?
  let read: ReadToken

  init(parent: BeamNode?, read: ReadToken) {
    self.parent = parent
    self.read = read
  }

  deinit {
    // One after the other: left to itself, the end of a long branch would recurse token by token.
    var next = parent
    parent = nil
    while next != nil, isKnownUniquelyReferenced(&next) {
      let above = next?.parent
      next?.parent = nil
      next = above
    }
  }
}

/// All that beams have read, of which the session shows one branch at a time.
private struct BeamTree {
  let session: InferenceSession
  let start: Int
  /// The branch that the session shows.
  private var shown: [BeamNode] = []

  init(session: InferenceSession, start: Int) {
    self.session = session
    self.start = start
  }

  /// Has the session read a token behind a node.
  mutating func append(_ token: Int32, behind parent: BeamNode?) -> (BeamNode, [Float]) {
    show(parent)
    let logits = session.append([token])
    let node = BeamNode(parent: parent, read: session.lastRead())
    shown.append(node)
    return (node, logits)
  }

  /// Has the session show the branch that ends at a node, copying only what differs.
  mutating func show(_ node: BeamNode?) {
    var missing: [BeamNode] = []
    var next = node
    while let current = next {
      let depth = current.read.place - start
      if depth < shown.count && shown[depth] === current { break }
      missing.append(current)
      next = current.parent
    }
    let kept = next.map { $0.read.place - start + 1 } ?? 0
    session.rewind(to: start + kept)
    shown.removeSubrange(kept...)
    for node in missing.reversed() {
      session.putBack(node.read)
      shown.append(node)
    }
  }
}
