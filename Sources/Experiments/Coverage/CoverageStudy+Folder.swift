import DataFiles
import Runs
import Synchronization
import TensorKernels

extension CoverageStudy {
  /// Does in a folder what is missing there, and writes the tables.
  ///
  /// - Parameter replaces: whether results that stand there already may be replaced.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, `FileSystemError`, and what `observer`
  ///   throws.
  public func work(
    in folder: String, by workers: Workers, author: Provenance, replaces: Bool = false,
    observer: some RunObserver
  ) throws -> CoverageResults {
    let plan = "\(seed) \(trials) \(resamples) \(counts)"
    let provenance = RunProvenance(
      .coverage, schemas: [CoverageResults.schema, CoverageResults.falseSchema],
      planHash: RunProvenance.hash(of: plan, files: []), author: author, files: []
    ) { json in
      json.member("seed", seed)
      json.member("trials", trials)
      json.member("resamples", resamples)
    }
    return try RunSession<Part>.work(
      in: RunFolder(folder, .coverage), provenance, total: jobs.count,
      results: CoverageResults.fileNames, replaces: replaces, observer: observer
    ) { session in
      let parts = Mutex(session.done)
      try run(
        after: session.done.count, by: workers, checkpoint: { try observer.check() },
        deliver: { part in
          try session.append(part)
          parts.withLock { $0.append(part) }
          observer.advance()
        })
      observer.finish()
      let results = CoverageResults(self, parts.withLock { $0 })
      try results.write(to: folder)
      try session.finish()
      return results
    }
  }
}
