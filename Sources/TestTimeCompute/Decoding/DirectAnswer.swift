import TransformerModel

/// In-context: the answer at once, token by token the most probable.
public struct DirectAnswer: Decoding, Equatable {
  public init() {}

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    let start = extent.context + extent.directPrompt
    return costs.append(extent.directPrompt, after: extent.context)
      + costs.decode(extent.answer - 1, after: start)
  }

  public func room(_ extent: ProblemExtent) -> Int { extent.directPrompt + extent.answer - 1 }

  public func decode(_ run: MethodRun) throws {
    run.predict(flops(run.extent, run.costs))
    let session = run.session
    var answer: [Int32] = []
    run.outcome.seconds.answer += try run.seconds {
      var logits = session.append(run.problem.directPrompt)
      while true {
        guard let token = Sampler.best(logits) else { throw NotFinite() }
        answer.append(token)
        if answer.count == run.problem.answer.count { break }
        logits = session.append([token])
      }
    }
    session.rewind(to: run.base + run.problem.directPrompt.count)
    run.note(
      trace: answer, answers: [answer],
      probabilities: try run.readAnswer { .answer(trace: 0, token: $0) })
  }
}
