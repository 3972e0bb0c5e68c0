/// Answer at once.
public struct InContextMethod: MethodSettings {
  public static let name = "in-context"
  public static let summary = "answers at once"
  public static let looks = [
    MethodLook(["in-context", "before qTTT", "before"], .black, .circle, .solid)
  ]

  public init() {}

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(decoding: answers.direct)
  }
}
