import DataFiles
import Foundation
import Testing
import TransformerModel

/// Checkpoints in the forms in which Qwen3 and Llama 3 are published, against what transformers computes
/// with them.
@Suite struct PublishedCheckpointTests {
  static let names = ["qwen3-yarn", "llama3-scaled", "qwen3-linear"]

  private func fixtures() throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/"
  }

  /// Positions reach beyond those of the first training, and beyond the stretched ones as well.
  @Test(arguments: names)
  func logitsAgree(name: String) throws {
    let folder = try fixtures() + name
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let tokens = try golden.int32s("input_ids")
    let model = Transformer(try Checkpoint.load(folder))
    let session = InferenceSession(model, capacity: tokens.count, chunk: 64)
    let logits = session.append(tokens, logits: .all)
    #expect(largestDifference(logits, try golden.floats("logits")) < 1e-4)
  }

  @Test(arguments: names)
  func greedyTextAgrees(name: String) throws {
    let folder = try fixtures() + name
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let expected = try golden.int32s("greedy")
    #expect(expected.count == 64)
    let prompt = Int(try golden.int32s("prompt_length")[0])
    let model = Transformer(try Checkpoint.load(folder))
    let session = InferenceSession(model, capacity: prompt + expected.count)
    var logits = session.append(Array(try golden.int32s("input_ids")[..<prompt]))
    var text: [Int32] = []
    while text.count < expected.count {
      let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
      text.append(Int32(best))
      logits = session.append([Int32(best)])
    }
    #expect(text == expected)
  }

  /// The frequencies that published models meet: Qwen3 plain and with YaRN, Llama 3.1 and 3.2, and YaRN
  /// with all its dials.
  @Test(
    arguments: [
      ("qwen3", 128, 1e6, nil),
      ("qwen3-yarn", 128, 1e6, .yarn(YaRNScaling(factor: 4, originalPositions: 32768))),
      ("llama-3.1", 128, 5e5, .llama3(Llama3Scaling(factor: 8, originalPositions: 8192))),
      ("llama-3.2", 64, 5e5, .llama3(Llama3Scaling(factor: 32, originalPositions: 8192))),
      (
        "yarn-mscale", 64, 1e4,
        .yarn(
          YaRNScaling(
            factor: 40, originalPositions: 4096, betaFast: 16, betaSlow: 2,
            attentionFactor: YaRNScaling.sharpening(40) / YaRNScaling.sharpening(40, 0.5),
            truncates: false))
      ),
    ] as [(String, Int, Double, RotaryScaling?)])
  func rotaryFrequencies(name: String, width: Int, theta: Double, scaling: RotaryScaling?) throws {
    let golden = try SafetensorsFile.open(try fixtures() + "rotary.safetensors")
    let configuration = ModelConfiguration(
      vocabularySize: 3, width: 4, layers: 1, queryHeads: 1, keyValueHeads: 1, headWidth: width,
      mlpWidth: 4, rotaryTheta: theta, rotaryScaling: scaling)
    let expected = try golden.floats(name + ".frequencies")
    let ours = configuration.rotaryFrequencies
    #expect(ours.count == expected.count)
    for (a, b) in zip(ours, expected) { #expect(abs(a - b) <= 3e-6 * b, "\(a) against \(b)") }
    let amplitude = try golden.floats(name + ".amplitude")[0]
    #expect(abs(configuration.rotaryAmplitude - amplitude) < 1e-6)
  }
}
