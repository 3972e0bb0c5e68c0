import TensorKernels
import Training

/// (a), (b): one update of all weights: forward, backward, clipping and AdamW.
final class TrainingWorkload: Workload {
  private let input: TrainingInput
  private let workers: Workers
  private let batch: [PositionedSequence]
  private let trainer: Trainer

  init(_ input: TrainingInput, _ workers: Workers) {
    self.input = input
    self.workers = workers
    batch = input.batch
    trainer = input.makeTrainer(workers)
  }

  func check() throws -> [(name: String, numbers: [Double])] {
    let fresh = input.makeTrainer(workers)
    return [("losses", try (0..<3).map { _ in try fresh.update(on: batch).loss })]
  }

  func run(_ number: Int) throws -> Int {
    _ = try trainer.update(on: batch)
    return 1
  }
}
