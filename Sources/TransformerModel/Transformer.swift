import TensorKernels

/// A model ready to run: weights and what every pass over them shares.
public final class Transformer: Sendable {
  /// The shape.
  public let configuration: ModelConfiguration
  /// The weights, for passes that only read them.
  public let weights: ModelTensors
  private let trainable: Parameters?
  private let rotaryCache: RotaryCache
  private let attentions: [Attention]

  /// The weights of a model in float32, for those who change them.
  public var parameters: Parameters {
    guard let trainable else { preconditionFailure("the weights are kept in half precision") }
    return trainable
  }

  /// Wraps `parameters`, which are not copied.
  public convenience init(_ parameters: Parameters) {
    self.init(parameters.configuration, parameters.tensors, parameters)
  }

  /// Wraps weights that nobody changes, such as a checkpoint's in half precision.
  convenience init(_ configuration: ModelConfiguration, weights: ModelTensors) {
    self.init(configuration, weights, nil)
  }

  private init(_ c: ModelConfiguration, _ weights: ModelTensors, _ trainable: Parameters?) {
    configuration = c
    self.weights = weights
    self.trainable = trainable
    attentions = c.attentions
    rotaryCache = RotaryCache(
      frequencies: c.rotaryFrequencies, amplitude: c.rotaryAmplitude)
  }

  /// Scratch for each of `workers`.
  func makeScratch(_ workers: Workers) -> [FloatStorage] {
    (0..<workers.count).map { _ in FloatStorage(count: attentions[0].scratchCount) }
  }

  func makePass(
    weights: ModelTensors, tokens: [Int32], positions: [Int32], sequences: [Range<Int>],
    source: KeyValueSource, options: PassOptions, activations: PassActivations, workers: Workers,
    scratch: [FloatStorage], tally: Tally?
  ) -> TransformerPass {
    precondition(tokens.count == positions.count, "one position a token")
    precondition(
      sequences.reduce(0) { $1.lowerBound == $0 ? $1.upperBound : -1 } == tokens.count,
      "the sequences must follow one another and cover all rows")
    let rotary =
      options.rotary
      ? RotaryTable(
        positions: positions, frequencies: rotaryCache.frequencies,
        amplitude: configuration.rotaryAmplitude, cache: rotaryCache) : nil
    return TransformerPass(
      configuration: configuration, attentions: attentions, weights: weights, tokens: tokens,
      sequences: sequences,
      source: source, options: options, rotary: rotary, activations: activations,
      workers: workers, scratch: scratch, tally: tally)
  }

  /// Logits `[rows, V]` of the rows of a finished pass.
  func logits(
    _ pass: TransformerPass, rows: Range<Int>, weights: ModelTensors
  ) -> MatrixView {
    let c = configuration
    let matrix = FloatStorage(count: rows.count * c.vocabularySize).view
      .matrix(rows: rows.count, columns: c.vocabularySize)
    MatrixProduct.timesTransposed(
      pass.activations.finalNormed.rows(rows),
      weights.head.matrix(rows: c.vocabularySize, columns: c.width), into: matrix,
      workers: pass.workers, tally: pass.tally)
    return matrix
  }
}
