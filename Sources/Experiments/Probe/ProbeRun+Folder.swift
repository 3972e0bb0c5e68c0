import DataFiles
import Runs
import SandboxTasks

extension ProbeRun {
  /// What was measured on one instance, kept until the tables are there.
  private struct Record: CodedRecord {
    let measurements: [ProbeMeasurement]
    let profiles: [AttentionProfile]
    let maps: [AttentionMap]
  }

  /// Probes in a folder what is missing there, and writes the tables.
  ///
  /// - Parameters:
  ///   - model: the checkpoint's files.
  ///   - tasks: the tasks files.
  ///   - chatTemplate: the form in which texts were read; nil where none were.
  ///   - weights: how weights are stored; nil for as they are in the files.
  ///   - replaces: whether results that stand there already may be replaced.
  /// - Returns: all measurements, and the heads that were followed in each family.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, `FileSystemError`, and as `run`.
  public func work(
    in folder: String, model: [HashedFile], tasks: [HashedFile], chatTemplate: String? = nil,
    weights: String? = nil, author: Provenance, replaces: Bool = false, observer: some RunObserver
  ) throws -> (summaries: [ProbeSummary], heads: [TaskFamily: FollowedHeads]) {
    let provenance = try provenance(
      author, model: model, tasks: tasks, chatTemplate: chatTemplate, weights: weights)
    return try RunSession<Record>.work(
      in: RunFolder(folder, .probe), provenance, total: items.count, results: ProbeFiles.names,
      replaces: replaces, observer: observer
    ) { session in
      let files = try ProbeFiles(folder, instruments: settings.instruments)
      for (item, record) in zip(items, session.done) {
        try files.append(
          ProbeResult(
            item: item, measurements: record.measurements, profiles: record.profiles,
            maps: record.maps))
      }
      try run(after: session.done.count, checkpoint: { try observer.check() }) { result in
        try session.append(
          Record(
            measurements: result.measurements, profiles: result.profiles, maps: result.maps))
        try files.append(result)
        observer.advance()
      }
      observer.finish()
      let made = try files.finish()
      try session.finish { json in
        json.member(heads: made.heads.mapValues(\.opening), named: "retrieval_sites")
        json.member(heads: made.heads.mapValues(\.all), named: "retrieval_sites_all")
      }
      return made
    }
  }
}
