import Randomness
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Ways to answer a text.
public enum TextMethod: String, CaseIterable, Sendable {
  case inContext = "in-context"
  case thinking
  case qttt
}

/// How texts are answered.
public struct TextSettings: Sendable {
  /// The methods, each on the same prefill.
  public var methods: [TextMethod]
  /// Steps of query-only training and how they are made.
  public var training: SpanTraining
  /// M; nil for as many as the training pays for.
  public var thinkingTokens: Int?
  /// The most tokens of an answer.
  public var answerTokens: Int
  /// How thoughts are drawn.
  public var sampler: Sampler
  /// Decides spans and thoughts.
  public var seed: UInt64

  public init(
    methods: [TextMethod], training: SpanTraining, thinkingTokens: Int? = nil, answerTokens: Int,
    sampler: Sampler = .greedy, seed: UInt64
  ) {
    self.methods = methods
    self.training = training
    self.thinkingTokens = thinkingTokens
    self.answerTokens = answerTokens
    self.sampler = sampler
    self.seed = seed
  }
}

/// What came of one method on one text.
public struct TextAnswer: Sendable {
  public let file: String
  public let prompt: TextPrompt
  public let method: TextMethod
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
  private let items: [(file: String, encoded: EncodedPrompt)]
  private let costs: FLOPs

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
    costs = FLOPs(model.configuration)
    items = try prompts.map { file, prompt in
      let encoded = try EncodedPrompt(prompt, text, file: file)
      let span = settings.training.spanLength
      if settings.methods.contains(.qttt) && encoded.context.count <= span {
        throw TextMethodError.span(
          file: file, index: prompt.index, tokens: encoded.context.count, span: span)
      }
      return (file, encoded)
    }
  }

  public var count: Int { items.count }

  /// Bytes of the longest text's keys and values, of the buffers, and of training.
  public var bytes: Int {
    let c = model.configuration
    let capacity = items.map { $0.encoded.context.count + room($0.encoded) }.max() ?? 0
    let queries = c.layers * c.queryWidth * c.width
    let training =
      settings.methods.contains(.qttt)
      ? GradientPass.bytes(c, capacity: settings.training.spanLength)
        + 4 * queries * MemoryLayout<Float>.stride : 0
    return KeyValueCache.bytes(c, capacity: capacity) + InferenceSession.bufferBytes(c) + training
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
    for (file, encoded) in items {
      try checkpoint()
      let context = ReadContext(
        model, capacity: encoded.context.count + room(encoded), workers: workers)
      context.read(encoded.context)
      let stream = RandomStream(seed: settings.seed, label: "text").child(encoded.prompt.index)
      try deliver(
        settings.methods.map { method in
          try checkpoint()
          let outcome = try made(method, encoded).run(
            encoded.problem, in: context, stream: stream.child(method.rawValue))
          return answer(file, encoded, method, outcome)
        })
    }
  }

  private func room(_ encoded: EncodedPrompt) -> Int {
    let extent = encoded.problem.extent(behind: encoded.context.count)
    return settings.methods.map { made($0, encoded).room(extent) }.max() ?? 0
  }

  /// N of training, or M of thinking.
  private func budget(_ method: TextMethod, _ encoded: EncodedPrompt) -> Int {
    switch method {
    case .inContext: return 0
    case .qttt: return settings.training.steps
    case .thinking:
      if let tokens = settings.thinkingTokens { return tokens }
      let span = settings.training.spanLength
      let length = encoded.context.count
      guard span < length else { return 0 }
      return costs.decodedTokens(
        within: FLOPs.Count(settings.training.steps) * costs.meanSpanStep(span, length: length),
        after: length + encoded.thinkingPrompt.count
      ).tokens
    }
  }

  private func made(_ method: TextMethod, _ encoded: EncodedPrompt) -> Method {
    let answer = OpenAnswer(limit: settings.answerTokens, ends: text.ends)
    switch method {
    case .inContext: return Method(decoding: answer)
    case .qttt: return Method(adaptation: settings.training, decoding: answer)
    case .thinking:
      // Lines within a thought do not end it.
      let turns = Set(text.template.endTokens.compactMap(text.tokenizer.token(named:)))
      return Method(
        decoding: OpenThinking(
          tokens: budget(method, encoded), endOfThought: text.endOfThought,
          afterEnd: encoded.afterEnd, closing: encoded.closing, turnEnds: turns, answer: answer,
          sampler: settings.sampler))
    }
  }

  private func answer(
    _ file: String, _ encoded: EncodedPrompt, _ method: TextMethod, _ outcome: MethodOutcome
  ) -> TextAnswer {
    let said = text.tokenizer.decode(outcome.answer, skipsSpecialTokens: true)
    let trace = outcome.traces.first ?? []
    return TextAnswer(
      file: file, prompt: encoded.prompt, method: method, length: encoded.length,
      budget: budget(method, encoded),
      thought: method == .thinking
        ? text.tokenizer.decode(trace.dropLast(outcome.answer.count)) : "",
      text: said, score: outcome.hasDiverged ? 0 : encoded.prompt.score(said), outcome: outcome)
  }
}
