import ArgumentParsing
import TestTimeCompute
import Training
import TransformerModel

/// The options of query-only test-time training that every command which adapts has, with one name,
/// one range and one default each.
enum AdaptationOptions {
  /// The longest span that can be asked for, in tokens.
  static let spanLimit = 1 << 28

  static let learningRate = Option.defaulted(
    "learning-rate", .number(above: 0, through: 100), to: 1e-3, help: "AdamW's learning rate.")

  static let weightDecay = Option.defaulted(
    "weight-decay", .number(in: 0...100), to: 0.01, help: "AdamW's decoupled weight decay.")

  static let clip = Option.defaulted(
    "clip", .number(atLeast: 0), to: 1,
    help:
      "The greatest norm of the gradient over all queries together; 0 leaves gradients as they are."
  )

  static let spanKeyValues = Option.defaulted(
    "span-kv", .choice.shown(as: "SOURCE"), to: SpanKeyValues.frozen,
    help: "Whether a span's own keys and values stay those of the cache or are recomputed.")

  /// How a step is made.
  static func step(_ arguments: Arguments) -> QueryAdapter.Settings {
    QueryAdapter.Settings(
      optimizer: AdamWSettings(
        learningRate: arguments[learningRate], weightDecay: arguments[weightDecay]),
      clip: arguments[clip] == 0 ? nil : arguments[clip],
      spanKeyValues: arguments[spanKeyValues])
  }
}
