import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

@Suite(.tags(.gradient, .slow)) struct GradientTests {
  /// The greatest error of any tensor's gradient, tensor by tensor against central differences.
  private func worstErrors(
    _ gradient: Parameters, _ reference: ReferenceModel, names: [String],
    loss: (ReferenceModel) -> Double
  ) -> [(name: String, error: Double)] {
    names.map { name in
      let error = gradientError(
        of: gradient.view(name).array, at: reference.tensors[name]!, directions: 2,
        stream: RandomStream(seed: 23, label: name)
      ) { values in
        var moved = reference
        moved.tensors[name] = values
        return loss(moved)
      }
      return (name, error)
    }
  }

  @Test(arguments: ModelCase.all)
  func everyTensorAgreesWithCentralDifferences(_ test: ModelCase) {
    let parameters = test.makeParameters()
    let gradient = Parameters(test.configuration)
    let batch = test.makeBatch()
    let pass = GradientPass(Transformer(parameters), capacity: test.rows, options: test.options)
    _ = pass.addGradient(
      of: batch, weights: parameters.tensors, targets: .all, to: gradient.tensors)
    let reference = ReferenceModel(parameters, options: test.options)
    let names = parameters.layout.entries.map(\.name)
    for (name, error) in worstErrors(
      gradient, reference, names: names,
      loss: { $0.loss(batch, source: .rows(test.sequences)) })
    { #expect(error < 1e-4, "\(name)") }
  }

  /// A span of a cached context, its own keys and values frozen or recomputed.
  @Test(arguments: ModelCase.all.filter { $0.lengths[0] >= 20 }, SpanKeyValues.allCases)
  func spanGradientsAgree(_ test: ModelCase, keyValues: SpanKeyValues) {
    let parameters = test.makeParameters()
    let reference = ReferenceModel(parameters, options: test.options)
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(
      Transformer(parameters), capacity: tokens.count + 3, options: test.options)
    session.append(tokens, positions: positions, logits: .none)
    let cached = reference.run(
      tokens, positions: positions, source: .rows([0..<tokens.count])
    ).cache
    let pass = GradientPass(session.model, capacity: 20, options: test.options)
    for span in [0..<8, 3..<4, tokens.count - 20..<tokens.count] {
      let batch = SequenceBatch(
        tokens: Array(tokens[span]), positions: Array(positions[span]),
        sequences: [0..<span.count], targets: tokens[span].dropFirst() + [1],
        weights: [Float](repeating: 1 / Float(span.count), count: span.count))
      let source: ReferenceModel.Source =
        keyValues == .frozen
        ? .frozen(cached, start: span.lowerBound) : .appended(cached, start: span.lowerBound)
      let gradient = Parameters(test.configuration)
      let result = pass.addSpanGradient(
        of: batch, cache: session.cache, start: span.lowerBound, keyValues: keyValues,
        weights: parameters.tensors,
        targets: GradientTargets(keyValues == .frozen ? .all.subtracting([.key, .value]) : .all),
        to: gradient.tensors)
      let exact = reference.loss(batch, source: source)
      #expect(abs(result.total(batch.weights) / exact - 1) < 3e-6)

      let isFrozen: (String) -> Bool = { name in
        keyValues == .frozen && ["k_proj", "v_proj", "k_norm"].contains { name.contains($0) }
      }
      let names = parameters.layout.entries.map(\.name)
      for name in names where isFrozen(name) {
        #expect(gradient.view(name).array.allSatisfy { $0 == 0 }, "\(name)")
      }
      for (name, error) in worstErrors(
        gradient, reference, names: names.filter { !isFrozen($0) },
        loss: { $0.loss(batch, source: source) })
      { #expect(error < 1e-4, "\(name) of \(span)") }
    }
  }

  /// Each group by itself gives what it gives among all, and touches nothing else.
  @Test(arguments: [
    GradientTargets.query, .key, .value, .output, .mlp, .norms, .embedding, .head,
    [.query, .norms], [.key, .embedding], GradientTargets(.mlp, layers: [1]),
    GradientTargets([.key, .norms], layers: [1]).union([.output]),
    GradientTargets(.query, layers: [0]).union(.head),
  ])
  func groupsAreIndependent(_ targets: GradientTargets) {
    let test = ModelCase.all[4]
    let parameters = test.makeParameters()
    let batch = test.makeBatch()
    let pass = GradientPass(Transformer(parameters), capacity: test.rows)
    func gradient(_ targets: GradientTargets) -> Parameters {
      let result = Parameters(test.configuration)
      _ = pass.addGradient(
        of: batch, weights: parameters.tensors, targets: targets, to: result.tensors)
      return result
    }
    let whole = gradient(.all)
    let part = gradient(targets)
    for entry in parameters.layout.entries {
      let name = entry.name
      let layer = name.split(separator: ".").lazy.compactMap { Int($0) }.first
      let kinds = layer.map { targets.kinds(in: $0) } ?? targets.everywhere
      if kinds.isSuperset(of: Self.group(of: name)) {
        #expect(
          relativeDistance(part.view(name).array, whole.view(name).array.map(Double.init)) < 1e-6,
          "\(name)")
      } else {
        #expect(part.view(name).array.allSatisfy { $0 == 0 }, "\(name)")
      }
    }
  }

  /// The group that a tensor belongs to, by its name.
  private static func group(of name: String) -> GradientTargets.Kinds {
    let parts: [(String, GradientTargets.Kinds)] = [
      ("norm", .norms), ("q_proj", .query), ("k_proj", .key), ("v_proj", .value),
      ("o_proj", .output), ("mlp.", .mlp), ("embed_tokens", .embedding), ("lm_head", .head),
    ]
    return parts.first { name.contains($0.0) }?.1 ?? []
  }

  @Test func gradientsAreAddedToAndPassesLeaveNothingBehind() {
    let test = ModelCase.all[4]
    let parameters = test.makeParameters()
    let batch = test.makeBatch()
    let small = ModelCase(
      testDescription: "a shorter batch", configuration: test.configuration, lengths: [9, 4])
    let pass = GradientPass(Transformer(parameters), capacity: test.rows)
    func add(_ batch: SequenceBatch, to gradient: Parameters, _ pass: GradientPass) {
      _ = pass.addGradient(
        of: batch, weights: parameters.tensors, targets: .all, to: gradient.tensors)
    }
    let once = Parameters(test.configuration)
    add(batch, to: once, pass)
    let again = Parameters(test.configuration)
    add(small.makeBatch(), to: Parameters(test.configuration), pass)
    add(batch, to: again, pass)
    #expect(sameBits(once.flat.array, again.flat.array))
    add(batch, to: again, pass)
    #expect(
      relativeDistance(again.flat.array, once.flat.array.map { 2 * Double($0) }) < 1e-6)
    // A short batch in large buffers is what it is in buffers of its own.
    let inLarge = Parameters(test.configuration)
    add(small.makeBatch(), to: inLarge, pass)
    let alone = Parameters(test.configuration)
    add(small.makeBatch(), to: alone, GradientPass(Transformer(parameters), capacity: 13))
    #expect(sameBits(inLarge.flat.array, alone.flat.array))
  }
}
