import DataFiles

/// Train on spans, then think with what is left of the budget.
public struct TrainingThinkingMethod: SpanMethodSettings {
  public static let name = "qttt-thinking"
  public static let summary = "trains as qttt does, and thinks before the answer"
  public static let settings =
    SpanSettings.settings.map { $0.of(\TrainingThinkingMethod.spans) }
    + ThoughtSettings.settings.map { $0.of(\.thoughts) } + [
      Setting("steps", \.steps, in: AmountKind.steps.range, help: AmountKind.steps.help)
    ]
  public static let required: Set = ["steps"]
  public static let amount: AmountKind? = .tokens
  public static let looks = [
    MethodLook(
      ["qTTT thinking", "qTTT then thinking"], .vermilion, .square, .dashDot, isHollow: true)
  ]

  public var spans = SpanSettings()
  public var thoughts = ThoughtSettings()
  public var steps = 0

  public init() {}

  public var defectOnText: String? { spans.defectOnText ?? thoughts.defectOnText }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(
      adaptation: spans.adaptation(steps: steps),
      decoding: answers.thinking(amount, thoughts.end, thoughts.sampler))
  }

  public func leastAmount(marksAnswers: Bool) -> Int { marksAnswers ? 1 : 0 }

  public static func title(_ columns: MethodColumns) -> String {
    SpanSettings.title("qTTT then thinking", columns)
  }
}
