import DataFiles
import Foundation
import TensorKernels
import TestTags
import Testing
import TransformerModel

/// The random Qwen3 checkpoint under Fixtures/, against what PyTorch computed with it.
@Suite(.tags(.golden)) struct PyTorchGoldenTests {
  let folder: String
  let model: Transformer
  let golden: SafetensorsFile

  init() throws {
    let fixtures = try #require(Bundle.module.resourcePath) + "/Fixtures/qwen3-tiny"
    folder = fixtures
    model = Transformer(try Checkpoint.load(fixtures))
    golden = try SafetensorsFile.open(fixtures + "/golden.safetensors")
  }

  @Test func logitsAgree() throws {
    let tokens = try golden.int32s("input_ids")
    let expected = try golden.floats("logits")
    let session = InferenceSession(model, capacity: tokens.count)
    let logits = session.append(tokens, logits: .all)
    #expect(largestDifference(logits, expected) < 1e-4)
  }

  @Test func lastAttentionRowsAgree() throws {
    let tokens = try golden.int32s("input_ids")
    let expected = try golden.floats("attention_last_row")
    var patterns: [Float] = []
    let session = InferenceSession(model, capacity: tokens.count)
    session.append(
      tokens, logits: .none,
      observing: AttentionObservation(rows: [tokens.count - 1]) { _, seen in
        patterns += (seen.attention ?? []).map { Float($0) }
      })
    #expect(patterns.count == expected.count)
    #expect(largestDifference(patterns, expected) < 1e-5)
  }

  @Test func everyGradientAgrees() throws {
    let tokens = try golden.int32s("input_ids")
    let gradient = Parameters(model.configuration)
    let pass = GradientPass(model, capacity: tokens.count)
    let batch = SequenceBatch(language: tokens)
    let result = pass.addGradient(
      of: batch, weights: model.parameters.tensors, targets: .all, to: gradient.tensors)
    let loss = try golden.floats("lm_loss")[0]
    #expect(abs(result.total(batch.weights) - Double(loss)) < 1e-4)
    for entry in gradient.layout.entries {
      let expected = try golden.floats("grad." + entry.name)
      let error = relativeError(gradient.view(entry.name).array, expected)
      #expect(error < 1e-3, "\(entry.name)")
    }
  }
}

/// Checkpoints as `save_pretrained` leaves them: other families, 16-bit weights, shards, a tied head.
@Suite struct SavedByTransformersTests {
  @Test(arguments: ["llama-sharded", "qwen3-tied"])
  func logitsAgree(name: String) throws {
    let folder = try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
    let model = Transformer(try Checkpoint.load(folder))
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let tokens = try golden.int32s("input_ids")
    let session = InferenceSession(model, capacity: tokens.count)
    let logits = session.append(tokens, logits: .all)
    #expect(largestDifference(logits, try golden.floats("logits")) < 1e-4)
  }
}

/// `maxᵢ |aᵢ − bᵢ|`, or NaN where the lengths differ.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .nan }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// `‖a − b‖ / ‖b‖`
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .nan }
  let difference = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
  let norm = b.reduce(0.0) { $0 + pow(Double($1), 2) }
  return (difference / norm).squareRoot()
}
