import ArgumentParsing
import DataFiles
import TestTimeCompute

/// The options of qTTT's steps, for commands that make them one by one.
enum AdaptationOptions {
  private static let options = MethodOptions([QTTTMethod.self])

  static let learningRate = options["learning_rate"]
  static let weightDecay = options["weight_decay"]
  static let clip = options["clip"]
  static let spanKeyValues = options["span_kv"]
  static let spanLength = options["span_length"]

  /// The spans and steps that the command line names among `chosen`.
  static func spans(
    _ arguments: Arguments,
    _ chosen: [Option<JSONValue>] = [learningRate, weightDecay, clip, spanKeyValues]
  ) -> SpanSettings {
    var method = QTTTMethod()
    for setting in QTTTMethod.settings {
      let option = options[setting.name]
      if chosen.contains(where: { $0.declaration.name == option.declaration.name }) {
        setting.set(arguments[option], in: &method)
      }
    }
    return method.spans
  }
}
