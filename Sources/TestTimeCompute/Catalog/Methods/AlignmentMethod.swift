import DataFiles

/// Draw attention toward the evidence, then answer.
public struct AlignmentMethod: MethodSettings {
  public static let name = "alignment"
  public static let summary = "draws attention toward the evidence"
  public static let settings =
    TrainingSettings.settings.map { $0.of(\AlignmentMethod.training) } + [
      Setting("evidence", \.evidence, help: "Where attention is drawn."),
      Setting(
        "picked", \.picked, in: 1...1 << 20, help: "The positions of evidence that is picked."),
      Setting("heads", \.heads, help: "Which heads are drawn there."),
    ]
  public static let columns = ["evidence": "policy"]
  public static let amount: AmountKind? = .steps
  public static let looks = [
    MethodLook(
      ["qTTT evidence-aligned", "evidence-aligned", "evidence-aligned spans"], .green, .hexagon,
      .dotted, isHollow: true)
  ]

  public var training = TrainingSettings()
  public var evidence = EvidenceAlignment.Evidence.picked
  public var picked = 8
  public var heads = EvidenceAlignment.Heads.looking

  public init() {}

  public var weightTraining: TrainingSettings? { training }
  public func has(_ setting: String) -> Bool {
    setting == "picked" ? evidence == .picked : training.has(setting)
  }

  public var defect: MethodDefect? {
    let weights = training.weights
    guard weights.needsOwnKeyValues else { return nil }
    return MethodDefect(
      setting: "weights",
      reason: "are \(weights.phrase), but the context keeps its keys and values; align by query, "
        + "low-rank-query, output or mlp")
  }

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(
      adaptation: EvidenceAlignment(
        steps: amount, training: training, evidence: evidence, picked: picked, heads: heads),
      decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String {
    columns["policy"].isEmpty
      ? "alignment"
      : "alignment to \(columns["policy"].replacing("$", with: "\\$")) evidence"
  }
}
