import Foundation
import TensorKernels
import Testing
import TransformerModel

@Suite struct OverfitTests {
  /// A model that cannot learn one batch by heart has something wrong with it.
  @Test(arguments: [ModelCase.all[0], ModelCase.all[2], ModelCase.all[7]])
  func learnsOneBatchByHeart(_ test: ModelCase) {
    let parameters = Parameters(test.configuration, initializedBy: .init(seed: 24, label: "start"))
    var batch = test.makeBatch()
    // Stretches that repeat would have no answer: every row gets a token and a target of its own.
    let vocabulary = test.configuration.vocabularySize
    batch.tokens = batch.tokens.indices.map { Int32(($0 * 7 + $0 / vocabulary) % vocabulary) }
    batch.targets = batch.tokens.indices.map { Int32(($0 * 11 + 3) % vocabulary) }
    batch.weights = batch.weights.map { _ in 1 / Float(batch.tokens.count) }
    let pass = GradientPass(Transformer(parameters), capacity: test.rows, options: test.options)
    let gradient = Parameters(test.configuration)
    let count = parameters.flat.count
    let (first, second) = (FloatStorage(count: count), FloatStorage(count: count))
    var losses: [Double] = []
    for step in 1...120 {
      gradient.flat.fill(0)
      let result = pass.addGradient(
        of: batch, weights: parameters.tensors, targets: .all, to: gradient.tensors)
      losses.append(result.total(batch.weights))
      AdamWKernel.update(
        parameters.flat, gradient: gradient.flat, first: first.view, second: second.view,
        gradientScale: 1, learningRate: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8,
        weightDecay: 0,
        corrections: (1 - powf(0.9, Float(step)), 1 - powf(0.99, Float(step))))
    }
    #expect(abs(losses[0] - log(Double(vocabulary))) < 3)
    #expect(losses[losses.count - 1] < 0.02)
  }
}
