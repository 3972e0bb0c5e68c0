import DataFiles
import Foundation
import TestTimeCompute
import Testing
import Training
import TransformerModel

/// Three steps of query-only training on the fixture, against what PyTorch computed.
@Suite struct PyTorchAdaptationTests {
  @Test(arguments: SpanKeyValues.allCases)
  func threeStepsAgree(mode: SpanKeyValues) throws {
    let folder = fixtureFolder
    let model = Transformer(try Checkpoint.load(folder))
    let golden = try SafetensorsFile.open(folder + "/golden.safetensors")
    let tokens = try golden.int32s("input_ids")
    let context = Int(try golden.int32s("context_length")[0])
    let starts = try golden.int32s("span_starts").map(Int.init)
    let length = Int(try golden.int32s("span_length")[0])
    let name = mode.rawValue

    let session = InferenceSession(model, capacity: tokens.count)
    session.append(Array(tokens[..<context]), logits: .none)
    let before = session.cache.backup(0..<context)
    let trainer = SpanTrainer(
      session, settings: TrainingSettings(learningRate: 1e-3),
      spanLength: length, keyValues: mode)

    let first = trainer.step(start: starts[0], length: length)
    let norm = try golden.floats("\(name).step0.grad_norm")[0]
    #expect(abs(first.gradientNorm / Double(norm) - 1) < 1e-3)
    var offset = 0
    for layer in 0..<model.configuration.layers {
      let expected = try golden.floats(
        "\(name).step0.grad.model.layers.\(layer).self_attn.q_proj.weight")
      let gradient = trainer.gradient.slice(offset, expected.count).array
      offset += expected.count
      #expect(relativeError(gradient, expected) < 1e-3)
    }

    let losses =
      [Float(first.loss)]
      + starts.dropFirst().map { Float(trainer.step(start: $0, length: length).loss) }
    #expect(largestDifference(losses, try golden.floats("\(name).losses")) < 1e-4)
    for (layer, range) in trainer.weights.ranges.enumerated() {
      let expected = try golden.floats(
        "\(name).after3.model.layers.\(layer).self_attn.q_proj.weight")
      #expect(
        largestDifference(trainer.weights.flat.slice(range.lowerBound, range.count).array, expected)
          < 1e-5)
    }
    #expect(session.cache.backup(0..<context) == before)

    session.weights = trainer.weights.tensors
    let answer = session.append(Array(tokens[context...]), logits: .all)
    #expect(largestDifference(answer, try golden.floats("\(name).answer_logits")) < 1e-3)

    trainer.weights.restore()
    #expect(trainer.weights.isRestored)
  }
}

private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .nan }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

private func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .nan }
  let difference = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
  return (difference / b.reduce(0.0) { $0 + pow(Double($1), 2) }).squareRoot()
}
