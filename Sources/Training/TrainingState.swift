import DataFiles
import SandboxTasks
import TensorKernels
import TransformerModel

/// The file from which an interrupted run goes on bit for bit: weights, both moments, and in its
/// metadata the recipe and everything else that a step depends on.
///
/// Tensors are named `weights.<parameter>`, `first.<parameter>` and `second.<parameter>`.
enum TrainingState {
  private static let formatName = "score-dilution-training-state"
  /// Version 1 belongs to a schedule whose rates behind the plateau were others: continued under this
  /// one, its run would be neither the former's nor this one's.
  private static let formatVersion = 2

  /// Writes the state, at once or not at all.
  ///
  /// - Throws: `FileSystemError`.
  static func save(_ trainer: Trainer, to path: String) throws {
    var progress = JSONWriter()
    try progress.object { json in
      json.member("step", trainer.step)
      json.member("facts", trainer.facts)
      json.member("tokens_seen", trainer.tokensSeen)
      try json.member("running_seen", doubles: trainer.running.seen)
      try json.member("running_correct", doubles: trainer.running.correct)
    }
    var writer = SafetensorsWriter(metadata: [
      ("format", formatName), ("version", "\(formatVersion)"), ("progress", progress.text),
      ("recipe", try trainer.recipe.json.text()),
    ])
    for (prefix, view) in buffers(trainer) {
      for entry in trainer.model.parameters.layout.entries {
        let part = view.slice(entry.offset, entry.count)
        writer.add(prefix + entry.name, shape: entry.shape, floatsFrom: { part.array })
      }
    }
    try writer.write(to: path)
  }

  /// Brings a fresh trainer to the saved state of the same recipe.
  ///
  /// - Throws: `FileSystemError`, `SafetensorsError`, or `TrainingError` for the state of another
  ///   recipe and for what is no training state.
  static func restore(_ trainer: Trainer, from path: String) throws {
    let file = try SafetensorsFile.open(path)
    func fail(_ defect: String) -> TrainingError { .notAState(file: path, defect: defect) }
    guard file.metadata["format"] == formatName, let recipe = file.metadata["recipe"],
      let progress = file.metadata["progress"]
    else { throw fail("it is not a training state") }
    guard let version = file.metadata["version"], version == "\(formatVersion)" else {
      throw fail(
        "its format is version \(file.metadata["version"] ?? "unknown"), and version \(formatVersion) "
          + "is understood")
    }
    let saved: JSONValue
    do { saved = try JSONValue.parse(recipe) } catch { throw fail("its recipe is malformed") }
    // Both sides as read from text, so that only what is written can differ; and with every setting, for
    // the state may be older than one.
    let given = try JSONValue.parse(trainer.recipe.json.text())
    let whole = (try? JSONValue.parse(TrainingRecipe(saved, file: path).json.text())) ?? saved
    if let difference = whole.firstDifference(from: given) {
      throw TrainingError.otherRecipe(
        file: path, key: difference.path, saved: difference.here, given: difference.there)
    }
    for (prefix, view) in buffers(trainer) {
      for entry in trainer.model.parameters.layout.entries {
        let name = prefix + entry.name
        guard try file.shape(name) == entry.shape else { throw fail("\(name) is misshapen") }
        try view.slice(entry.offset, entry.count).withUnsafeMutableBuffer { buffer in
          try file.readFloats(name, into: buffer)
          if !buffer.allSatisfy(\.isFinite) { throw fail("\(name) is not finite") }
        }
      }
    }
    do { try readProgress(progress, into: trainer) } catch let error as JSONError {
      throw fail("its progress is malformed (\(error.problem))")
    }
  }

  private static func buffers(_ trainer: Trainer) -> [(prefix: String, view: FloatView)] {
    [
      ("weights.", trainer.model.parameters.flat), ("first.", trainer.optimizer.first.view),
      ("second.", trainer.optimizer.second.view),
    ]
  }

  private static func readProgress(_ text: String, into trainer: Trainer) throws {
    var r = try JSONObjectReader(JSONValue.parse(text), file: "progress")
    let step = try r.int("step", in: 0...trainer.recipe.steps)
    let curriculum = trainer.recipe.curriculum
    let facts = try r.int("facts", in: curriculum.start...curriculum.end)
    let tokensSeen = try r.int("tokens_seen", in: 0 ... .max)
    let seen = try r.doubles("running_seen", in: 0...1e15)
    let correct = try r.doubles("running_correct", in: 0...1e15)
    try r.finish()
    guard let running = SliceAccuracy(seen: seen, correct: correct) else {
      throw r.invalid("running_seen", "must have one count a slice")
    }
    trainer.resume(step: step, facts: facts, tokensSeen: tokensSeen, running: running)
  }
}
