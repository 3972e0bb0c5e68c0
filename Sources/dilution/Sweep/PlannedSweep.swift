import DataFiles
import Experiments
import Foundation
import Prompts
import Runs
import TransformerModel

/// A sweep of the command line, checked and ready: its model, its shard and its folder.
struct PlannedSweep {
  let run: SweepRun
  /// Nil for a dry run that names none.
  let folder: SweepFolder?
  private let shard: Shard
  private let specFile: String
  private let model: [HashedFile]
  /// The forms in which text is asked.
  private let forms: [String]

  /// Loads the model and expands the grid.
  ///
  /// - Parameter worksHere: whether this machine has to hold the contexts.
  /// - Throws: whatever is wrong with spec or checkpoint.
  init(
    _ spec: SweepSpec, specFile: String, shard: Shard, folder: SweepFolder?, threads: Int,
    worksHere: Bool = true
  ) throws {
    let transformer = try Checkpoint.open(spec.model)
    var texts: SweepTexts?
    if SweepTexts.areNeeded(spec) {
      texts = try SweepTexts(spec, vocabulary: transformer.configuration.vocabularySize)
    }
    model =
      try HashedFile.checkpoint(spec.model) + (texts?.files ?? []).map { try HashedFile($0) }
    forms = texts?.forms ?? []
    run = try SweepRun(
      SweepPlan(spec, modelHash: SweepPlan.hash(of: model)), model: transformer, threads: threads,
      freeBytes: worksHere ? SystemFiles.memory?.freeBytes : nil, texts: texts)
    self.folder = folder
    self.shard = shard
    self.specFile = specFile
  }

  private var plan: SweepPlan { run.plan }
  /// What progress calls the sweep.
  private var title: String { plan.spec.part.map { "sweep \($0)" } ?? "sweep" }

  /// Does what is missing, and writes the final files.
  func work(_ console: Console) throws -> SweepReport {
    guard let folder else { preconditionFailure("work needs a folder") }
    if !forms.isEmpty {
      console.note("Texts are read in the form \(forms.joined(separator: " and ")).")
    }
    try FileSystem.createDirectory(folder.path)
    let lock = try folder.run(shard).lock()
    return try withExtendedLifetime(lock) {
      try folder.claim(for: plan, shard) {
        plan.provenance(shard, specFile: specFile, model: model, author: .ofThisProcess())
      }
      let made = try makeRecords(folder, lock, console)
      if shard.isWhole {
        try SweepResults(plan, logs: [folder.records(shard)]).write(to: folder)
      }
      return SweepReport(
        records: shard.isWhole ? folder.results : folder.records(shard),
        table: shard.isWhole ? folder.table : nil, shard: shard.description, count: made.all,
        made: made.now, plan: plan.hash)
    }
  }

  /// What is still to be done costs.
  func estimate() throws -> SweepEstimate {
    SweepEstimate(
      run, pending: run.pending(shard, done: try folder?.done(plan, shard) ?? []),
      rates: try SweepEstimate.measureRates(run))
  }

  private func makeRecords(
    _ folder: SweepFolder, _ lock: DirectoryLock, _ console: Console
  ) throws -> (all: Int, now: Int) {
    let (log, done) = try SweepLog.open(folder.records(shard), keys: plan.keys)
    if let remark = log.remark { console.note(remark) }
    let whole = run.pending(shard)
    let all = whole.reduce(0) { $0 + $1.cells.count }
    let pending = run.pending(shard, done: done)
    let left = pending.reduce(0) { $0 + $1.cells.count }
    if left > 0 {
      // Who looks on loses something where this fails, and the sweep nothing.
      try? lock.tell(LockHolder.notes(alreadyDone: all - left))
      let cells = CellCounter(run, shard, pending: pending)
      let panel = SweepPanel(plan, all: whole, pending: pending)
      let progress = console.progress(
        title, unit: "records", total: all, alreadyDone: all - left, panel: panel)
      try Interruption.resumable(folder.records(shard), progress, console) {
        try run.run(
          pending, checkpoint: { try Interruption.check() },
          deliver: { cell, record in
            try log.append(record)
            panel.finish(cell)
            progress.advance(note: cells.finish(cell))
          })
      }
      progress.finish()
    }
    return (all, left)
  }
}
