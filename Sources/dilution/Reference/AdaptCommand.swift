import ArgumentParsing
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Writes what steps of query-only training do, to be held against another implementation.
enum AdaptCommand: Subcommand {
  /// The spans have a length option of this command's own.
  private static let method = MethodOptions([QTTTMethod.self], without: ["span_length"])

  static let contextLength = Option.required(
    "context-length", .size(in: 2...ModelArguments.tokenLimit),
    help: "C: how many of the tokens are the context; the others are the question.")
  static let spanStarts = Option.required(
    "span-starts", .list(of: .integer(in: 0...ModelArguments.tokenLimit)),
    help: "Where the span of each step starts in the context, one step each.")
  static let spanLength = Option.required(
    "span-length", .size(in: 1...1 << 28),
    help: "k: tokens in a span; the token behind the span must be of the context too.")

  static let declaration = Command(
    name: "adapt",
    summary: "take steps of query-only test-time training on given spans and write the outcome",
    discussion: """
      Reads the context, takes one AdamW step on every layer's query projection for each span, and \
      answers the question with the adapted queries. FILE holds losses [N] (before each step, in \
      nats), step0.grad_norm [1] (before clipping), \
      after.model.layers.i.self_attn.q_proj.weight for every layer i, and answer_logits [T-C, V].
      """,
    examples: [
      Example(
        "dilution adapt --model DIR --tokens @tokens.json --context-length 88 "
          + "--span-starts 3,40,65 --span-length 16 --out adapted.safetensors",
        "Three steps on a context of 88 tokens")
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          ModelArguments.model, ModelArguments.weights, ModelArguments.tokens,
          ModelArguments.keyValuePrecision, ModelArguments.out,
        ]),
      OptionGroup(
        "Spans", [contextLength, spanStarts, spanLength, method["span_kv"]]),
      OptionGroup(
        "Optimizer", [method["learning_rate"], method["weight_decay"], method["clip"]]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let model = try ModelArguments.open(arguments[ModelArguments.model], arguments)
    let shape = model.configuration
    let tokens = try ModelArguments.readTokens(
      arguments, vocabulary: shape.vocabularySize, least: 3)
    try checkSpans(arguments, tokenCount: tokens.count)
    let context = arguments[contextLength]
    let length = arguments[spanLength]
    let workers = Workers(count: arguments.threads)
    try ModelArguments.checkMemory(
      KeyValueCache.bytes(
        shape, capacity: tokens.count, precision: arguments[ModelArguments.keyValuePrecision])
        + GradientPass.bytes(shape, capacity: length), tokens: tokens.count)

    let session = InferenceSession(
      model, capacity: tokens.count, workers: workers,
      precision: arguments[ModelArguments.keyValuePrecision])
    session.append(Array(tokens[..<context]), logits: .none)
    let settings = try MethodOptions.make(QTTTMethod.self, method.given(arguments)).spans
    let trainer = SpanTrainer(
      session, settings: settings.training.trainer, spanLength: length,
      keyValues: settings.keyValues, workers: workers)
    var steps: [TrainingStep] = []
    for (number, start) in arguments[spanStarts].enumerated() {
      try Interruption.check()
      let step = trainer.step(start: start, length: length)
      guard step.loss.isFinite && step.gradientNorm.isFinite else {
        throw AdaptationDiverged(
          step: number + 1, optimizer: settings.training.adamW,
          place: trainer.overflow(step, rows: length))
      }
      steps.append(step)
    }
    session.weights = trainer.weights.tensors
    let answer = session.append(Array(tokens[context...]), logits: .all)

    var file = TensorFile(arguments[ModelArguments.out])
    file.add("losses", [steps.count], steps.map { Float($0.loss) })
    file.add("step0.grad_norm", [1], steps.prefix(1).map { Float($0.gradientNorm) })
    for (layer, range) in trainer.weights.ranges.enumerated() {
      file.add(
        "after.model.layers.\(layer).self_attn.q_proj.weight", [shape.queryWidth, shape.width],
        trainer.weights.flat.slice(range.lowerBound, range.count).array)
    }
    file.add("answer_logits", [tokens.count - context, shape.vocabularySize], answer)
    try file.write(console, of: session)
  }

  /// Refuses a context that leaves no question, and spans that leave the context.
  private static func checkSpans(_ arguments: Arguments, tokenCount: Int) throws {
    let context = arguments[contextLength]
    guard context < tokenCount else {
      throw ArgumentError.rule(
        "--context-length must be from 2 to \(tokenCount - 1), so that a question is left of the "
          + "\(tokenCount) tokens, not \(context).")
    }
    let length = arguments[spanLength]
    guard length < context else {
      throw ArgumentError.rule(
        "--span-length must be from 1 to \(context - 1), because the span and the token behind it "
          + "lie in the context of \(context) tokens, not \(length).")
    }
    for start in arguments[spanStarts] where start + length >= context {
      throw ArgumentError.rule(
        "--span-starts must be from 0 to \(context - length - 1) for spans of \(length) tokens in a "
          + "context of \(context), not \(start).")
    }
  }
}
