import DataFiles

/// How traces are written by a method that thinks.
public struct ThoughtSettings: Sendable, Equatable {
  public var sampler: Sampler
  public var end = TraceEnd.answer

  public init(_ sampler: Sampler = .greedy) { self.sampler = sampler }

  static let samplerSettings: [Setting<ThoughtSettings>] = [
    Setting(
      "temperature", \.sampler.temperature, in: .closed(0...1e6),
      help: "Of thoughts; 0 takes the most probable token."),
    Setting(
      "top_p", \.sampler.topP, in: .above(0, through: 1),
      help: "The share of probability that the tokens reach which may be drawn."),
    Setting(
      "top_k", \.sampler.topK, .integer(0...1 << 30),
      "The most tokens that may be drawn; 0 for all.", mayBeAbsent: true,
      write: { $0.map { JSONValue(.integer($0)) } ?? .null },
      read: { .some($0.int == 0 ? nil : $0.int) }),
  ]

  static let endSetting = Setting<ThoughtSettings>(
    "trace_end", \.end,
    help: "Whether a trace ends with its answer or is written again until the budget is spent.")

  static let settings = samplerSettings + [endSetting]

  var defectOnText: String? {
    end == .budget
      ? "writes its trace again, which is defined for the sandbox's own tokens alone; "
        + "leave trace_end out"
      : nil
  }

  /// What is behind the title of a method whose traces are written again.
  static func ending(_ columns: MethodColumns) -> String {
    columns["trace_end"] == "budget" ? ", repeated" : ""
  }

  /// Why methods that compare several traces are not for text.
  static let needsKnownLength =
    "needs answers of a known length, which text has not; take thinking, or qttt-thinking"
}
