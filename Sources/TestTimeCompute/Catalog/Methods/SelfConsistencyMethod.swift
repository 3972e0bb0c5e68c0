import DataFiles

/// A vote among sampled traces.
public struct SelfConsistencyMethod: MethodSettings {
  public static let name = "self-consistency"
  public static let summary = "lets sampled traces vote"
  public static let settings =
    ThoughtSettings.settings.map { $0.of(\SelfConsistencyMethod.thoughts) } + [
      Setting("traces", \.traces, in: 1...1 << 16, help: "n: traces that vote.")
    ]
  public static let amount: AmountKind? = .tokens
  public static let looks = [
    MethodLook(["SC", "self-consistency"], .skyBlue, nil, .dashDot)
  ]

  public var thoughts = ThoughtSettings(.paper)
  public var traces = 8

  public init() {}

  public var defectOnText: String? { ThoughtSettings.needsKnownLength }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(
      decoding: SelfConsistency(
        traces: traces, tokensEach: amount, end: thoughts.end, sampler: thoughts.sampler))
  }

  public func leastAmount(marksAnswers: Bool) -> Int { marksAnswers ? 1 : 0 }
  public func share(of amount: Int) -> Int { amount / traces }

  public static func title(_ columns: MethodColumns) -> String {
    "SC-\(columns["traces"])" + ThoughtSettings.ending(columns)
  }
}
