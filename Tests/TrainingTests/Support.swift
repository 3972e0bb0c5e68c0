import DataFiles
import Foundation
import TensorKernels
import Testing
import Training

/// The recipe that the tests train by.
var tinyRecipePath: String {
  get throws { try #require(Bundle.module.resourcePath) + "/Fixtures/tiny.json5" }
}

/// A run of the tiny recipe in a folder, on one worker by default.
func tinyRun(
  _ folder: String, recipe: String? = nil, seed: UInt64? = nil, threads: Int = 1,
  startsAnew: Bool = false
) throws -> TrainingRun {
  try TrainingRun(
    recipe: recipe ?? tinyRecipePath, seed: seed, folder: folder, workers: Workers(count: threads),
    startsAnew: startsAnew)
}

extension TrainingRun {
  /// Steps to the end, or only some.
  func train(steps: Int = .max) throws {
    var left = steps
    while !trainer.isFinished && left > 0 {
      _ = try advance()
      left -= 1
    }
  }

  func finish() throws -> TrainingReport {
    try finish(
      heldOutSequences: 8,
      machine: .init(labVersion: "0", processor: "test", cores: 1, threads: 1))
  }
}

/// A saved curve without its timing column.
func untimedCurve(_ folder: String) throws -> [[String]] {
  let table = try CSVTable.read(folder + "/curve.csv")
  #expect(table.columns.last == "seconds")
  return try table.columns.dropLast().map { try table.strings($0) }
}
