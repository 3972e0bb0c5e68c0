import DataFiles
import Foundation
import TensorKernels
import TransformerModel

/// A training run in a folder, which can be interrupted at any moment and continued.
///
/// While it runs the folder holds `training-state.safetensors` and `curve.csv`; when it has finished,
/// `model.safetensors`, `config.json`, `recipe.json5` as given, `curve.csv` and `training.json`.
public final class TrainingRun {
  /// The trainer.
  public let trainer: Trainer
  /// The folder.
  public let folder: String
  /// Steps that an earlier run did; 0 for a fresh start.
  public let resumedStep: Int

  private let recipeBytes: [UInt8]
  private let lock: DirectoryLock
  private var curve: TrainingCurve
  private let secondsBefore: Double
  private var lastStep = ContinuousClock.now

  /// Starts a run, or continues the one whose state the folder holds.
  ///
  /// - Parameters:
  ///   - recipePath: the recipe, a JSON5 file.
  ///   - seed: a seed in the place of the recipe's own.
  ///   - folder: made where it does not exist.
  ///   - startsAnew: whether to pass over a state or model that the folder holds.
  ///   - memoryBytes: the machine's memory; a model that cannot fit is refused.
  /// - Throws: `TrainingError`, `DirectoryLock.Held`, `JSONError`, `CSVError`, `SafetensorsError` or
  ///   `FileSystemError`.
  public init(
    recipe recipePath: String, seed: UInt64? = nil, folder: String, workers: Workers,
    startsAnew: Bool = false, memoryBytes: Int = .max
  ) throws {
    var recipe = try TrainingRecipe.read(recipePath)
    if let seed { recipe.seed = seed }
    let size = Trainer.size(recipe, workers: workers)
    guard size.bytes <= memoryBytes else {
      throw TrainingError.tooLarge(
        file: recipePath, parameters: size.parameters, neededBytes: size.bytes,
        memoryBytes: memoryBytes)
    }
    recipeBytes = try FileSystem.read(recipePath, maximumBytes: 1 << 20)
    self.folder = folder
    try FileSystem.createDirectory(folder)
    lock = try DirectoryLock(folder)
    let statePath = Self.path(folder, Name.state)
    let hasState = FileSystem.exists(statePath)
    if startsAnew {
      try Self.remove(folder, [Name.state, Name.report])
    } else if FileSystem.exists(Self.path(folder, Name.report))
      || FileSystem.exists(Self.path(folder, Name.model)) && !hasState
    {
      // Killed between the report, which says that all is done, and the last line of `finish`.
      if FileSystem.exists(Self.path(folder, Name.report)) { try Self.remove(folder, [Name.state]) }
      throw TrainingError.finished(folder: folder)
    }
    trainer = Trainer(recipe, workers: workers)
    curve = TrainingCurve()
    if hasState && !startsAnew {
      try TrainingState.restore(trainer, from: statePath)
      curve = try TrainingCurve(Self.path(folder, Name.curve), steps: trainer.step)
    }
    resumedStep = trainer.step
    secondsBefore = curve.seconds
  }

  /// One update, and its row of the curve.
  ///
  /// - Throws: `TrainingError.diverged`.
  public func advance() throws(TrainingError) -> Trainer.Report {
    let report = try trainer.advance()
    let now = ContinuousClock.now
    curve.append(
      report, tokensSeen: trainer.tokensSeen, seconds: (now - lastStep) / .seconds(1))
    lastStep = now
    return report
  }

  /// Shows others who look at the folder how far the run is.
  ///
  /// - Parameter start: when this process began with it.
  /// - Throws: `FileSystemError`.
  public func showProgress(loss: Double, since start: Date) throws {
    let format = ISO8601DateFormatter()
    try lock.note([
      ("started", format.string(from: start)), ("at", format.string(from: Date())),
      ("before", "\(resumedStep)"), ("step", "\(trainer.step)"),
      ("steps", "\(trainer.recipe.steps)"), ("loss", "\(Float(loss))"),
    ])
  }

  /// Saves everything that the next step depends on.
  ///
  /// - Throws: `FileSystemError`; an earlier state is then still whole.
  public func save() throws {
    // The curve first: rows beyond the state are dropped on resuming, missing ones are lost.
    try curve.write(to: Self.path(folder, Name.curve))
    try TrainingState.save(trainer, to: Self.path(folder, Name.state))
  }

  /// Measures the finished model on held-out sequences, writes it with its provenance, and removes
  /// the state.
  ///
  /// - Throws: `FileSystemError`.
  public func finish(
    heldOutSequences: Int, machine: TrainingReport.Machine
  ) throws -> TrainingReport {
    let report = TrainingReport(
      recipeHash: SHA256.hex(of: recipeBytes), machine: machine, trainer: trainer,
      secondsBefore: secondsBefore, seconds: curve.seconds,
      heldOut: trainer.evaluate(sequences: heldOutSequences))
    try Checkpoint.save(trainer.model.parameters, to: folder)
    try AtomicFile.write(recipeBytes, to: Self.path(folder, Name.recipe))
    try curve.write(to: Self.path(folder, Name.curve))
    // Last, because its presence says that all the rest is there.
    try AtomicFile.write(report.text(), to: Self.path(folder, Name.report))
    try Self.remove(folder, [Name.state])
    return report
  }

  private enum Name {
    static let state = "training-state.safetensors"
    static let model = "model.safetensors"
    static let recipe = "recipe.json5"
    static let curve = "curve.csv"
    static let report = "training.json"
  }

  private static func path(_ folder: String, _ name: String) -> String {
    (folder as NSString).appendingPathComponent(name)
  }

  private static func remove(_ folder: String, _ names: [String]) throws {
    for name in names where FileSystem.exists(path(folder, name)) {
      try FileManager.default.removeItem(atPath: path(folder, name))
    }
  }
}
