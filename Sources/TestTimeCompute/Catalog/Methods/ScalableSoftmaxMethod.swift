import DataFiles

/// Scores times `max(1, s·log n)`, then answer.
public struct ScalableSoftmaxMethod: MethodSettings {
  public static let name = "scalable-softmax"
  public static let summary = "multiplies scores by s·log n"
  public static let settings = [
    Setting(
      "s", \ScalableSoftmaxMethod.s, in: .above(0, through: 1e6),
      help: "What is multiplied by the logarithm of the number of keys.")
  ]
  public static let required: Set = ["s"]
  public static let recordKeys = ["s": "factor"]
  public static let looks = [
    MethodLook(
      ["scalable softmax", "temperature", "attention temperature", "SSMax"], .olive, .plus,
      .longDash)
  ]

  public var s = 1.0

  public init() {}

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(adaptation: QueryScaling.scalableSoftmax(Float(s)), decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String { "scalable softmax" }
}
