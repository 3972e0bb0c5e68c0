import Prompts
import TensorKernels
import TestTimeCompute
import TransformerModel

/// What came of one method on one text.
public struct TextAnswer: Sendable {
  public let file: String
  public let prompt: TextPrompt
  public let method: String
  /// Tokens that were read before the answer was asked for.
  public let length: Int
  /// The steps made, or the most tokens of thought.
  public let budget: Int
  /// What was generated: the thought, and the answer that counts.
  public let thought: String
  public let text: String
  /// The share of `outputs` that the answer holds.
  public let score: Double
  public let outcome: MethodOutcome
}

/// Answers texts, one after the other, each by all methods behind one prefill.
public struct TextRun {
  private let model: Transformer
  private let text: TextModel
  private let settings: TextSettings
  private let workers: Workers
  private let items: [(file: String, planned: PlannedText)]

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
      (
        file,
        try PlannedText(
          EncodedPrompt(prompt, text, file: file), text, settings, costs, file: file)
      )
    }
  }

  public var count: Int { items.count }

  /// Bytes of the longest text's keys and values, of the buffers, and of training.
  public var bytes: Int {
    settings.bytes(model.configuration, capacity: items.map(\.planned.capacity).max() ?? 0)
  }

  /// Answers everything.
  ///
  /// - Parameters:
  ///   - checkpoint: called before each method; what it throws ends the run.
  ///   - deliver: called with the answers of each text.
  /// - Throws: `MethodError`, and what the two throw.
  public func run(
    checkpoint: () throws -> Void = {}, deliver: ([TextAnswer]) throws -> Void
  ) throws {
    for (file, planned) in items {
      try checkpoint()
      let context = ReadContext(
        model, capacity: planned.capacity, workers: workers, precision: settings.precision)
      context.read(planned.encoded.context)
      let prompt = planned.encoded.prompt
      try deliver(
        planned.ways.map { way in
          try checkpoint()
          let spoken = try planned.answer(way, in: context, text)
          return TextAnswer(
            file: file, prompt: prompt, method: way.name, length: planned.encoded.length,
            budget: way.budget, thought: spoken.thought, text: spoken.text,
            score: spoken.outcome.hasDiverged ? 0 : prompt.score(spoken.text),
            outcome: spoken.outcome)
        })
    }
  }
}
