import DataFiles
import Randomness
import SandboxTasks
import TensorKernels
import TestTags
import Testing
import Training
import TransformerModel

/// A model too large for every part of the batch to have a gradient of its own.
@Suite(.tags(.slow)) struct LargeModelTests {
  /// 1.2 M parameters: as many buffers as 64 MiB hold, which are fewer than there are parts.
  private func recipe() throws -> TrainingRecipe {
    var recipe = try TrainingRecipe.read(tinyRecipePath)
    recipe.model = ModelConfiguration(
      vocabularySize: 64, width: 256, layers: 2, queryHeads: 4, keyValueHeads: 4, headWidth: 32,
      mlpWidth: 1024)
    recipe.curriculum = .init(start: 6, end: 6, grow: 1, accuracy: 1)
    recipe.batchTokens = 700
    return recipe
  }

  /// Parts are added as they are finished, in their order: neither the number of workers nor who
  /// waits for whom changes a bit.
  @Test func workersChangeNoBit() throws {
    let recipe = try recipe()
    func train(_ workers: Int) throws -> ([Double], [Float]) {
      let trainer = Trainer(recipe, workers: Workers(count: workers))
      let losses = try (0..<3).map { _ in try trainer.advance().loss }
      return (losses, trainer.model.parameters.flat.array)
    }
    let one = try train(1)
    for workers in [2, 40] {
      let many = try train(workers)
      #expect(many.0 == one.0)
      #expect(many.1.map(\.bitPattern) == one.1.map(\.bitPattern), "\(workers) workers")
    }
    #expect(one.0[2] < one.0[0])
  }

  @Test func memoryIsSixFloatsAParameterOfALargeModel() {
    let huge = ModelConfiguration(
      vocabularySize: 64, width: 1024, layers: 10, queryHeads: 16, keyValueHeads: 16, headWidth: 64,
      mlpWidth: 2560)
    guard var recipe = try? recipe() else { return }
    recipe.model = huge
    let (parameters, bytes) = Trainer.size(recipe, workers: Workers(count: 2))
    #expect(parameters > 100_000_000)
    let activations = 2 * GradientPass.bytes(huge, capacity: 640)
    #expect(bytes - activations == 6 * 4 * parameters)
  }
}
