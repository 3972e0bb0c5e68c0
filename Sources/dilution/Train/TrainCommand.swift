import ArgumentParsing
import DataFiles
import Foundation
import MachineInspection
import Runs
import SandboxTasks
import TensorKernels
import Tokenization
import Training

/// Trains a model by a recipe.
enum TrainCommand: Subcommand {
  static let recipe = Positional.required(
    "RECIPE", .file("json5"), help: "The recipe: everything that determines the model.")
  static let saveEvery = Option.defaulted(
    "save-every", .integer(in: 1...1_000_000), to: 100,
    help: "Save the state after so many steps, and in any case every two minutes.")
  static let heldOut = Option.defaulted(
    "held-out", .integer(in: 1...1_000_000), to: 512,
    help: "Measure the finished model on so many sequences that training never saw.")
  static let force = Option.flag(
    "force", help: "Start anew even if DIR holds a model or the state of a run.")

  static let declaration = Command(
    name: "train",
    summary: "train a model by a recipe; the same command goes on after a crash",
    discussion: """
      Saves its state as it goes, and when it is interrupted with Ctrl-C; the same command again \
      continues bit for bit, as if nothing had happened. The number of threads never changes a bit.

      At the end DIR holds model.safetensors, config.json, the recipe as recipe.json5, curve.csv \
      with a row for every step, and training.json with the provenance and the accuracy on \
      held-out sequences.

      The least that a recipe says:

      {model: {width: 64, layers: 2, queryHeads: 4, headWidth: 16, mlpWidth: 128}, seed: 1, steps: 1000, \
      batchTokens: 4096, optimizer: {learningRate: 3e-3}, curriculum: {start: 4, end: 32}}

      Models/README.md lists every key with its range and default; Models/sandbox-facts/recipe.json5 \
      made a checkpoint that the lab ships.
      """,
    examples: [
      Example("dilution train recipe.json5 --out out/model", "Train, or continue training"),
      Example("dilution train recipe.json5 --out out/model --force", "Train from the start"),
      Example(
        "dilution train recipe.json5 --out out/seed-2 --seed 2", "The same with another seed"),
    ],
    positionals: [recipe],
    groups: [OptionGroup("Options", [RunOptions.folder, saveEvery, heldOut, force])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    try RunFolder(arguments[RunOptions.folder], .training).checkKind()
    let run = try TrainingRun(
      recipe: arguments[recipe], seed: arguments[GlobalOptions.seed],
      folder: arguments[RunOptions.folder], workers: Workers(count: arguments.threads),
      startsAnew: arguments[force], memoryBytes: SystemFiles.memory?.totalBytes ?? .max)
    let steps = run.trainer.recipe.steps
    if let remark = run.trainer.recipe.schedule.remark(of: steps) { console.note(remark) }
    if run.resumedStep > 0 {
      console.note("Continuing \(run.folder) after step \(run.resumedStep).")
    }
    try train(run, saveEvery: arguments[saveEvery], console)
    // Before the state goes, so that a run that is killed here is continued.
    try WordTokenizerFiles(run.trainer.recipe.vocabulary).write(folder: run.folder)
    let report = try run.finish(
      heldOutSequences: arguments[heldOut],
      machine: TrainingReport.Machine(
        labVersion: labVersion,
        processor: ProcessorFeatures(cpuinfo: SystemFiles.text("/proc/cpuinfo") ?? "").modelName,
        cores: ProcessInfo.processInfo.activeProcessorCount, threads: arguments.threads))
    let lines =
      console.wantsJSON
      ? [try report.text().trimmingCharacters(in: .newlines)] : report.lines(folder: run.folder)
    for line in lines { try console.print(line) }
  }

  private static func train(_ run: TrainingRun, saveEvery: Int, _ console: Console) throws {
    let trainer = run.trainer
    let panel = TrainingPanel(facts: trainer.recipe.curriculum.end)
    let progress = console.progress(
      "train", unit: "steps", total: trainer.recipe.steps, alreadyDone: trainer.step, panel: panel)
    let start = Date()
    var notedAt: ContinuousClock.Instant?
    var savedStep = trainer.step
    var savedAt = ContinuousClock.now
    while !trainer.isFinished {
      if Interruption.isRequested {
        try run.save()
        progress.clear()
        console.note(
          "Stopped after step \(trainer.step), which is saved in \(run.folder); the same command "
            + "continues from there.")
        try Interruption.check(isTold: true)
      }
      let report = try run.advance()
      progress.update(done: report.step, note: panel.add(report))
      let now = ContinuousClock.now
      if notedAt.map({ now - $0 >= .seconds(1) }) ?? true {
        try? run.showProgress(loss: report.loss, since: start)
        notedAt = now
      }
      if report.step - savedStep >= saveEvery || now - savedAt >= .seconds(120) {
        try run.save()
        savedStep = report.step
        savedAt = now
      }
    }
    // What comes now takes a while, and must not cost the last steps if it is cut short.
    if trainer.step > savedStep { try run.save() }
    progress.finish()
  }
}

extension TrainingReport {
  /// The report as lines for people.
  fileprivate func lines(folder: String) -> [String] {
    let rows = TrainingSlice.predictable.compactMap { slice -> [String]? in
      guard let tokens = heldOut.tokens.accuracy(slice),
        let answers = heldOut.answers.accuracy(slice)
      else { return nil }
      return [
        slice.name, "\(heldOut.tokens.count(slice))", String(format: "%.4f", tokens),
        "\(heldOut.answers.count(slice))", String(format: "%.4f", answers),
      ]
    }
    return [
      "Trained \(parameters) parameters in \(steps) steps on \(tokens) tokens, into \(folder).",
      "",
      "Accuracy on \(heldOut.sequences) held-out sequences of \(heldOut.facts) facts:",
    ]
      + TextTable(names: ["slice", "tokens", "right", "answers", "right"], rows: rows)
      .lines(indent: "  ")
  }
}
