import TensorKernels
import TestTimeCompute
import Testing
import TransformerModel

/// Closed forms against what the kernels multiplied, to the last multiply-add.
@Suite struct FLOPsTests {
  @Test(arguments: TinyModel.shapes)
  func appendingInChunks(shape: ModelConfiguration) {
    let costs = FLOPs(shape)
    let model = TinyModel.make(shape, seed: 1)
    // Lengths around the tiles of 64 rows, 128 rows and 512 keys, none of which divides them.
    for (length, chunk) in [(1, 1), (63, 64), (131, 128), (131, 37), (700, 1024), (700, 259)] {
      let tally = Tally()
      let session = InferenceSession(model, capacity: 800, chunk: chunk, tally: tally)
      session.append(TinyModel.tokens(length, of: shape, seed: 2), logits: .none)
      #expect(costs.prefill(length) == FLOPs.Count(tally.flops))
      for logits in [LogitRows.none, .last, .all] {
        let before = tally.flops
        session.rewind(to: length)
        session.append(TinyModel.tokens(53, of: shape, seed: 3), logits: logits)
        #expect(
          costs.append(53, after: length, logits: logits) == FLOPs.Count(tally.flops - before))
      }
    }
  }

  @Test(arguments: TinyModel.shapes)
  func decoding(shape: ModelConfiguration) {
    let tally = Tally()
    let session = InferenceSession(
      TinyModel.make(shape, seed: 1), capacity: 200, tally: tally)
    session.append(TinyModel.tokens(77, of: shape, seed: 2), logits: .none)
    let before = tally.flops
    for token in TinyModel.tokens(9, of: shape, seed: 4) { session.append([token]) }
    #expect(FLOPs(shape).decode(9, after: 77) == FLOPs.Count(tally.flops - before))
  }

  @Test(arguments: TinyModel.shapes)
  func appendingWithWorkersAndObservation(shape: ModelConfiguration) {
    let model = TinyModel.make(shape, seed: 1)
    for (rows, logits) in [
      ([3, 699], LogitRows.none), ([500], .last), ([699], .none), ([699], .last), ([0], .all),
    ] {
      for chunk in [1024, 259] {
        let tally = Tally()
        let session = InferenceSession(
          model, capacity: 800, workers: Workers(count: 3), chunk: chunk, tally: tally)
        session.append(
          TinyModel.tokens(700, of: shape, seed: 2), logits: logits,
          observing: AttentionObservation(rows: rows) { _, _ in })
        let expected = FLOPs(shape).append(700, after: 0, logits: logits, firstObserved: rows[0])
        #expect(expected == FLOPs.Count(tally.flops))
      }
    }
  }

  /// Sets of trained weights that differ in what the lowest layer's way back needs.
  static let targets: [GradientTargets] = [
    .query, .key, .value, .output, .mlp, .norms, .head, .embedding, [.query, .mlp], [.key, .value],
    .all, GradientTargets(.query, layers: [0]),
    GradientTargets([.mlp, .norms], layers: [0]).union(.head),
    GradientTargets(.output, layers: [0]).union(.embedding),
  ]

  @Test(arguments: TinyModel.shapes)
  func spanSteps(shape: ModelConfiguration) {
    let model = TinyModel.make(shape, seed: 1)
    let session = InferenceSession(model, capacity: 700)
    session.append(TinyModel.tokens(700, of: shape, seed: 2), logits: .none)
    let gradient = Parameters(shape)
    for targets in Self.targets {
      for (start, length) in [(0, 1), (0, 67), (1, 130), (520, 130), (699 - 33, 33)] {
        for mode in SpanKeyValues.allCases {
          if mode == .frozen && !targets.isDisjoint(with: [.key, .value]) { continue }
          let tally = Tally()
          let pass = GradientPass(model, capacity: length, tally: tally)
          let range = start..<start + length
          let batch = SequenceBatch(
            tokens: Array(session.tokens[range]), positions: Array(session.positions[range]),
            sequences: [0..<length], targets: Array(session.tokens[start + 1...start + length]),
            weights: [Float](repeating: 1, count: length))
          _ = pass.addSpanGradient(
            of: batch, cache: session.cache, start: start, keyValues: mode,
            weights: model.parameters.tensors, targets: targets, to: gradient.tensors)
          let predicted = FLOPs(shape).spanStep(
            length, start: start, keyValues: mode, targets: targets)
          #expect(
            predicted == FLOPs.Count(tally.flops),
            "\(mode), \(targets), \(length) rows from \(start)")
        }
      }
    }
  }

  @Test(arguments: TinyModel.shapes)
  func fullSteps(shape: ModelConfiguration) {
    let model = TinyModel.make(shape, seed: 1)
    let gradient = Parameters(shape)
    for targets in Self.targets {
      for length in [2, 65, 531] {
        let tally = Tally()
        let pass = GradientPass(model, capacity: length, tally: tally)
        _ = pass.addGradient(
          of: SequenceBatch(language: TinyModel.tokens(length, of: shape, seed: 6)),
          weights: model.parameters.tensors, targets: targets, to: gradient.tensors)
        #expect(FLOPs(shape).fullStep(length, targets: targets) == FLOPs.Count(tally.flops))
      }
    }
  }

  @Test(arguments: TinyModel.shapes)
  func theMeanOverStartsIsExact(shape: ModelConfiguration) {
    let costs = FLOPs(shape)
    for (span, length) in [(7, 40), (8, 40), (39, 40)] {
      for mode in SpanKeyValues.allCases {
        let all = (0...length - 1 - span).map { costs.spanStep(span, start: $0, keyValues: mode) }
        // Of a rule whose cost is not linear in the start the mean is rounded down, by less than an
        // operation of every pair.
        let mean = costs.meanSpanStep(span, length: length, keyValues: mode)
        let rest = all.reduce(0, +) - FLOPs.Count(all.count) * mean
        #expect(shape.isPlain ? rest == 0 : 0 <= rest && rest < FLOPs.Count(2 * all.count))
      }
    }
  }

  @Test func aMillionTokensOfALargeModelDoNotOverflow() throws {
    let costs = FLOPs(try #require(KnownShape.named("qwen3-32b")).configuration)
    let steps = 32 * costs.fullStep(1 << 20)
    #expect(steps > FLOPs.Count(Int.max))
  }
}

@Suite struct BudgetMatchTests {
  @Test(arguments: TinyModel.shapes)
  func theLargestNumberOfTokensIsFound(shape: ModelConfiguration) {
    let costs = FLOPs(shape)
    for (steps, span, length) in [(1, 1, 5), (4, 16, 100), (32, 32, 512), (32, 128, 9000)] {
      let budget = FLOPs.Count(steps) * costs.meanSpanStep(span, length: length)
      for traces in [1, 8] {
        let match = costs.decodedTokens(within: budget, traces: traces, after: length)
        let cost = FLOPs.Count(traces) * costs.decode(match.tokens, after: length)
        let next = FLOPs.Count(traces) * costs.decode(match.tokens + 1, after: length)
        #expect(match.cost == cost && match.remainder == budget - cost)
        #expect(cost <= budget && next > budget)
      }
    }
  }

  @Test func searchAgreesWithALinearOne() throws {
    for budget in FLOPs.Count(0)..<200 {
      let cost = { (n: Int) in FLOPs.Count(n * n + 3 * n + 2) }
      let match = BudgetMatch(within: budget, least: 1, cost: cost)
      let expected = (1...20).last { cost($0) <= budget }
      #expect(match?.tokens == expected)
      if let match { #expect(match.remainder == budget - cost(match.tokens)) }
    }
  }

  @Test func theRuleHoldsForWideModelsAndFailsForNarrowOnes() throws {
    func ratio(_ shape: ModelConfiguration, length: Int) -> Double {
      let costs = FLOPs(shape)
      let budget = 32 * costs.meanSpanStep(32, length: length)
      let match = costs.decodedTokens(within: budget, after: length)
      return Double(FLOPs.ruleOfThumb(steps: 32, span: 32)) / Double(match.tokens)
    }
    #expect(FLOPs.ruleOfThumb(steps: 32, span: 128) == 8192)
    // Short of any attention, a wide and deep model has the rule's two forward passes a step.
    let large = try #require(KnownShape.named("qwen3-32b"))
    #expect(abs(ratio(large.configuration, length: 64) - 1) < 0.05)
    #expect(ratio(KnownShape.sandbox.configuration, length: 512) > 1.5)
  }
}

@Suite struct KnownShapeTests {
  @Test func parametersAreAsManyAsPublished() {
    let counts = [
      596_049_920, 1_720_574_976, 4_022_468_096, 8_190_735_360, 14_768_307_200, 32_762_123_264,
    ]
    #expect(KnownShape.qwen3.map { ParameterLayout($0.configuration).count } == counts)
  }

  @Test func namesAreFound() {
    for shape in KnownShape.all { #expect(KnownShape.named(shape.name) == shape) }
    #expect(KnownShape.named("qwen3") == nil)
  }
}
