import DataFiles

/// Generate a trace, then answer.
public struct ThinkingMethod: MethodSettings {
  public static let name = "thinking"
  public static let summary = "generates a trace before the answer"
  public static let settings = ThoughtSettings.settings.map { $0.of(\ThinkingMethod.thoughts) }
  public static let amount: AmountKind? = .tokens
  public static let looks = [
    MethodLook(["thinking", "thinking last", "chain of thought"], .blue, .square, .dashed),
    MethodLook(["thinking majority"], .blue, .square, .dotted, isHollow: true),
  ]

  public var thoughts = ThoughtSettings()

  public init() {}

  public var defectOnText: String? { thoughts.defectOnText }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(decoding: answers.thinking(amount, thoughts.end, thoughts.sampler))
  }

  public func leastAmount(marksAnswers: Bool) -> Int { marksAnswers ? 1 : 0 }

  public static func title(_ columns: MethodColumns) -> String {
    "thinking" + ThoughtSettings.ending(columns)
  }
}
