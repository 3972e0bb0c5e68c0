import ArgumentParsing
import TensorKernels
import TransformerModel

/// Writes what a forward pass computes, to be held against another implementation.
enum ForwardCommand: Subcommand {
  static let declaration = Command(
    name: "forward",
    summary: "write logits and last attention rows, to compare with PyTorch",
    discussion: """
      FILE holds logits [T, V] and attention_last_row [L, H, T]: the attention of the last token \
      over all T tokens in every layer and query head, after softmax.
      """,
    examples: [
      Example(
        "dilution forward --model Models/sandbox-facts --tokens 1,32,33 --out forward.safetensors",
        "Three tokens on the command line"),
      Example(
        "dilution forward --model DIR --tokens @tokens.json --out forward.safetensors",
        "Tokens from a file that holds [5, 7, 11]"),
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          ModelArguments.model, ModelArguments.weights, ModelArguments.tokens,
          ModelArguments.keyValuePrecision, ModelArguments.out,
        ])
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let model = try ModelArguments.open(arguments[ModelArguments.model], arguments)
    let shape = model.configuration
    let tokens = try ModelArguments.readTokens(arguments, vocabulary: shape.vocabularySize)
    // The logits are held twice: as computed and as written.
    let results = 2 * shape.vocabularySize + shape.layers * shape.queryHeads
    try ModelArguments.checkMemory(
      KeyValueCache.bytes(
        shape, capacity: tokens.count, precision: arguments[ModelArguments.keyValuePrecision])
        + results * tokens.count * MemoryLayout<Float>.stride, tokens: tokens.count)
    let session = InferenceSession(
      model, capacity: tokens.count, workers: Workers(count: arguments.threads),
      precision: arguments[ModelArguments.keyValuePrecision])
    var attention: [Float] = []
    var logits: [Float] = []
    for start in stride(from: 0, to: tokens.count, by: InferenceSession.chunkLength) {
      try Interruption.check()
      let chunk = Array(tokens[start...].prefix(InferenceSession.chunkLength))
      let isLast = start + chunk.count == tokens.count
      let observation = AttentionObservation(rows: isLast ? [chunk.count - 1] : []) { _, seen in
        // Where a score is not finite the file is refused.
        attention +=
          seen.shifted.attention?.map { Float($0) }
          ?? [Float](repeating: .nan, count: seen.visible.upperBound)
      }
      logits += session.append(chunk, logits: .all, observing: observation)
    }
    var file = TensorFile(arguments[ModelArguments.out])
    file.add("logits", [tokens.count, shape.vocabularySize], logits)
    file.add("attention_last_row", [shape.layers, shape.queryHeads, tokens.count], attention)
    try file.write(console, of: session)
  }
}
