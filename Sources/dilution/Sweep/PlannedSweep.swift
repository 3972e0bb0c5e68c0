import DataFiles
import Experiments
import Foundation
import TextMethods
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
    let lock = try folder.lock(shard)
    return try withExtendedLifetime(lock) {
      try claim(folder)
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
    var done: Set<String> = []
    if let folder, FileSystem.exists(folder.provenance(shard)) {
      try check(folder)
      // Only looked at: a half-written line stays what it is.
      do {
        try SweepLog.forEach(folder.records(shard)) { done.insert($1.key) }
      } catch let error as JSONError where error.problem == .truncatedLastLine {
      } catch FileSystemError.refused(.open, _, code: ENOENT) {
      }
    }
    return SweepEstimate(
      run, pending: run.pending(shard, done: done), rates: try SweepEstimate.measureRates(run))
  }

  /// Makes the folder the plan's, or finds that it is.
  private func claim(_ folder: SweepFolder) throws {
    let path = folder.provenance(shard)
    guard FileSystem.exists(path) else {
      return try SweepProvenance.write(
        plan, specFile: specFile, shard: shard, model: model, provenance: .ofThisProcess(),
        to: path)
    }
    try check(folder)
  }

  private func check(_ folder: SweepFolder) throws {
    let known = try SweepProvenance(folder.provenance(shard))
    guard known.planHash == plan.hash else {
      throw SweepError.otherSweep(
        folder: folder.path, isOtherModel: known.modelHash != plan.modelHash)
    }
  }

  private func makeRecords(
    _ folder: SweepFolder, _ lock: DirectoryLock, _ console: Console
  ) throws -> (all: Int, now: Int) {
    let log = try SweepLog(folder.records(shard), keys: plan.keys)
    if case .removedLastLine(let line, _) = log.repair {
      console.note("Line \(line) of \(folder.records(shard)) was half written; it is done again.")
    }
    let whole = run.pending(shard)
    let all = whole.reduce(0) { $0 + $1.cells.count }
    let pending = run.pending(shard, done: log.done)
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
