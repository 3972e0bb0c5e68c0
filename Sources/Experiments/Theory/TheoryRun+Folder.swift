import DataFiles
import Runs

extension TheoryRun {
  /// Checks in a folder what is missing there, and writes the tables.
  ///
  /// - Parameters:
  ///   - model: the checkpoint's files.
  ///   - tasks: the tasks files.
  ///   - weights: how weights are stored; nil for as they are in the files.
  ///   - replaces: whether results that stand there already may be replaced.
  /// - Returns: the summaries, by file and length.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, `FileSystemError`, and as `run`.
  public func work(
    in folder: String, model: [HashedFile], tasks: [HashedFile], weights: String? = nil,
    author: Provenance, replaces: Bool = false, observer: some RunObserver
  ) throws -> [TheorySummary] {
    let provenance = try provenance(author, model: model, tasks: tasks, weights: weights)
    return try RunSession<TheoryChecks>.work(
      in: RunFolder(folder, .theory), provenance, total: items.count, results: TheoryFiles.names,
      replaces: replaces, observer: observer
    ) { session in
      let files = try TheoryFiles(folder, settings: settings)
      let done = zip(items, session.done).map { TheoryResult(item: $0, checks: $1) }
      for result in done { try files.append(result) }
      try run(after: done, checkpoint: { try observer.check() }) { result in
        try session.append(result.checks)
        try files.append(result)
        observer.advance()
      }
      observer.finish()
      let summaries = try files.finish()
      try session.finish { json in
        json.array("cells") { json in for summary in summaries { summary.write(to: &json) } }
        json.member("violations", summaries.reduce(0) { $0 + $1.violations })
      }
      return summaries
    }
  }
}
