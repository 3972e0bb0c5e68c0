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
    let weights = training.weights
    guard keyValues == .frozen, weights.needsOwnKeyValues else { return nil }
    return MethodDefect(
      setting: "weights",
      reason:
        "are \(weights.phrase), which need span_kv \"recomputed\": from a frozen cache they have no "
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
      steps: steps, spanLength: length, training: training, keyValues: keyValues,
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

/// A kind of method that trains on spans.
public protocol SpanMethodSettings: MethodSettings {
  var spans: SpanSettings { get set }
}

extension SpanMethodSettings {
  public var weightTraining: TrainingSettings? { spans.training }
  public func has(_ setting: String) -> Bool { spans.training.has(setting) }
  public var defect: MethodDefect? { spans.defect }
  public var spanLength: Int? { spans.length }
  public func fitted(to length: Int) -> Self {
    var fitted = self
    fitted.spans.length = min(spans.length, length - 1)
    return fitted
  }
  public var defectOnText: String? { spans.defectOnText }
  public var needsDonor: Bool { spans.control == .otherContext }
}
