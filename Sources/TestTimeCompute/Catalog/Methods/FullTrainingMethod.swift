import DataFiles

/// Train over the whole context, then answer.
public struct FullTrainingMethod: MethodSettings {
  public static let name = "full-ttt"
  public static let summary = "trains all weights on the whole context"
  public static let settings = TrainingSettings.settings.map {
    $0.of(\FullTrainingMethod.training)
  }
  public static let amount: AmountKind? = .steps
  public static let looks = [
    MethodLook(["full TTT", "full-parameter TTT"], .olive, .star, .dashDotDot)
  ]

  public var training = TrainingSettings(.all)

  public init() {}

  public var weightTraining: TrainingSettings? { training }
  public func has(_ setting: String) -> Bool { training.has(setting) }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(
      adaptation: ContextTraining(steps: amount, training: training),
      decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String { "full-parameter TTT" }
}
