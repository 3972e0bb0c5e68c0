import DataFiles
import Foundation
import TensorKernels
import TestSupport
import TestTags
import Testing
import Training
import TransformerModel

@Suite(.tags(.slow)) struct TrainingRunTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The whole tiny run, in a folder of its own.
  private func uninterrupted(_ name: String, threads: Int = 1) throws -> TrainingReport {
    let run = try tinyRun(folder.file(name), threads: threads)
    try run.train()
    return try run.finish()
  }

  private func model(_ name: String) throws -> [UInt8] {
    try FileSystem.read(folder.file("\(name)/model.safetensors"))
  }

  @Test func aResumedRunIsTheUninterruptedOneBitForBit() throws {
    let whole = try uninterrupted("whole")
    do {
      let run = try tinyRun(folder.file("parts"))
      try run.train(steps: 5)
      try run.save()
      // A killed run has gone further than its state, and perhaps saved the later curve alone.
      try run.train(steps: 3)
      let curve = folder.file("parts/curve.csv")
      let saved = try String(decoding: FileSystem.read(curve), as: UTF8.self)
      let line = try #require(saved.split(separator: "\n").last)
      try AtomicFile.write(saved + line + "\n", to: curve)
    }
    let run = try tinyRun(folder.file("parts"))
    #expect(run.resumedStep == 5 && run.trainer.step == 5)
    try run.train(steps: 7)
    #expect(run.trainer.isFinished)
    let resumed = try run.finish()
    #expect(try model("whole") == model("parts"))
    #expect(try untimedCurve(folder.file("whole")) == untimedCurve(folder.file("parts")))
    #expect(try untimedCurve(folder.file("whole"))[0] == (1...12).map(String.init))
    #expect(whole.heldOut == resumed.heldOut && whole.tokens == resumed.tokens)
  }

  @Test func aRunThatWasCutShortAfterItsLastStepIsFinished() throws {
    do {
      let run = try tinyRun(folder.file("run"))
      try run.train()
      try run.save()
    }
    let run = try tinyRun(folder.file("run"))
    #expect(run.resumedStep == 12 && run.trainer.isFinished)
    _ = try run.finish()
    #expect(try !folder.names(in: "run").contains("training-state.safetensors"))
    #expect(try folder.names(in: "run").contains("training.json"))
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let one = try uninterrupted("one")
    let three = try uninterrupted("three", threads: 3)
    #expect(try model("one") == model("three"))
    #expect(try untimedCurve(folder.file("one")) == untimedCurve(folder.file("three")))
    #expect(one.heldOut == three.heldOut)
  }

  @Test func aFinishedRunLeavesTheModelAndItsStory() throws {
    let report = try uninterrupted("run")
    #expect(
      try folder.names(in: "run")
        == ["config.json", "curve.csv", "model.safetensors", "recipe.json5", "training.json"])
    #expect(
      try FileSystem.read(folder.file("run/recipe.json5")) == FileSystem.read(tinyRecipePath))
    let loaded = try Checkpoint.load(folder.file("run"))
    #expect(loaded.configuration == (try TrainingRecipe.read(tinyRecipePath)).model)
    #expect(report.heldOut.sequences == 8 && report.heldOut.facts == 8)
    let json = try JSONValue.read(folder.file("run/training.json"))
    #expect(json["seed"] == 3 && json["steps"] == 12)
    #expect(json["recipe_sha256"]?.string == (try SHA256.hex(ofFile: tinyRecipePath)))
    #expect(json["held_out"]?["slices"]?["key_value"]?["answers"]?.int ?? 0 > 0)
    #expect(json["machine"]?["processor"] == "test")
  }

  @Test func aModelIsNotOverwrittenUnasked() throws {
    _ = try uninterrupted("run")
    #expect(throws: TrainingError.finished(folder: folder.file("run"))) {
      try tinyRun(folder.file("run"))
    }
    let anew = try tinyRun(folder.file("run"), startsAnew: true)
    #expect(anew.resumedStep == 0)
    // A checkpoint from elsewhere is as safe as one of ours.
    try FileManager.default.createDirectory(
      atPath: folder.file("other"), withIntermediateDirectories: true)
    try AtomicFile.write("weights", to: folder.file("other/model.safetensors"))
    #expect(throws: TrainingError.finished(folder: folder.file("other"))) {
      try tinyRun(folder.file("other"))
    }
  }

  @Test func aStateOfAnotherRecipeIsRefused() throws {
    do {
      let run = try tinyRun(folder.file("run"))
      try run.train(steps: 1)
      try run.save()
    }
    let error = #expect(throws: TrainingError.self) { try tinyRun(folder.file("run"), seed: 4) }
    let state = folder.file("run/training-state.safetensors")
    #expect(error == .otherRecipe(file: state, key: "seed", saved: "3", given: "4"))
    let changed = try String(decoding: FileSystem.read(tinyRecipePath), as: UTF8.self)
      .replacing("needle: 1", with: "needle: 2")
    try AtomicFile.write(changed, to: folder.file("changed.json5"))
    let second = #expect(throws: TrainingError.self) {
      try tinyRun(folder.file("run"), recipe: folder.file("changed.json5"))
    }
    #expect(
      second == .otherRecipe(file: state, key: "mixture.needle", saved: "1.0", given: "2.0"))
    // What does not change the run, such as a comment, does not matter.
    try AtomicFile.write(
      changed.replacing("needle: 2", with: "needle: 1.0 /* as ever */"),
      to: folder.file("changed.json5"))
    #expect(try tinyRun(folder.file("run"), recipe: folder.file("changed.json5")).resumedStep == 1)
  }

  @Test func brokenStatesAreRefusedInASentence() throws {
    do {
      let run = try tinyRun(folder.file("run"))
      try run.train(steps: 1)
      try run.save()
    }
    try AtomicFile.write("step,tokens\n", to: folder.file("run/curve.csv"))
    #expect(throws: CSVError.self) { try tinyRun(folder.file("run")) }
    try SafetensorsWriter().write(to: folder.file("run/training-state.safetensors"))
    let error = #expect(throws: TrainingError.self) { try tinyRun(folder.file("run")) }
    #expect(
      error?.description.hasSuffix(
        "cannot be resumed: it is not a training state; give --force to start anew.") == true)
    // A state of the former schedule of rates must not go on under this one.
    try SafetensorsWriter(metadata: [
      ("format", "score-dilution-training-state"), ("version", "1"), ("progress", "{}"),
      ("recipe", "{}"),
    ]).write(to: folder.file("run/training-state.safetensors"))
    let former = #expect(throws: TrainingError.self) { try tinyRun(folder.file("run")) }
    #expect(
      former?.description.hasSuffix(
        "cannot be resumed: its format is version 1, and version 2 is understood; give --force to "
          + "start anew.") == true)
    try AtomicFile.write("x", to: folder.file("run/training-state.safetensors"))
    #expect(throws: SafetensorsError.self) { try tinyRun(folder.file("run")) }
    #expect(try tinyRun(folder.file("run"), startsAnew: true).resumedStep == 0)
  }

  @Test func twoRunsDoNotShareAFolder() throws {
    let run = try tinyRun(folder.file("run"))
    #expect(throws: DirectoryLock.Held.self) { try tinyRun(folder.file("run")) }
    withExtendedLifetime(run) {}
  }

  @Test func aModelThatCannotFitIsRefused() throws {
    let error = #expect(throws: TrainingError.self) {
      try TrainingRun(
        recipe: tinyRecipePath, folder: folder.file("run"), workers: .one, memoryBytes: 1 << 20)
    }
    #expect(error?.description.contains("19680 parameters") == true)
  }

  @Test func divergenceStopsBeforeTheUpdate() throws {
    let run = try tinyRun(folder.file("run"))
    try run.train(steps: 2)
    let parameters = run.trainer.model.parameters
    // Scores of both signs that overflow: infinities whose difference is NaN.
    let head = parameters.view("lm_head.weight")
    head.fill(3e38)
    let before = parameters.flat.array
    let error = #expect(throws: TrainingError.self) { try run.advance() }
    guard case .diverged(let step, _, _, let place) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(step == 3 && run.trainer.step == 2 && place == "the head")
    #expect(parameters.flat.array == before)
  }

  @Test(arguments: [
    ("model.layers.1.mlp.down_proj.weight", "the MLP of layer 1"),
    ("model.layers.1.self_attn.o_proj.weight", "the attention of layer 1"),
  ])
  func divergenceNamesTheLayer(parameter: String, place: String) throws {
    let run = try tinyRun(folder.file("run"))
    try run.train(steps: 1)
    run.trainer.model.parameters.view(parameter).fill(3e38)
    let error = #expect(throws: TrainingError.self) { try run.advance() }
    #expect(error?.description.contains("at step 2 the loss is") == true)
    #expect(error?.description.contains(", first in \(place); a lower") == true, "\(error as Any)")
  }
}
