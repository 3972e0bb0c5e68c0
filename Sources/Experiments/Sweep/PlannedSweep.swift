import DataFiles
import Runs
import TransformerModel

/// A sweep that is checked and ready: its model, its shard and its folder.
public struct PlannedSweep: Sendable {
  public let run: SweepRun
  /// Nil for a dry run that names none.
  public let folder: SweepFolder?
  private let shard: Shard
  private let specFile: String
  private let model: [HashedFile]
  /// The forms in which text is asked.
  private let forms: [String]

  /// Loads the model and expands the grid.
  ///
  /// - Parameter freeBytes: memory for caches; nil where other machines hold the contexts.
  /// - Throws: whatever is wrong with spec or checkpoint.
  public init(
    _ spec: SweepSpec, specFile: String, shard: Shard = .whole, folder: SweepFolder?,
    threads: Int, freeBytes: Int? = nil
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
      freeBytes: freeBytes, texts: texts)
    self.folder = folder
    self.shard = shard
    self.specFile = specFile
  }

  private var plan: SweepPlan { run.plan }

  /// Does what is missing, and writes the final files.
  ///
  /// - Throws: `SweepError`, `DirectoryLock.Held`, `FileSystemError`, `JSONError`, and what `observer`
  ///   throws.
  public func work(author: Provenance, observer: some SweepObserver) throws -> SweepReport {
    guard let folder else { preconditionFailure("work needs a folder") }
    if !forms.isEmpty {
      observer.note("Texts are read in the form \(forms.joined(separator: " and ")).")
    }
    try FileSystem.createDirectory(folder.path)
    let lock = try folder.run(shard).lock()
    return try withExtendedLifetime(lock) {
      try folder.claim(for: plan, shard) {
        plan.provenance(shard, specFile: specFile, model: model, author: author)
      }
      let made = try makeRecords(folder, lock, observer)
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
  public func estimate() throws -> SweepEstimate {
    SweepEstimate(
      run, pending: run.pending(shard, done: try folder?.done(plan, shard) ?? []),
      rates: try SweepEstimate.measureRates(run))
  }

  private func makeRecords(
    _ folder: SweepFolder, _ lock: DirectoryLock, _ observer: some SweepObserver
  ) throws -> (all: Int, now: Int) {
    let (log, done) = try SweepLog.open(folder.records(shard), keys: plan.keys)
    if let remark = log.remark { observer.note(remark) }
    let whole = run.pending(shard)
    let all = whole.reduce(0) { $0 + $1.cells.count }
    let pending = run.pending(shard, done: done)
    let left = pending.reduce(0) { $0 + $1.cells.count }
    if left > 0 {
      // Who looks on loses something where this fails, and the sweep nothing.
      try? lock.note(LockHolder.notes(alreadyDone: all - left))
      observer.begin(plan, all: whole, pending: pending)
      observer.begin(total: all, done: all - left, records: folder.records(shard))
      try run.run(
        pending, checkpoint: { try observer.check() },
        deliver: { cell, record in
          try log.append(record)
          observer.advance(cell)
        })
      observer.finish()
    }
    return (all, left)
  }
}

/// Who hears how a sweep goes on.
public protocol SweepObserver: RunObserver {
  /// The sweep has something to do.
  ///
  /// - Parameters:
  ///   - all: what belongs to the shard.
  ///   - pending: what of it is still to be done.
  func begin(
    _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
    pending: [(group: SweepPlan.Group, cells: [Int])])
  /// A record of a cell is made.
  func advance(_ cell: Int)
}

extension SilentObserver: SweepObserver {
  public func begin(
    _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
    pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {}
  public func advance(_ cell: Int) {}
}
