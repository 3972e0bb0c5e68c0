import TransformerModel

/// In-context where nobody knows how long the answer will be: greedily, until a token ends it or a
/// limit is reached.
///
/// Its operations before it is made are those of an answer of the greatest length; what is spent may be
/// less.
public struct OpenAnswer: Decoding, Equatable {
  /// The most tokens of an answer.
  public var limit: Int
  /// The tokens that end an answer and are no part of it.
  public var ends: Set<Int32>

  /// Answers of at most `limit` tokens.
  public init(limit: Int, ends: Set<Int32>) {
    precondition(limit >= 1, "an answer has a token")
    self.limit = limit
    self.ends = ends
  }

  /// Tokens that are read one by one, at most.
  public var generated: Int { limit - 1 }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.directPrompt, after: extent.context)
      + costs.decode(generated, after: extent.context + extent.directPrompt)
  }

  public func room(_ extent: ProblemExtent) -> Int {
    extent.directPrompt + max(limit, extent.answer)
  }

  public func decode(_ run: MethodRun) throws {
    var answer: [Int32] = []
    run.outcome.seconds.answer += try run.seconds {
      run.predict(run.costs.append(run.problem.directPrompt.count, after: run.session.length))
      let logits = run.session.append(run.problem.directPrompt)
      answer = try greedy(run, logits)
    }
    run.session.rewind(to: run.base + run.problem.directPrompt.count)
    run.note(
      trace: answer, answers: [answer],
      probabilities: try run.readAnswer { .answer(trace: 0, token: $0) })
  }

  /// The answer behind what the run's session has read, given the logits there.
  func greedy(_ run: MethodRun, _ first: [Float]) throws -> [Int32] {
    let session = run.session
    let start = session.length
    defer { run.predict(run.costs.decode(session.length - start, after: start)) }
    var answer: [Int32] = []
    var logits = first
    while true {
      guard let token = Sampler.best(logits) else { throw NotFinite() }
      if ends.contains(token) { return answer }
      answer.append(token)
      if answer.count == limit { return answer }
      logits = session.append([token])
    }
  }
}
