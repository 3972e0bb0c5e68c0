import TransformerModel

/// What decodings note in the outcome.
extension MethodRun {
  /// Notes a trace, the answers it stated, and how probable the right answer is behind it.
  ///
  /// The last of `answers` is the one that counts, unless the decoding says otherwise at its end.
  func note(trace: [Int32], answers: [[Int32]], probabilities: [Double]) {
    outcome.traces.append(trace)
    outcome.generatedTokens += trace.count
    outcome.answers += answers
    outcome.answer = answers.last ?? []
    // Sums for now, means in the end.
    if outcome.answerProbabilities.isEmpty {
      outcome.answerProbabilities = probabilities
    } else {
      for (index, p) in probabilities.enumerated() { outcome.answerProbabilities[index] += p }
    }
    outcome.probability += probabilities.reduce(1, *)
  }

  /// Splits the seconds of a trace's tokens between the answer that counts and the rest.
  func charge(_ secondsOfTokens: [Double], answer: Range<Int>?) {
    for (index, seconds) in secondsOfTokens.enumerated() {
      if answer?.contains(index) == true {
        outcome.seconds.answer += seconds
      } else {
        outcome.seconds.think += seconds
      }
    }
  }

  /// Turns sums into means and compares with the right answer.
  func conclude() {
    let traces = Double(outcome.traces.count)
    outcome.answerProbabilities = outcome.answerProbabilities.map { $0 / traces }
    outcome.probability /= traces
    outcome.majority = MajorityVote.winner(outcome.answers)
    outcome.isCorrect = outcome.answer == problem.answer
    outcome.isMajorityCorrect = outcome.majority == problem.answer
  }

  /// Notes a step of training, after which the session's weights are `weights`.
  ///
  /// - Parameters:
  ///   - overflow: where loss or gradient left the finite numbers, asked if they did.
  ///   - rereading: has the session read the context, where it has not; for looking only.
  /// - Throws: where loss or gradient is not finite.
  func note(
    _ step: TrainingStep, weights: ModelTensors, overflow: @autoclosure () -> String?,
    rereading: (() -> Void)? = nil
  ) throws {
    outcome.steps.append(step)
    guard step.loss.isFinite && step.gradientNorm.isFinite else {
      throw NotFinite(place: overflow())
    }
    session.weights = weights
    if let afterStep {
      try uncharged {
        let length = session.length
        rereading?()
        defer { session.rewind(to: length) }
        try afterStep(step, session)
      }
    }
    let number = outcome.steps.count
    guard let observer, observer.watchesTraining(number) else { return }
    outcome.steps[number - 1].answerProbabilities = try uncharged {
      let length = session.length
      rereading?()
      session.append(problem.directPrompt, logits: .none)
      defer { session.rewind(to: length) }
      return try readAnswer { .training(step: number, token: $0) }
    }
  }
}
