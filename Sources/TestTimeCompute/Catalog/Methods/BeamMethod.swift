import DataFiles

/// The best of several traces that grow together.
public struct BeamMethod: MethodSettings {
  public static let name = "beam"
  public static let summary = "takes the most probable of several traces"
  public static let settings = [
    ThoughtSettings.endSetting.of(\BeamMethod.thoughts),
    Setting("beams", \.beams, in: 1...1 << 16, help: "n: traces that grow together."),
  ]
  public static let recordKeys = ["beams": "traces"]
  public static let amount: AmountKind? = .tokens
  public static let looks = [
    MethodLook(["beam", "beam search"], .purple, nil, .dashDotDot)
  ]

  public var thoughts = ThoughtSettings()
  public var beams = 8

  public init() {}

  public func defect(vocabulary: Int) -> String? {
    beams > vocabulary
      ? "has \(beams) beams, which cannot start from a vocabulary of \(vocabulary) tokens" : nil
  }

  public var defectOnText: String? { ThoughtSettings.needsKnownLength }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(decoding: BeamSearch(beams: beams, tokensEach: amount, end: thoughts.end))
  }

  /// Behind the marker, one token on which beams part.
  public func leastAmount(marksAnswers: Bool) -> Int {
    (marksAnswers ? 1 : 0) + (beams > 1 ? 1 : 0)
  }

  public func share(of amount: Int) -> Int { amount / beams }

  /// Records know that nothing is drawn.
  public func writeSettings(to json: inout JSONWriter) throws {
    for setting in ThoughtSettings.samplerSettings { setting.write(thoughts, to: &json) }
    try writeDeclared(to: &json)
  }

  public static func title(_ columns: MethodColumns) -> String {
    "beam-\(columns["traces"])" + ThoughtSettings.ending(columns)
  }
}
