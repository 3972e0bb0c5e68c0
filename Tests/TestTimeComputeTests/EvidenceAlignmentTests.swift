import Foundation
import Randomness
import TensorKernels
import TestTimeCompute
import Testing
import TransformerModel

@Suite struct EvidenceAlignmentTests {
  @Test(arguments: TinyModel.shapes)
  func closedFormsEqualTheTally(shape: ModelConfiguration) {
    let model = TinyModel.make(shape, seed: 1)
    let session = InferenceSession(model, capacity: 600)
    session.append(TinyModel.tokens(530, of: shape, seed: 2), logits: .none)
    let gradient = Parameters(shape)
    for targets in FLOPsTests.targets {
      for (length, count, watched) in [(530, 7, [6]), (3, 1, [0]), (77, 66, [2, 65])] {
        let tally = Tally()
        let pass = GradientPass(model, capacity: count, tally: tally)
        _ = pass.addAlignmentGradient(
          of: AttentionAlignment(
            rows: watched, positions: [0, 2], configuration: shape),
          tokens: TinyModel.tokens(count, of: shape, seed: 3),
          positions: (length..<length + count).map(Int32.init), cache: session.cache,
          start: length, weights: model.parameters.tensors, targets: targets,
          to: gradient.tensors)
        let predicted = FLOPs(shape).alignmentStep(
          count, watched: watched, after: length, targets: targets)
        #expect(predicted == FLOPs.Count(tally.flops), "\(targets)")
      }
    }
  }

  static let prompt: [Int32] = [3, 14, 15, 9, 2]
  static let positions = [20, 21, 40]

  /// The loss by its definition, from the scores that a session shows.
  static func loss(
    _ model: Transformer, _ context: InferenceSession, _ alignment: AttentionAlignment,
    weights: ModelTensors
  ) -> Double {
    let length = context.length
    context.weights = weights
    var sum = 0.0
    context.append(
      prompt, logits: .none,
      observing: AttentionObservation(rows: alignment.rows) { site, seen in
        let all = seen.scores.map(Double.init)
        let highest = all.max()!
        let total = highest + log(all.reduce(0) { $0 + exp($1 - highest) })
        let inside = alignment.positions.filter { seen.visible.contains($0) }
        if inside.isEmpty { return }
        let part = total - log(inside.reduce(0) { $0 + exp(all[$1 - seen.firstKey]) })
        sum += Double(alignment.factors[site.layer][site.head]) * part
      })
    context.rewind(to: length)
    context.weights = model.parameters.tensors
    return sum
  }

  @Test(arguments: TinyModel.shapes)
  func gradientsAgreeWithCentralDifferences(shape: ModelConfiguration) throws {
    let model = TinyModel.make(shape, seed: 4)
    let session = InferenceSession(model, capacity: 100)
    session.append(TinyModel.tokens(60, of: shape, seed: 5), logits: .none)
    var alignment = AttentionAlignment(
      rows: [2, 4], positions: Self.positions, configuration: shape)
    for layer in 0..<shape.layers {
      for head in 0..<shape.queryHeads {
        alignment.factors[layer][head] = 0.2 + 0.1 * Float(head) + 0.3 * Float(layer)
      }
    }
    let gradient = Parameters(shape)
    let pass = GradientPass(model, capacity: 5)
    let loss = pass.addAlignmentGradient(
      of: alignment, tokens: Self.prompt, positions: (60..<65).map(Int32.init),
      cache: session.cache, start: 60, weights: model.parameters.tensors, targets: .all,
      to: gradient.tensors)
    let expected = Self.loss(model, session, alignment, weights: model.parameters.tensors)
    #expect(abs(loss / expected - 1) < 1e-5)

    // Tensor by tensor along the gradient, where rounding weighs least against the slope.
    for entry in gradient.layout.entries {
      let slope = gradient.view(entry.name).array
      let norm = slope.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let isTop = entry.name.contains("layers.\(shape.layers - 1).")
      let isBehindScores =
        entry.name.contains("o_proj") || entry.name.contains("mlp")
        || entry.name.contains("post_attention") || entry.name.contains("v_proj")
      if entry.name == "model.norm.weight" || entry.name == "lm_head.weight"
        || isTop && isBehindScores
      {
        #expect(norm == 0, "\(entry.name) has no part in the scores")
        continue
      }
      #expect(norm > 0)
      // Short where the loss is steep.
      let step = 2e-3 / max(1, norm / 20)
      let values = [1.0, -1.0].map { sign in
        let moved = Parameters(copying: model.parameters)
        let view = moved.view(entry.name)
        for (index, value) in slope.enumerated() {
          view[index] += Float(sign * step * Double(value) / norm)
        }
        return Self.loss(model, session, alignment, weights: moved.tensors)
      }
      let measured = (values[0] - values[1]) / (2 * step)
      #expect(abs(measured - norm) < 0.01 * norm + 2e-4, "\(entry.name): \(measured), \(norm)")
    }
  }

  @Test func alignmentRaisesTheMassOnTheEvidence() throws {
    let fixture = MethodFixture()
    for heads in EvidenceAlignment.Heads.allCases {
      let alignment = EvidenceAlignment(
        steps: 20, training: .query, evidence: .gold, heads: heads)
      var masses: [[Double]] = []
      for adaptation in [nil, alignment] {
        var seen: [Double] = []
        let observer = MethodObserver { step, _, shown in
          guard step == .answer(trace: 0, token: 0) else { return }
          let all = shown.scores.map { exp(Double($0)) }
          let inside = fixture.marked.gold.reduce(0) { sum, range in
            sum + all[range].reduce(0, +)
          }
          seen.append(inside / all.reduce(0, +))
        }
        let outcome = try fixture.run(
          Method(adaptation: adaptation), on: fixture.marked, observer: observer)
        if adaptation != nil {
          #expect(outcome.steps.last!.loss < outcome.steps.first!.loss - 0.1)
        }
        masses.append(seen)
      }
      #expect(masses[1].reduce(0, +) > 1.3 * masses[0].reduce(0, +))
    }
  }

  @Test func randomEvidenceIsDrawnElsewhereAndCostsTheSame() throws {
    let fixture = MethodFixture()
    let outcomes = try [EvidenceAlignment.Evidence.gold, .random, .random].map {
      try fixture.run(
        Method(
          adaptation: EvidenceAlignment(steps: 3, training: .query, evidence: $0, heads: .all)),
        on: fixture.marked)
    }
    #expect(outcomes[0].steps[0].loss != outcomes[1].steps[0].loss)
    #expect(outcomes[1].steps == outcomes[2].steps)
    #expect(outcomes[0].spentFLOPs == outcomes[1].spentFLOPs)
    #expect(outcomes[1].spentFLOPs == outcomes[1].predictedFLOPs)
  }

  @Test func pickedEvidenceNeedsNoGold() throws {
    let fixture = MethodFixture()
    var blind = fixture.marked
    blind.gold = []
    let picked = EvidenceAlignment(steps: 3, training: .query, evidence: .picked, picked: 9)
    #expect(try fixture.run(Method(adaptation: picked), on: blind).steps.count == 3)
    let oracle = EvidenceAlignment(steps: 3, training: .query, evidence: .gold)
    #expect(throws: MethodError.noGold) {
      try fixture.run(Method(adaptation: oracle), on: blind)
    }
  }
}
