import TestSupport
import Testing
import TransformerModel

@Suite struct ForwardTests {
  @Test(arguments: ModelCase.all)
  func logitsAgree(_ test: ModelCase) {
    let parameters = test.makeParameters()
    let model = Transformer(parameters)
    let reference = ReferenceModel(parameters, options: test.options)
    let batch = test.makeBatch()
    for sequence in test.sequences {
      let tokens = Array(batch.tokens[sequence])
      let positions = Array(batch.positions[sequence])
      let session = InferenceSession(model, capacity: tokens.count, options: test.options)
      let logits = session.append(tokens, positions: positions, logits: .all)
      let expected = reference.run(
        tokens, positions: positions, source: .rows([0..<tokens.count])
      ).logits
      #expect(relativeDistance(logits, expected.values) < 5e-6)
    }
  }

  /// Sequences packed behind one another see themselves alone.
  @Test(arguments: ModelCase.all)
  func lossesOfPackedSequencesAgree(_ test: ModelCase) {
    let parameters = test.makeParameters()
    let reference = ReferenceModel(parameters, options: test.options)
    let batch = test.makeBatch()
    let pass = GradientPass(Transformer(parameters), capacity: test.rows, options: test.options)
    let gradient = Parameters(test.configuration)
    let result = pass.addGradient(
      of: batch, weights: parameters.tensors, targets: .all, to: gradient.tensors)
    let logits = reference.run(
      batch.tokens, positions: batch.positions, source: .rows(test.sequences)
    ).logits
    for row in 0..<test.rows {
      let z = logits.row(row)
      let exact = Reference.crossEntropy(z, target: Int(batch.targets[row]))
      #expect(abs(Double(result.losses[row]) - exact) < 3e-5)
      #expect(z[Int(result.best[row])] > (z.max() ?? 0) - 1e-4)
    }
    let exact = reference.loss(batch, source: .rows(test.sequences))
    #expect(abs(result.total(batch.weights) / exact - 1) < 3e-6)
  }

  /// Rows that follow an edited token may change; those before it may not, in any bit.
  @Test(arguments: [1, 60, 64, 128, 150, 199])
  func causality(edited: Int) {
    let test = ModelCase(
      testDescription: "causality", configuration: ModelCase.common, lengths: [200])
    let model = Transformer(test.makeParameters())
    func logits(_ tokens: [Int32]) -> [Float] {
      InferenceSession(model, capacity: 200).append(tokens, logits: .all)
    }
    let tokens = test.makeBatch().tokens
    var changed = tokens
    changed[edited] = (tokens[edited] + 1) % 37
    let before = logits(tokens)
    let after = logits(changed)
    let width = test.configuration.vocabularySize
    #expect(
      sameBits(Array(before[..<(edited * width)]), Array(after[..<(edited * width)])))
    for row in edited..<200 {
      let range = row * width..<(row + 1) * width
      #expect(!sameBits(Array(before[range]), Array(after[range])))
    }
  }

  /// Adapted weights are a value: they change what the session computes and nothing else.
  @Test func replacedQueriesAreUsedAndSharedOnesLeftAlone() {
    let test = ModelCase.all[0]
    let parameters = test.makeParameters()
    let other = Parameters(copying: parameters)
    let name = "model.layers.1.self_attn.q_proj.weight"
    let changed = parameters.view(name).array.map { 0.5 * $0 + 0.1 }
    other.view(name).copy(from: changed)
    let before = parameters.flat.array
    let (tokens, positions) = test.firstSequence()
    let session = InferenceSession(Transformer(parameters), capacity: tokens.count)
    session.weights.layers[1].query = other.tensors.layers[1].query
    let logits = session.append(tokens, logits: .all)
    let expected = ReferenceModel(other).run(
      tokens, positions: positions, source: .rows([0..<tokens.count]))
    #expect(relativeDistance(logits, expected.logits.values) < 5e-6)
    #expect(sameBits(parameters.flat.array, before))
  }
}
