import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct TrainCommandTests {
  let folder: TemporaryFolder
  let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("TrainingTests/Fixtures/tiny.json5").path

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func train(_ recipe: String, _ more: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["train", recipe, "--held-out", "4"] + more)
  }

  @Test func aModelIsTrainedAndThenGuarded() throws {
    let outcome = try train(recipe, "--out", path("model"))
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("Trained 19680 parameters in 12 steps on "))
    #expect(outcome.output.contains("Accuracy on 4 held-out sequences of 8 facts:"))
    #expect(outcome.errors.contains("train: 12/12 steps in "))
    #expect(outcome.errors.contains(" tokens/s, facts 8/8, accuracy 0."))

    let again = try train(recipe, "--out", path("model"))
    #expect(again.exitCode == 1)
    #expect(
      again.errors
        == "dilution: \(path("model")) holds a model already; name another folder, or give --force to "
        + "replace it.\n")
    #expect(try train(recipe, "--out", path("model"), "--force", "--quiet").exitCode == 0)
  }

  @Test func theReportIsJSONWhenAskedFor() throws {
    let outcome = try train(recipe, "--out", path("model"), "--json", "--quiet", "--seed", "9")
    #expect(outcome.errors.isEmpty)
    let report = try JSONValue.parse(outcome.output)
    #expect(report["seed"] == 9 && report["steps"] == 12)
    #expect(try report == JSONValue.read(path("model/training.json")))
  }

  @Test func aWarmupBeyondTheDecayIsTold() throws {
    let text = try String(contentsOfFile: recipe, encoding: .utf8)
      .replacing("warmup: 3, decayFrom: 0.5", with: "warmup: 9, decayFrom: 0.5")
    let file = path("long-warmup.json5")
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let outcome = try train(file, "--out", path("model"))
    #expect(
      outcome.errors.hasPrefix(
        "The warm-up takes 9 of 12 steps, which is more than the share before decay (0.5): the rate "
          + "decays from step 10 on.\n"))
    let rates = try CSVTable.read(path("model/curve.csv")).doubles("learning_rate")
    #expect(rates.firstIndex(of: rates.max()!) == 8)
    #expect(abs(rates[11] - 3e-4) < 1e-10)
  }

  @Test func anInterruptedRunIsSavedAndContinuesBitForBit() throws {
    let text = try String(contentsOfFile: recipe, encoding: .utf8)
    let long = path("long.json5")
    try Data(text.replacing("steps: 12", with: "steps: 150").utf8)
      .write(to: URL(fileURLWithPath: long))
    #expect(try train(long, "--out", path("whole"), "--threads", "1", "-q").exitCode == 0)

    let process = try BuiltBinary.process(
      ["train", long, "--out", path("parts"), "--held-out", "4", "--save-every", "1"])
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // The first saved state shows that training is on its way.
    while process.isRunning
      && !FileManager.default.fileExists(atPath: path("parts/training-state.safetensors"))
    {
      usleep(1000)
    }
    process.interrupt()
    let words = String(
      decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(words.hasPrefix("Stopped after step "))
    #expect(words.filter { $0 == "\n" }.count == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path("parts")).sorted()
        == ["curve.csv", "training-state.safetensors"])

    let rest = try train(long, "--out", path("parts"), "--threads", "2")
    #expect(rest.exitCode == 0)
    #expect(rest.errors.hasPrefix("Continuing \(path("parts")) after step "))
    #expect(
      try FileSystem.read(path("whole/model.safetensors"))
        == FileSystem.read(path("parts/model.safetensors")))
  }

  @Test func aDivergingRunStopsAtItsStepAndKeepsTheStateBefore() throws {
    // Weight decay alone multiplies the weights by −9999 a step, so that they soon overflow.
    let text = try String(contentsOfFile: recipe, encoding: .utf8)
      .replacing("learningRate: 3e-3", with: "learningRate: 100")
      .replacing("weightDecay: 0.05", with: "weightDecay: 100")
    let file = path("diverging.json5")
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let outcome = try train(file, "--out", path("run"), "--save-every", "1")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains(/dilution: Training diverged: at step (\d+) the loss is .*NaN/))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path("run")).sorted()
        == ["curve.csv", "training-state.safetensors"])
    // The saved state is that of the step before, so the same step fails again.
    let again = try train(file, "--out", path("run"), "--quiet")
    #expect(outcome.errors.hasSuffix(again.errors))
  }

  @Test(arguments: [
    ("{}", ":1:1: curriculum is missing; it is required."),
    ("{a: }", ":1:5: "),
    ("", ":1:1: "),
  ])
  func aWrongRecipeEndsInASentenceWithItsPlace(_ text: String, _ start: String) throws {
    let file = path("r.json5")
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let outcome = try train(file, "--out", path("model"))
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("dilution: \(file)\(start)"))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(!FileManager.default.fileExists(atPath: path("model")))
  }
}
