import DataFiles

/// How far a run is that keeps its records until its results are there: a probe, a theory run, a scaling
/// run, a run of think.
public struct WorkStatus: Encodable, Sendable {
  public let folder: String
  public let kind: String
  public let state: RunState
  /// The records so far, and how many there are to be; null of a finished run.
  public let done: Int?
  public let total: Int?
  /// Who is at work.
  public let process: Int?
  public let host: String?
  /// Records a second since the process at work began; null where nobody is.
  public let recordsPerSecond: Double?
  public let secondsLeft: Double?
  /// When the last record came.
  public let lastRecord: String?
  /// The command that goes on.
  public let command: String?
  private let lead: String
  private let pace: RunPace

  private enum CodingKeys: String, CodingKey {
    case folder, kind, state, done, total, process, host, recordsPerSecond, secondsLeft, lastRecord
    case command
  }

  /// Reads what stands in a folder.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ run: RunFolder) throws {
    folder = run.path
    kind = run.kind.rawValue
    lead = run.kind.run.prefix(1).uppercased() + run.kind.run.dropFirst()
    let isFinished = !FileSystem.exists(run.records)
    let stored = FileSystem.exists(run.provenance) ? try StoredProvenance(run.provenance) : nil
    var count = 0
    if !isFinished {
      // Counted alone: what a record holds is nobody's business here.
      var lines = try JSONLinesReader(run.records)
      while (try? lines.next()) != nil { count += 1 }
    }
    done = isFinished ? nil : count
    total = isFinished ? nil : stored?.total
    pace = RunPace(run.holder, done: done, total: total, isFinished: isFinished)
    (state, process, host) = (pace.state, pace.process, pace.host)
    (recordsPerSecond, secondsLeft) = (pace.rate, pace.secondsLeft)
    lastRecord = count > 0 ? FileSystem.lastWritten(run.records).map(RunPace.text) : nil
    command =
      pace.state == .stopped && stored?.command.isEmpty == false
      ? stored.map { ShellWords.line($0.command) } : nil
  }

  /// The status for people.
  public var lines: [String] {
    let count = done.map { ": \($0)\(total.map { " of \($0)" } ?? "") records" } ?? ""
    return ["\(lead), \(folder)\(count)"]
      + pace.lines(
        unit: "records", stop: lastRecord.map { " at \($0)" } ?? " before the first record",
        command: command)
  }
}
