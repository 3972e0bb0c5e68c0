import DataFiles
import Foundation
import Randomness
import SandboxTasks
import TensorKernels
import TestTimeCompute
import Training
import TransformerModel

/// What all sides compute with: models, batches, contexts and items, functions of nothing but this
/// file.
struct BenchmarkInputs {
  /// The model that reads contexts: a shipped checkpoint, because random weights attend evenly.
  let reader: Transformer
  let readerFolder: String

  /// (a) and (b).
  let narrow = TrainingInput(
    name: "a",
    model: ModelConfiguration(
      vocabularySize: 64, width: 128, layers: 3, queryHeads: 4, keyValueHeads: 4, headWidth: 32,
      mlpWidth: 256), sequences: 64, length: 160)
  let wide = TrainingInput(
    name: "b",
    model: ModelConfiguration(
      vocabularySize: 64, width: 256, layers: 6, queryHeads: 8, keyValueHeads: 4, headWidth: 32,
      mlpWidth: 512), sequences: 16, length: 512)

  /// (c) and (d): the context that is read, k, and where spans start: the one of a single step sees
  /// almost all of the context.
  static let longLength = 16384
  static let spanLength = 128
  static let singleStart = longLength - spanLength - 1
  static let learningRate = 1e-3
  /// (e)
  static let decodingLength = 4096
  static let decodedCount = 128
  /// (f): items, and how many of them a run takes.
  static let itemLength = 4096
  static let itemCount = 100
  static let itemsAtOnce = 20

  var longContext: [Int32] { Self.context(Self.longLength, index: 0) }
  var decodingContext: [Int32] { Self.context(Self.decodingLength, index: 1) }

  /// Where the 32 spans start that follow one prefill: uniform, as in the paper.
  var spanStarts: [Int] {
    var spans = UniformSpans(RandomStream(seed: 1, label: "benchmark").child("spans"))
    return (0..<32).map { _ in
      spans.nextStart(spanLength: Self.spanLength, contextLength: Self.longLength)
    }
  }

  private static func generator(_ length: Int) -> TaskGenerator {
    do {
      return try TaskGenerator(TaskSettings(.keyValue, length: length), seed: 1)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private static func context(_ length: Int, index: Int) -> [Int32] {
    generator(length).instance(index).context
  }

  var items: [TaskInstance] {
    let generator = Self.generator(Self.itemLength)
    return (0..<Self.itemCount).map { generator.instance($0) }
  }

  /// Writes the models to train and everything else for the other sides.
  func write(to folder: String) throws {
    try FileSystem.createDirectory(folder)
    for input in [narrow, wide] {
      try Checkpoint.save(input.makeModel().parameters, to: "\(folder)/model-\(input.name)")
    }
    var json = JSONWriter()
    try json.object { json in
      for input in [narrow, wide] { try input.write(to: &json, folder: folder) }
      let costs = FLOPs(reader.configuration)
      /// A prefill that takes all rows through the whole of the last layer, as the peers' do.
      func whole(_ length: Int, _ logits: LogitRows) -> FLOPs.Count {
        costs.append(length, after: 0, logits: logits, firstObserved: 0)
      }
      try json.object("long") { json in
        json.member("model", readerFolder)
        json.member("context", int32s: longContext)
        json.member("flops", Int(costs.append(Self.longLength, after: 0)))
        json.member("peer_flops", Int(whole(Self.longLength, .last)))
        json.member("span_length", Self.spanLength)
        try json.member("learning_rate", Self.learningRate)
        json.member("single_start", Self.singleStart)
        json.member("single_flops", Int(costs.spanStep(Self.spanLength, start: Self.singleStart)))
        json.member("span_starts", integers: spanStarts)
        let steps = spanStarts.map { costs.spanStep(Self.spanLength, start: $0) }
        let adaptation = steps.reduce(0, +)
        json.member("adaptation_flops", Int(costs.prefill(Self.longLength) + adaptation))
        json.member("peer_adaptation_flops", Int(whole(Self.longLength, .none) + adaptation))
      }
      json.object("decoding") { json in
        json.member("model", readerFolder)
        json.member("context", int32s: decodingContext)
        json.member("count", Self.decodedCount)
        let flops = costs.decode(Self.decodedCount, after: Self.decodingLength)
        json.member("flops", Int(flops) / Self.decodedCount)
      }
      json.object("probe") { json in
        json.member("model", readerFolder)
        json.member("at_once", Self.itemsAtOnce)
        let rows = ProbeWorkload.answerRows(items[0])
        let answer = costs.append(rows, after: Self.itemLength, logits: .all)
        json.member("flops", Int(costs.prefill(Self.itemLength) + answer))
        json.member("peer_flops", Int(whole(Self.itemLength, .none) + answer))
        json.array("items") { json in
          for item in items {
            json.object { json in
              json.member("context", int32s: item.context)
              json.member("question", int32s: item.directPrompt)
              json.member("answer", int32s: item.answer)
              json.member("gold", item.gold[0].span)
            }
          }
        }
      }
    }
    try AtomicFile.write(json.text, to: "\(folder)/inputs.json")
  }
}

/// A batch to train on, and the model to train.
struct TrainingInput {
  let name: String
  let model: ModelConfiguration
  let sequences: Int
  let length: Int

  static let learningRate = 1e-3
  static let clip = 1.0

  /// Key-value streams of exactly `length` tokens.
  var batch: [PositionedSequence] {
    let stream = RandomStream(seed: 1, label: "benchmark").child("batch")
    return (0..<sequences).map { index in
      // A fact has five tokens.
      var sequence = TrainingSequence.make(
        .keyValue, TrainingMixture(), facts: (length + 4) / 5, stream: stream.child(index))
      sequence.tokens.removeSubrange(length...)
      sequence.predictable.removeSubrange(length...)
      sequence.slice.removeSubrange(length...)
      sequence.unitStarts.removeAll { $0 >= length }
      return PositionedSequence(sequence: sequence, positions: (0..<Int32(length)).map { $0 })
    }
  }

  /// Fresh weights under a recipe of constant rate in which all tokens weigh the same.
  func makeTrainer(_ workers: Workers) -> Trainer {
    Trainer(
      TrainingRecipe(
        model: model, seed: 1, steps: 1_000_000, batchTokens: sequences * length,
        optimizer: AdamWSettings(learningRate: Self.learningRate),
        schedule: LearningRateSchedule(peak: Self.learningRate, warmup: 0, decayFrom: 1),
        clip: Self.clip, unpredictableWeight: 1, stretchTo: 32768,
        curriculum: .init(start: 1, end: 1, grow: 1, accuracy: 1), mixture: TrainingMixture(),
        stopAtAccuracy: nil), workers: workers)
  }

  func makeModel() -> Transformer { makeTrainer(.one).model }

  func write(to json: inout JSONWriter, folder: String) throws {
    try json.object(name) { json in
      json.member("model", "\(folder)/model-\(name)")
      try json.member("learning_rate", Self.learningRate)
      try json.member("clip", Self.clip)
      let flops = FLOPs(model).fullStep(length)
      json.member("flops", sequences * Int(flops))
      json.member("tokens", sequences * length)
      json.array("batch") { json in
        for item in batch { json.append(int32s: item.sequence.tokens) }
      }
    }
  }
}
