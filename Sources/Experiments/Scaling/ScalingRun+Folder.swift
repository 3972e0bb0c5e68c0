import DataFiles
import Runs

extension ScalingRun {
  /// Measures in a folder the lengths that are missing there; the table is written after each.
  ///
  /// - Parameters:
  ///   - files: the checkpoint's files.
  ///   - adds: whether rows of an earlier run are kept.
  ///   - replaces: whether they are replaced.
  /// - Returns: what was measured, in the order of lengths.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, and as `measure`.
  public func work(
    in path: String, lengths: [Int], model files: [HashedFile], author: Provenance, meter: Meter,
    adds: Bool = false, replaces: Bool = false, observer: some RunObserver
  ) throws -> [Point] {
    let folder = RunFolder(path, .scaling)
    let table = folder.file(ScalingTable.fileName)
    // Before the folder is claimed: the file with the table's version is this run's then.
    let earlier = replaces || !FileSystem.exists(table) ? ScalingTable() : try ScalingTable(table)
    return try RunSession<Point>.work(
      in: folder, try provenance(lengths, files, author), total: lengths.count,
      results: adds && !replaces ? [] : [ScalingTable.fileName], replaces: replaces,
      observer: observer
    ) { session in
      var rows = earlier
      var points = session.done
      for point in points { rows.add(point, of: self) }
      let missing = lengths.dropFirst(points.count)
      let rates = missing.isEmpty ? nil : try measureRates()
      for length in missing {
        guard let rates else { break }
        let point = try measure(
          length, rates: rates, meter: meter, checkpoint: { try observer.check() })
        try session.append(point)
        rows.add(point, of: self)
        try rows.write(to: table)
        points.append(point)
        observer.advance()
      }
      observer.finish()
      try rows.write(to: table)
      try session.finish()
      return points
    }
  }

  private func provenance(
    _ lengths: [Int], _ files: [HashedFile], _ author: Provenance
  ) throws -> RunProvenance {
    let plan =
      "\(lengths) \(precision.rawValue) \(seed) \(spanLength) \(steps) \(decodedTokens) "
      + "\(workers.count)"
    return RunProvenance(
      .scaling, schemas: [ScalingTable.schema],
      planHash: RunProvenance.hash(of: plan, files: files), author: author,
      files: [("model", files)]
    ) { [precision, seed] json in
      json.member("lengths", integers: lengths)
      json.member("kv_precision", precision.rawValue)
      json.member("seed", seed)
    }
  }
}
