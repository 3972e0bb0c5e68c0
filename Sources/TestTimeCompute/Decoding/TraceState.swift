/// What ends a trace.
public enum TraceEnd: String, CaseIterable, Sendable {
  /// The answer that it states: the budget is a cap, and what is left of it is not spent.
  case answer
  /// The budget: behind each answer the trace is written again until the budget is spent (sequential
  /// budget forcing, Muennighoff et al. 2025).
  case budget
}

/// A trace under a budget: what has been generated, where answers stand, and what is forced.
///
/// A trace has at most `limit` tokens. Where no answer would fit any more, the marker is forced just in
/// time for one. A trace that ends with the budget has exactly `limit` tokens: behind each complete
/// answer the bridge is forced, so that the trace is written again.
struct TraceState: Equatable {
  let form: TraceForm
  let end: TraceEnd
  let answerLength: Int
  let limit: Int
  /// What has been generated or forced.
  private(set) var tokens: [Int32] = []
  /// Where complete answers stand in `tokens`.
  private(set) var answers: [Range<Int>] = []
  private var forced: ArraySlice<Int32> = []
  private var answerStart: Int?

  /// A trace of at most `thinkingTokens` tokens on top of those of the answer that counts.
  init(_ problem: Problem, thinkingTokens: Int, end: TraceEnd) {
    form = problem.trace
    self.end = end
    answerLength = problem.answer.count
    limit = thinkingTokens + answerLength
    precondition(thinkingTokens >= Self.least(form), "no answer would fit")
    answerStart = form.answerMarker == nil ? 0 : nil
  }

  /// The fewest thinking tokens with which an answer fits: the marker takes one.
  static func least(_ form: TraceForm) -> Int { form.answerMarker == nil ? 0 : 1 }

  /// Whether nothing follows.
  var isComplete: Bool {
    tokens.count == limit || (end == .answer && !answers.isEmpty)
  }

  /// The token that has to come next; nil where the model chooses.
  var forcedToken: Int32? {
    if let token = forced.first { return token }
    let isLastChance =
      answers.isEmpty && answerStart == nil && limit - tokens.count == 1 + answerLength
    return isLastChance ? form.answerMarker : nil
  }

  /// Takes the next token: the forced one, where there is one.
  mutating func append(_ token: Int32) {
    precondition(!isComplete, "the trace has ended")
    precondition(forcedToken == nil || forcedToken == token, "another token is forced")
    tokens.append(token)
    if !forced.isEmpty {
      forced.removeFirst()
      if forced.isEmpty && form.answerMarker == nil { answerStart = tokens.count }
    } else if let start = answerStart {
      guard tokens.count - start == answerLength else { return }
      answers.append(start..<tokens.count)
      answerStart = nil
      forced = form.bridge[...]
    } else if token == form.answerMarker {
      answerStart = tokens.count
    }
  }

  /// The complete answers.
  var statedAnswers: [[Int32]] { answers.map { Array(tokens[$0]) } }
}
