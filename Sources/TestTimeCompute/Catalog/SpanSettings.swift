import DataFiles
import TransformerModel

/// Where and on what a method trains that trains on spans.
public struct SpanSettings: Sendable, Equatable {
  public var training = TrainingSettings()
  public var length = 128
  public var keyValues = SpanKeyValues.frozen
  public var policy = SpanTraining.Policy.uniform
  public var control = SpanTraining.Control.none

  public init() {}

  static let settings: [Setting<SpanSettings>] =
    TrainingSettings.settings.map { $0.of(\.training) } + [
      Setting("span_length", \.length, in: 1...1 << 28, help: "k: tokens in a span."),
      Setting(
        "span_kv", \.keyValues,
        help: "Whether a span's own keys and values stay those of the cache or are recomputed."
      ).shown(as: "SOURCE"),
      Setting("policy", \.policy, help: "Where spans are taken."),
      Setting("control", \.control, help: "What is put in the place of the method, as a control."),
    ]

  var defect: MethodDefect? {
    let weights = training.trainer.weights
    guard keyValues == .frozen, weights.needsOwnKeyValues else { return nil }
    return MethodDefect(
      setting: "weights",
      reason: "are \(weights), which need span_kv \"recomputed\": from a frozen cache they have no "
        + "gradient")
  }

  var defectOnText: String? {
    control == .otherContext
      ? "trains on another instance's context, which is not read for text; take another control"
      : nil
  }

  /// N steps of the training.
  public func adaptation(steps: Int) -> SpanTraining {
    SpanTraining(
      steps: steps, spanLength: length, training: training.trainer, keyValues: keyValues,
      policy: policy, control: control)
  }

  /// The title of a method that is called `name`, with its policy or control.
  static func title(_ name: String, _ columns: MethodColumns) -> String {
    switch (columns["control"], columns["policy"]) {
    case ("other-context", _): "\(name), other context"
    case ("shuffled", _): "\(name), shuffled spans"
    case ("random-direction", _): "\(name), random direction"
    case (_, "oracle"): "\(name), oracle spans"
    case (_, "guided"): "\(name), self-guided spans"
    case (_, "uniform"), (_, ""): name + ThoughtSettings.ending(columns)
    case (_, let policy): "\(name), \(policy.replacing("$", with: "\\$")) spans"
    }
  }
}
