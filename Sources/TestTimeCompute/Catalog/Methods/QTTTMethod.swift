import DataFiles

/// Train on spans of the context, then answer (Bansal et al. 2026).
public struct QTTTMethod: SpanMethodSettings {
  public static let name = "qttt"
  public static let summary = "trains the query weights on spans of the context"
  public static let settings = SpanSettings.settings.map { $0.of(\QTTTMethod.spans) }
  public static let amount: AmountKind? = .steps
  public static let looks = [
    MethodLook(
      [
        "qTTT", "after qTTT", "after", "qTTT uniform", "qTTT uniform spans", "uniform",
        "uniform spans",
      ], .vermilion, .diamond, .solid),
    MethodLook(
      ["qTTT oracle", "qTTT, oracle spans", "oracle", "oracle spans"], .orange, .triangleUp,
      .longDash),
    MethodLook(
      ["qTTT self-guided", "qTTT, self-guided spans", "self-guided", "self-guided spans"], .green,
      .pentagon, .dashed),
    MethodLook(["zero steps", "control", "controls"], .paleGrey, .circle, .dotted, isHollow: true),
    MethodLook(
      ["other context", "qTTT, other context", "spans from another context", "other spans"],
      .paleGrey, .square, .dashed, isHollow: true),
    MethodLook(
      ["shuffled", "shuffled spans", "qTTT, shuffled spans"], .paleGrey, .diamond, .dashDot,
      isHollow: true),
    MethodLook(
      ["random direction", "qTTT, random direction", "random"], .paleGrey, .triangleUp, .longDash,
      isHollow: true),
  ]

  public var spans = SpanSettings()

  public init() {}

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(adaptation: spans.adaptation(steps: amount), decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String {
    SpanSettings.title("qTTT", columns)
  }
}
