import DataFiles
import Foundation
import Randomness
import TensorKernels
import TestTimeCompute
import Testing
import Training
import TransformerModel

@Suite struct SpanTrainingTests {
  @Test func oracleSpansHoldGold() throws {
    let fixture = MethodFixture()
    let training = SpanTraining(steps: 60, spanLength: 12, training: .query, policy: .oracle)
    var seen: Set<Range<Int>> = []
    for step in try fixture.run(training).steps {
      let start = try #require(step.start)
      // Rows hold a fact, except that the context's last token is only predicted.
      let held = fixture.marked.gold.filter {
        $0.lowerBound >= start && $0.upperBound <= start + 13
      }
      #expect(!held.isEmpty)
      #expect(start >= 0 && start + 12 < 150)
      seen.formUnion(held)
    }
    #expect(seen.count == 3)
  }

  @Test func spansAroundARangeAreUniform() {
    var spans = DrawnSpans(holding: [10..<15], stream: RandomStream(seed: 1, label: "spans"))
    var counts: [Int: Int] = [:]
    for _ in 0..<6000 {
      counts[spans.nextStart(spanLength: 8, contextLength: 100), default: 0] += 1
    }
    #expect(counts.keys.sorted() == [7, 8, 9, 10])
    for count in counts.values { #expect(abs(count - 1500) < 200) }
  }

  @Test func spansStayInsideTheContext() {
    for (range, length, context, expected) in [
      (0..<5, 8, 100, 0...0), (95..<100, 8, 100, 91...91), (40..<60, 8, 100, 52...52),
      (0..<100, 99, 100, 0...0), (3..<4, 1, 5, 3...3), (4..<5, 1, 5, 3...3),
      (0..<20, 8, 30, 12...12),
    ] {
      var spans = DrawnSpans(holding: [range], stream: RandomStream(seed: 2, label: "spans"))
      for _ in 0..<50 {
        let start = spans.nextStart(spanLength: length, contextLength: context)
        #expect(expected.contains(start), "\(range), \(length) of \(context): \(start)")
      }
    }
  }

  @Test func rangesAreDrawnByWeight() {
    var spans = DrawnSpans(
      holding: [0..<1, 10..<11, 20..<21, 30..<31], weights: [0, 3, 1, 0],
      stream: RandomStream(seed: 3, label: "spans"))
    var counts: [Int: Int] = [:]
    for _ in 0..<8000 {
      counts[spans.nextStart(spanLength: 1, contextLength: 100), default: 0] += 1
    }
    #expect(Set(counts.keys) == [10, 20])
    #expect(abs((counts[10] ?? 0) - 6000) < 250)
  }

  @Test func guidedSpansFollowTheModelsAttention() throws {
    let fixture = MethodFixture()
    // Attention of the question, looked at directly.
    var mass = [Double](repeating: 0, count: 150)
    let session = fixture.context.session
    session.append(
      fixture.marked.directPrompt, logits: .none,
      observing: AttentionObservation(rows: Array(0..<5)) { _, seen in
        let weights = seen.scores.map { exp(Double($0)) }
        let total = weights.reduce(0, +)
        for index in 0..<150 { mass[index] += weights[index] / total }
      })
    session.rewind(to: 150)
    let training = SpanTraining(steps: 4000, spanLength: 1, training: .query, policy: .guided)
    // Steps do not move the spans, so a rate of zero saves nothing but keeps the model what it is.
    var still = training
    still.training = TrainingSettings(optimizer: .sgd, learningRate: 0)
    var counts = [Double](repeating: 0, count: 150)
    for step in try fixture.run(still).steps { counts[try #require(step.start)] += 1 }
    // The last position has no next token; its share goes to the one before it.
    mass[148] += mass[149]
    mass[149] = 0
    let total = mass.reduce(0, +)
    for index in 0..<150 {
      let p = mass[index] / total
      #expect(abs(counts[index] / 4000 - p) <= 5 * (p * (1 - p) / 4000).squareRoot())
    }
  }

  @Test(arguments: SpanKeyValues.allCases)
  func threeStepsAgreeWithPyTorch(mode: SpanKeyValues) throws {
    let model = Transformer(try Checkpoint.load(fixtureFolder))
    let golden = try SafetensorsFile.open(fixtureFolder + "/golden.safetensors")
    let tokens = try golden.int32s("input_ids")
    let context = Int(try golden.int32s("context_length")[0])
    let starts = try golden.int32s("span_starts").map(Int.init)
    let length = Int(try golden.int32s("span_length")[0])
    let session = InferenceSession(model, capacity: tokens.count)
    session.append(Array(tokens[..<context]), logits: .none)
    let trainer = WeightTrainer(
      model, settings: TrainingSettings(learningRate: 1e-3),
      stream: RandomStream(seed: 1, label: "unused"))
    let pass = GradientPass(model, capacity: length)
    for (number, start) in starts.enumerated() {
      let batch = SequenceBatch(
        tokens: Array(tokens[start..<start + length]),
        positions: (start..<start + length).map(Int32.init), sequences: [0..<length],
        targets: Array(tokens[start + 1...start + length]),
        weights: [Float](repeating: 1 / Float(length), count: length))
      let step = trainer.step { weights, targets, gradient in
        pass.addSpanGradient(
          of: batch, cache: session.cache, start: start, keyValues: mode, weights: weights,
          targets: targets, to: gradient
        ).total(batch.weights)
      }
      let loss = Double(try golden.floats("\(mode.rawValue).losses")[number])
      #expect(abs(step.loss - loss) < 1e-4)
      if number == 0 {
        let norm = Double(try golden.floats("\(mode.rawValue).step0.grad_norm")[0])
        #expect(abs(step.gradientNorm / norm - 1) < 1e-3)
      }
    }
    for (layer, range) in trainer.weights.ranges.enumerated() {
      let expected = try golden.floats(
        "\(mode.rawValue).after3.model.layers.\(layer).self_attn.q_proj.weight")
      let ours = trainer.weights.flat.slice(range.lowerBound, range.count).array
      #expect(zip(ours, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(!trainer.weights.isRestored)
    trainer.weights.restore()
    #expect(trainer.weights.isRestored)
  }

  @Test func aStepOnAllWeightsIsOneOnTheWholeModel() throws {
    // The copies cover every parameter once: stepping them equals stepping the model's own buffer.
    for shape in TinyModel.shapes {
      let model = TinyModel.make(shape, seed: 3)
      let settings = AdamWSettings(learningRate: 1e-2)
      let trainer = WeightTrainer(
        model, settings: TrainingSettings(.all, learningRate: settings.learningRate),
        stream: RandomStream(seed: 1, label: "unused"))
      let batch = SequenceBatch(language: TinyModel.tokens(40, of: shape, seed: 9))
      let pass = GradientPass(model, capacity: 40)
      let reference = Parameters(copying: model.parameters)
      let gradient = Parameters(shape)
      let optimizer = AdamW(count: reference.layout.count)
      let gains = reference.layout.entries.filter { $0.shape.count < 2 }
        .map { $0.offset..<$0.offset + $0.count }
      for _ in 0..<3 {
        gradient.flat.fill(0)
        _ = pass.addGradient(
          of: batch, weights: reference.tensors, targets: .all, to: gradient.tensors)
        let norm = AdamWKernel.sumOfSquares(gradient.flat).squareRoot()
        optimizer.update(
          reference.flat, gradient: gradient.flat, settings: settings,
          gradientScale: AdamW.clipFactor(norm: norm, limit: 1), undecayed: gains)
        let step = trainer.step { weights, targets, gradient in
          pass.addGradient(of: batch, weights: weights, targets: targets, to: gradient)
            .total(batch.weights)
        }
        #expect(abs(step.gradientNorm / norm - 1) < 1e-6)
      }
      let ours = Transformer(Parameters(copying: reference))
      let session = InferenceSession(ours, capacity: 50)
      let expected = session.append(batch.tokens, logits: .all)
      session.rewind(to: 0)
      session.weights = trainer.weights.tensors
      let logits = session.append(batch.tokens, logits: .all)
      #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(trainer.weights.flat.count == reference.layout.count)
    }
  }

  @Test func aLowRankChangeHasLowRank() throws {
    let model = TinyModel.sandbox
    let session = InferenceSession(model, capacity: 100)
    let tokens = TinyModel.tokens(80, of: model.configuration, seed: 9)
    session.append(tokens, logits: .none)
    let trainer = WeightTrainer(
      model,
      settings: TrainingSettings(.lowRankQuery, rank: 1, learningRate: 1e-2),
      stream: RandomStream(seed: 1, label: "factors"))
    #expect(trainer.weights.isRestored, "training starts at the model's own weights")
    let pass = GradientPass(model, capacity: 40)
    let batch = SequenceBatch(
      tokens: Array(tokens[..<40]), positions: (0..<40).map(Int32.init), sequences: [0..<40],
      targets: Array(tokens[1...40]), weights: [Float](repeating: 1 / 40, count: 40))
    var losses: [Double] = []
    for _ in 0..<12 {
      losses.append(
        trainer.step { weights, targets, gradient in
          pass.addSpanGradient(
            of: batch, cache: session.cache, start: 0, keyValues: .frozen, weights: weights,
            targets: targets, to: gradient
          ).total(batch.weights)
        }.loss)
    }
    #expect(losses.last! < losses.first! - 1e-3)
    let width = model.configuration.width
    for (layer, range) in trainer.weights.ranges.enumerated() {
      let new = trainer.weights.flat.slice(range.lowerBound, range.count).array
      let old = model.parameters.tensors.layers[layer].query.array
      let change = zip(new, old).map { Double($0) - Double($1) }
      let largest = change.indices.max { abs(change[$0]) < abs(change[$1]) }!
      let (row, column) = (largest / width, largest % width)
      #expect(abs(change[largest]) > 1e-4)
      // Every entry is the product of its row's and its column's.
      for i in change.indices {
        let product = change[i / width * width + column] * change[row * width + i % width]
        #expect(abs(change[i] - product / change[largest]) < 2e-6)
      }
    }
  }

  @Test func aRandomDirectionIsAsLongAsTheTrainedOne() throws {
    let fixture = MethodFixture()
    var changes: [[[Double]]] = []
    for control in [SpanTraining.Control.none, .randomDirection] {
      let probe = WeightProbe(
        SpanTraining(steps: 5, spanLength: 30, training: .query, control: control))
      _ = try fixture.run(probe)
      changes.append(probe.changes)
    }
    for (trained, random) in zip(changes[0], changes[1]) {
      func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let norm = product(trained, trained).squareRoot()
      #expect(norm > 0)
      #expect(abs(product(random, random).squareRoot() / norm - 1) < 1e-4)
      #expect(abs(product(trained, random)) < 0.2 * norm * norm)
    }
  }

  @Test func gradientDescentIsTheDefinition() {
    let p = FloatStorage([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    let g = FloatStorage((0..<11).map { Float($0) })
    GradientDescentKernel.update(p.view, gradient: g.view, rate: 0.5)
    let expected = (0..<11).map { index -> Float in Float(index) * 0.5 + 1 }
    #expect(p.view.array == expected)
  }

  @Test func watchingCostsAndChangesNothing() throws {
    let fixture = MethodFixture()
    let method = Method(
      adaptation: SpanTraining(steps: 4, spanLength: 20, training: .query),
      decoding: SelfConsistency(traces: 2, tokensEach: 5))
    let plain = try fixture.run(method, on: fixture.marked)
    var rows: [WatchedStep: Int] = [:]
    var lengths: [WatchedStep: Int] = [:]
    let observer = MethodObserver(
      watchesTraces: true, watchesTraining: { $0 % 2 == 0 },
      visit: { step, _, shown in
        rows[step, default: 0] += 1
        lengths[step] = shown.scores.count
      })
    let watched = try fixture.run(method, on: fixture.marked, observer: observer)
    #expect(watched.traces == plain.traces && watched.answer == plain.answer)
    #expect(watched.spentFLOPs == plain.spentFLOPs)
    #expect(watched.answerProbabilities == plain.answerProbabilities)
    #expect(watched.steps.map { $0.answerProbabilities?.count } == [nil, 2, nil, 2])
    // Eight heads in all; the first trace token is predicted by the prompt, which both traces share.
    #expect(rows.values.allSatisfy { $0 == 8 })
    let expected: [WatchedStep: Int] = Dictionary(
      uniqueKeysWithValues: [
        (.training(step: 2, token: 0), 155), (.training(step: 2, token: 1), 156),
        (.training(step: 4, token: 0), 155), (.training(step: 4, token: 1), 156),
      ] + (0..<7).map { (.trace(0, token: $0), 155 + $0) }
        + (1..<7).map { (.trace(1, token: $0), 155 + $0) })
    for (step, length) in expected { #expect(lengths[step] == length, "\(step)") }
    for trace in 0..<2 {
      #expect(
        lengths[.answer(trace: trace, token: 1)] == lengths[.answer(trace: trace, token: 0)]! + 1)
    }
    #expect(lengths.count == expected.count + 4)
  }
}

/// Runs another adaptation, and keeps what it did to the query weights.
final class WeightProbe: Adaptation, @unchecked Sendable {
  let inner: any Adaptation
  var changes: [[Double]] = []

  init(_ inner: any Adaptation) { self.inner = inner }

  func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    inner.expectedFLOPs(extent, costs)
  }

  func adapt(_ run: MethodRun) throws {
    try inner.adapt(run)
    let own = run.session.model.parameters.tensors
    changes = zip(run.session.weights.layers, own.layers).map { new, old in
      zip(new.query.array, old.query.array).map { Double($0) - Double($1) }
    }
  }
}
