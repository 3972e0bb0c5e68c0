import DataFiles

/// Queries times a factor, then answer.
public struct QueryScaleMethod: MethodSettings {
  public static let name = "query-scale"
  public static let summary = "multiplies all queries by a factor"
  public static let settings = [
    Setting(
      "factor", \QueryScaleMethod.factor, in: .above(0, through: 1e6),
      help: "What queries are multiplied by.")
  ]
  public static let required: Set = ["factor"]
  public static let looks = [
    MethodLook(["query scaling", "query-scale", "scaled queries"], .olive, .cross, .dotted)
  ]

  public var factor = 1.0

  public init() {}

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(adaptation: QueryScaling.factor(Float(factor)), decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String { "query scaling" }
}
