import TestTimeCompute
import TransformerModel

/// A method whose amounts are decided for one length.
public struct ResolvedMethod: Sendable {
  /// What is run.
  public let method: Method
  /// N, or the steps that a budget pays for where spans cost what they cost on average; nil where
  /// nothing trains.
  public let steps: Int?
  /// The most thinking tokens of each trace, in the same sense; nil where nothing is thought.
  public let tokensEach: Int?
  /// What the budget comes to; nil without one.
  public let budget: FLOPs.Count?
}

/// How an instance is answered: at once, and after thinking.
public struct AnswerForm: Sendable {
  public var direct: any Decoding
  public var thinking: Thoughts

  /// A decoding with so many thinking tokens.
  public typealias Thoughts =
    @Sendable (_ tokens: Int, _ end: TraceEnd, _ sampler: Sampler) -> any Decoding

  public init(direct: any Decoding, thinking: @escaping Thoughts) {
    self.direct = direct
    self.thinking = thinking
  }

  /// Answers of known lengths, in the sandbox's tokens.
  public static let sandbox = AnswerForm(
    direct: DirectAnswer(), thinking: { Thinking(tokens: $0, end: $1, sampler: $2) })
}

extension MethodSettings {
  /// The method for problems of an extent: with a budget, the most steps or tokens that it pays for.
  ///
  /// Where spans are drawn, a run decides by the spans that it drew: the method is given as many steps
  /// and tokens as the cheapest spans leave, and the budget to stop at.
  ///
  /// - Parameters:
  ///   - marksAnswers: whether a trace opens its answer by a token of its own.
  ///   - answers: how an instance is answered.
  /// - Returns: nil where the budget pays for not even one step or trace.
  func resolved(
    _ extent: ProblemExtent, marksAnswers: Bool, costs: FLOPs, answers: AnswerForm = .sandbox
  ) -> ResolvedMethod? {
    let limit =
      takesBudget ? budget?.operations(extent, costs, direct: answers.direct) : nil
    guard let limit else {
      let tokensEach = tokens.map { $0 / (traces ?? 1) }
      if thinks, tokensEach ?? 0 < leastTokens(marksAnswers: marksAnswers) { return nil }
      return ResolvedMethod(
        method: method(steps: steps ?? 0, tokensEach: tokensEach ?? 0, answers),
        steps: training == nil ? nil : steps, tokensEach: thinks ? tokensEach : nil, budget: nil)
    }
    let least = thinks ? leastTokens(marksAnswers: marksAnswers) : 1
    func made(_ amount: Int) -> Method {
      self.method(
        steps: thinks ? steps ?? 0 : amount, tokensEach: thinks ? amount : 0, answers)
    }
    let mean = BudgetMatch(within: limit, least: least) {
      made($0).expectedFLOPs(extent, costs)
    }
    let most = BudgetMatch(within: limit, least: least) {
      made($0).leastFLOPs(extent, costs)
    }
    guard let mean, let most else { return nil }
    var cheapest = made(most.tokens)
    cheapest.budget = limit
    return ResolvedMethod(
      method: cheapest, steps: training == nil ? nil : thinks ? steps : mean.tokens,
      tokensEach: thinks ? mean.tokens : nil, budget: limit)
  }

  /// Whether tokens are generated before the answer.
  var thinks: Bool { sampler != nil }

  /// The fewest thinking tokens of a trace: its marker, and for beams one on which to part.
  private func leastTokens(marksAnswers: Bool) -> Int {
    let marker = marksAnswers ? 1 : 0
    return name == .beam && traces ?? 1 > 1 ? marker + 1 : marker
  }

  private func method(steps: Int, tokensEach: Int, _ answers: AnswerForm) -> Method {
    Method(
      adaptation: adaptation(steps: steps),
      decoding: decoding(tokensEach: tokensEach, answers))
  }

  private func adaptation(steps: Int) -> (any Adaptation)? {
    switch name {
    case .queryScale: return QueryScaling.factor(Float(factor ?? 1))
    case .scalableSoftmax: return QueryScaling.scalableSoftmax(Float(factor ?? 0))
    default: break
    }
    guard let training else { return nil }
    if let alignment {
      return EvidenceAlignment(
        steps: steps, training: training, evidence: alignment.evidence, heads: alignment.heads)
    }
    guard let spans else { return ContextTraining(steps: steps, training: training) }
    return SpanTraining(
      steps: steps, spanLength: spans.length, training: training, keyValues: spans.keyValues,
      policy: spans.policy, control: spans.control)
  }

  private func decoding(tokensEach: Int, _ answers: AnswerForm) -> any Decoding {
    guard let sampler else { return answers.direct }
    let end = traceEnd ?? .answer
    switch name {
    case .selfConsistency:
      return SelfConsistency(
        traces: traces ?? 1, tokensEach: tokensEach, end: end, sampler: sampler)
    case .beam: return BeamSearch(beams: traces ?? 1, tokensEach: tokensEach, end: end)
    default: return answers.thinking(tokensEach, end, sampler)
    }
  }
}
