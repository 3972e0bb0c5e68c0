import ArgumentParsing
import TensorKernels
import TransformerModel

/// Writes the gradient of every parameter, to be held against another implementation.
enum GradientsCommand: Subcommand {
  static let declaration = Command(
    name: "gradients",
    summary: "write the next-token loss and its gradient for every parameter",
    discussion: """
      FILE holds lm_loss [1], the mean next-token cross-entropy over all tokens but the last, in \
      nats, and its gradient grad.NAME in the shape of each parameter NAME.
      """,
    examples: [
      Example(
        "dilution gradients --model DIR --tokens @tokens.json --out gradients.safetensors",
        "Tokens from a file that holds [5, 7, 11]")
    ],
    groups: [
      OptionGroup("Options", [ModelArguments.model, ModelArguments.tokens, ModelArguments.out])
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let model = Transformer(try Checkpoint.load(arguments[ModelArguments.model]))
    let tokens = try ModelArguments.readTokens(
      arguments, vocabulary: model.configuration.vocabularySize, least: 2)
    try ModelArguments.checkMemory(
      GradientPass.bytes(model.configuration, capacity: tokens.count), tokens: tokens.count)
    let gradient = Parameters(model.configuration)
    let batch = SequenceBatch(language: tokens)
    let pass = GradientPass(
      model, capacity: tokens.count, workers: Workers(count: arguments.threads))
    let result = pass.addGradient(
      of: batch, weights: model.parameters.tensors, targets: .all, to: gradient.tensors)
    var file = TensorFile(arguments[ModelArguments.out])
    let loss = result.total(batch.weights)
    file.add("lm_loss", [1], [Float(loss)])
    for entry in gradient.layout.entries {
      file.add("grad.\(entry.name)", entry.shape, gradient.view(entry.name).array)
    }
    // Where the loss is finite, the name of the gradient is the place.
    try file.write(
      console, overflow: loss.isFinite ? nil : pass.overflow(rows: tokens.count).description)
  }
}
