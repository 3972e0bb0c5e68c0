import DataFiles

/// A record that Swift's own coding writes: of a log that goes away when the results are there.
public protocol CodedRecord: LoggedRecord, Codable {}

extension CodedRecord {
  public func write(to json: inout JSONWriter) throws { try json.append(coded: self) }

  public init(_ value: JSONValue, file: String) throws {
    self = try value.decoded(as: Self.self, file: file)
  }
}

/// A run at work in its folder, which keeps what it makes record by record until the results are there.
///
/// A run that is cut short leaves its provenance and its records; the same run goes on from there, and
/// leaves what it would have left undisturbed. Another one is turned away.
public final class RunSession<Record: LoggedRecord>: Sendable {
  public let folder: RunFolder
  /// What earlier processes made, in its order.
  public let done: [Record]
  private let provenance: RunProvenance
  private let log: RunLog<Record>
  /// What the provenance said of results that this run adds to.
  private let earlier: [UInt8]?

  /// Locks a folder, claims it for a run, and works in it.
  ///
  /// - Parameters:
  ///   - total: how many records there are to be.
  ///   - results: the names of the files that a finished run leaves beside its provenance; where one
  ///     stands already and no record, the run is done.
  ///   - replaces: whether what another run left, finished or not, may be removed.
  ///   - keepsRecords: whether the records are results themselves: then the folder stays open, and its
  ///     provenance as it was at the beginning.
  ///   - body: makes what is missing, and finishes the session unless it keeps the records.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, `FileSystemError`, `JSONError`, and
  ///   what `body` throws; a folder without a record is then as it was.
  public static func work<Result>(
    in folder: RunFolder, _ provenance: RunProvenance, total: Int, results: [String],
    replaces: Bool, keepsRecords: Bool = false, observer: some RunObserver,
    _ body: (RunSession) throws -> Result
  ) throws -> Result {
    let isNew = !FileSystem.exists(folder.path)
    try FileSystem.createDirectory(folder.path)
    do {
      let lock = try folder.lock()
      return try withExtendedLifetime(lock) {
        let session = try RunSession(
          folder, provenance, total: keepsRecords ? nil : total, results, replaces)
        if let remark = session.log.remark { observer.note(remark) }
        // Who looks on loses something where this fails, and the run nothing.
        try? lock.note(LockHolder.notes(alreadyDone: session.done.count))
        observer.begin(total: total, done: session.done.count, records: folder.records)
        do {
          return try body(session)
        } catch {
          session.abandonIfEmpty()
          throw error
        }
      }
    } catch {
      if isNew { FileSystem.removeIfEmpty(folder.path) }
      throw error
    }
  }

  /// The records that a run has in a folder, read without a claim to it.
  ///
  /// - Throws: `OtherRun` where the folder holds another run, `FileSystemError`, `JSONError`.
  public static func recorded(in folder: RunFolder, planHash: String) throws -> [Record] {
    try folder.checkKind()
    guard !isEmpty(folder.records) else { return [] }
    try checkPlan(of: folder, planHash)
    var records: [Record] = []
    try RunLog<Record>.look(folder.records) { records.append($1) }
    return records
  }

  /// - Throws: `OtherRun` where the provenance that stands in a folder is of another plan, or none does.
  private static func checkPlan(of folder: RunFolder, _ hash: String?, version: Int = 1) throws {
    let isThere = FileSystem.exists(folder.provenance)
    let known = isThere ? try StoredProvenance(folder.provenance, version: version) : nil
    if known?.planHash != hash { throw OtherRun(folder: folder.path) }
  }

  private init(
    _ folder: RunFolder, _ provenance: RunProvenance, total: Int?, _ results: [String],
    _ replaces: Bool
  ) throws {
    self.folder = folder
    self.provenance = provenance
    try folder.checkKind()
    if replaces {
      for name in results { try FileSystem.removeFile(folder.file(name)) }
      try FileSystem.removeFile(folder.records)
    } else if !FileSystem.exists(folder.records),
      let name = results.first(where: { FileSystem.exists(folder.file($0)) })
    {
      throw FolderHasResults(folder: folder.path, name: name)
    }
    // What was claimed and not begun is nobody's.
    let isBegun = !Self.isEmpty(folder.records)
    if isBegun {
      try Self.checkPlan(of: folder, provenance.planHash, version: provenance.formatVersion)
    }
    earlier =
      FileSystem.exists(folder.provenance) && !replaces && !FileSystem.exists(folder.records)
      ? try FileSystem.read(folder.provenance) : nil
    if !isBegun {
      try provenance.write(to: folder.provenance, total: total, isDone: false)
    }
    var done: [Record] = []
    log = try RunLog(folder.records) { done.append($1) }
    self.done = done
  }

  /// Keeps a record, on disk when this returns.
  ///
  /// - Throws: `FileSystemError`, and what writing it throws.
  public func append(_ record: Record) throws { try log.append(record) }

  /// Says that all results stand in the folder.
  ///
  /// - Parameter results: members of the provenance that say what came out.
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func finish(adding results: RunProvenance.Members = { _ in }) throws {
    try provenance.write(to: folder.provenance, adding: results)
    try FileSystem.removeFile(folder.records)
  }

  /// Gives a folder without a record back.
  private func abandonIfEmpty() {
    guard FileSystem.exists(folder.records), Self.isEmpty(folder.records) else { return }
    if let earlier {
      try? AtomicFile.write(earlier, to: folder.provenance)
    } else {
      try? FileSystem.removeFile(folder.provenance)
    }
    try? FileSystem.removeFile(folder.records)
  }

  /// Whether a log holds nothing but perhaps a half-written line.
  private static func isEmpty(_ path: String) -> Bool {
    guard FileSystem.exists(path) else { return true }
    var lines = try? JSONLinesReader(path)
    return (try? lines?.next()) == nil
  }
}
