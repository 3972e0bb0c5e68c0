import DataFiles
import Foundation
import TensorKernels
import TestSupport
import Testing
import TransformerModel

/// Models whose weights stay as their files have them, against the same weights widened.
@Suite struct HalfWeightsTests {
  static let names = ["qwen3-yarn", "llama3-scaled", "qwen3-linear", "llama-sharded", "qwen3-tied"]

  private func folder(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
  }

  @Test(arguments: names)
  func logitsAgree(name: String) throws {
    let folder = try folder(name)
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let tokens = try golden.int32s("input_ids")
    let stored = try Checkpoint.open(folder)
    let widened = try Checkpoint.open(folder, weights: .float32)
    #expect(stored.weights.layers[0].query.precision != .float32)
    #expect(widened.weights.layers[0].query.precision == .float32)
    #expect(sameBits(stored.weights.head.array, widened.weights.head.array))
    let expected = try golden.floats("logits").map(Double.init)
    for model in [stored, widened] {
      let session = InferenceSession(
        model, capacity: tokens.count, workers: Workers(count: 2), chunk: 50)
      #expect(greatestDifference(session.append(tokens, logits: .all), expected) < 1e-4)
    }
    // Token by token the weights are read by other kernels.
    let session = InferenceSession(stored, capacity: tokens.count)
    let rows = tokens.flatMap { session.append([$0]) }
    #expect(greatestDifference(rows, expected) < 1e-4)
  }

  /// Gradients of the queries pass through all layers above, whose weights are halves; keys and values of
  /// the span are recomputed, or frozen.
  @Test(arguments: ["qwen3-yarn", "llama3-scaled", "qwen3-tied"], SpanKeyValues.allCases)
  func queryGradientsAgree(name: String, keyValues: SpanKeyValues) throws {
    let folder = try folder(name)
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let tokens = Array(try golden.int32s("input_ids").prefix(70))
    let batch = SequenceBatch(
      tokens: Array(tokens[20..<60]), positions: (20..<60).map(Int32.init), sequences: [0..<40],
      targets: Array(tokens[21..<61]), weights: [Float](repeating: 1 / 40, count: 40))
    func gradient(_ model: Transformer, _ workers: Int) -> (Double, [Float]) {
      let session = InferenceSession(model, capacity: tokens.count)
      session.append(tokens, logits: .none)
      let gradient = Parameters(model.configuration)
      let pass = GradientPass(model, capacity: 40, workers: Workers(count: workers))
      let result = pass.addSpanGradient(
        of: batch, cache: session.cache, start: 20, keyValues: keyValues, weights: model.weights,
        targets: .query, to: gradient.tensors)
      return (result.total(batch.weights), gradient.tensors.layers.flatMap(\.query.array))
    }
    let (loss, slope) = gradient(try Checkpoint.open(folder), 1)
    let (exactLoss, exact) = gradient(try Checkpoint.open(folder, weights: .float32), 1)
    #expect(abs(loss - exactLoss) < 1e-5)
    #expect(relativeDistance(slope, exact.map(Double.init)) < 1e-5)
    #expect(sameBits(gradient(try Checkpoint.open(folder), 3).1, slope))
  }

  @Test func onlyTheFilesOwnPrecisionOrFloatsCanBeHad() throws {
    let folder = try folder("qwen3-tied")
    #expect(try Checkpoint.open(folder, weights: .float16).weights.head.precision == .float16)
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint.open(folder, weights: .bfloat16)
    }
    #expect(error?.description.contains("is F16, which only rounding would turn") == true)
    // Floats are floats, and those who train can have them.
    let tiny = try Checkpoint.open(try self.folder("qwen3-tiny"))
    #expect(tiny.weights.head.precision == .float32 && tiny.parameters.layout.count > 0)
  }

  /// A file of several precisions, as quantisation tools and careless conversions leave them.
  @Test func precisionsMayBeMixed() throws {
    let folder = try TemporaryFolder()
    let source = try self.folder("qwen3-yarn")
    let model = Transformer(try Checkpoint.load(source))
    try folder.write(
      try String(contentsOfFile: source + "/config.json", encoding: .utf8), to: "config.json")
    let floats = ["layers.0.mlp.up_proj", "layers.1.mlp", "layers.1.self_attn.k_proj"]
    var header: [String] = []
    var data: [UInt8] = []
    for entry in model.parameters.layout.entries {
      let start = data.count
      let isFloat = floats.contains(where: entry.name.contains)
      for value in model.parameters.view(entry.name).array {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += isFloat ? $0[...] : $0[2...] }
      }
      header.append(
        "\"\(entry.name)\":{\"dtype\":\"\(isFloat ? "F32" : "BF16")\",\"shape\":\(entry.shape),"
          + "\"data_offsets\":[\(start),\(data.count)]}")
    }
    // An odd header puts every tensor at an odd address.
    var text = "{" + header.joined(separator: ",") + "}"
    if text.utf8.count % 2 == 0 { text += " " }
    func write(_ data: [UInt8]) throws {
      let length = withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Data($0) }
      try (length + Data(text.utf8) + Data(data))
        .write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
    }
    try write(data)
    let mixed = try Checkpoint.open(folder.path)
    #expect(mixed.weights.layers[0].gateUp.precision == .float32)
    #expect(mixed.weights.layers[0].down.precision == .bfloat16)
    #expect(mixed.weights.layers[1].key.precision == .float32)
    let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]
    func logits(_ model: Transformer) -> [Float] {
      InferenceSession(model, capacity: tokens.count).append(tokens, logits: .all)
    }
    #expect(greatestDifference(logits(mixed), logits(model).map(Double.init)) < 1e-4)
    // The embedding comes first.
    data[2 * 7] = 0x80
    data[2 * 7 + 1] = 0x7F
    try write(data)
    #expect(
      throws: CheckpointError.notFinite(
        file: folder.file("model.safetensors"), name: "model.embed_tokens.weight", index: 7)
    ) { try Checkpoint.open(folder.path) }
  }
}
