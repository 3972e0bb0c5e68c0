import Prompts
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Answers texts, one after the other, each by all methods behind one prefill.
public struct TextRun {
  let text: TextModel
  let settings: TextSettings
  let items: [(file: String, planned: PlannedText)]
  private let model: Transformer
  private let workers: Workers

  /// Texts that are ready to be read.
  ///
  /// - Throws: `TextMethodError` for a text without context, or one too short for a span.
  public init(
    _ model: Transformer, _ text: TextModel, settings: TextSettings,
    prompts: [(file: String, prompt: TextPrompt)], threads: Int
  ) throws {
    self.model = model
    self.text = text
    self.settings = settings
    workers = Workers(count: threads)
    let costs = FLOPs(model.configuration)
    items = try prompts.map { file, prompt in
      let encoded = try EncodedPrompt(prompt, text, file: file)
      return (file, try PlannedText(encoded, text, settings, costs, file: file))
    }
  }

  /// The answers that there are to be: one for each text and method.
  public var count: Int { items.count * settings.methods.count }

  /// Bytes of the longest text's keys and values, of the buffers, and of training.
  public var bytes: Int {
    settings.bytes(model.configuration, capacity: items.map(\.planned.capacity).max() ?? 0)
  }

  /// Answers everything, text by text and method by method.
  ///
  /// - Parameters:
  ///   - done: how many of the first answers are left out, because they were given before.
  ///   - checkpoint: called before each method; what it throws ends the run.
  ///   - deliver: called with each answer, and what came of its method.
  /// - Throws: `MethodError`, and what the two throw.
  public func run(
    after done: Int = 0, checkpoint: () throws -> Void = {},
    deliver: (ThinkRecord, MethodOutcome) throws -> Void
  ) throws {
    for (place, (file, planned)) in items.enumerated() {
      let open = planned.choices.dropFirst(max(done - place * planned.choices.count, 0))
      if open.isEmpty { continue }
      try planned.answer(
        by: open, model, text, workers: workers, precision: settings.precision,
        checkpoint: checkpoint
      ) { choice, made in
        try deliver(ThinkRecord(planned, file: file, choice, made), made.outcome)
      }
    }
  }
}
