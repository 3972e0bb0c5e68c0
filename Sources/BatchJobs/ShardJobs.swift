import DataFiles

/// The jobs of a run that is done in shards: an array of one task a shard, and a job that joins them.
///
/// Jobs are found again by their names, which say of what run and what work they are, rather than by
/// numbers noted in a file: between a submission and such a note a process can be killed.
public struct ShardJobs: Sendable, Equatable {
  /// The run's folder, as errors call it.
  public let run: String
  /// The name of the array job.
  public let arrayName: String
  /// The name of the merge job.
  public var mergeName: String { arrayName + "-merge" }

  private let prefix: String

  /// Names for the jobs of a run.
  ///
  /// - Parameters:
  ///   - run: the folder as the user wrote it.
  ///   - path: where that is, without links.
  ///   - work: a text that distinguishes all works that may be done in this folder.
  public init(run: String, path: String, work: String) {
    self.run = run
    let folder = path.split(separator: "/").last ?? "run"
    let readable = folder.prefix(40).map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
        ? character : "_"
    }
    prefix = "dilution-\(String(readable))-\(SHA256.hex(of: path).prefix(10))-"
    arrayName = prefix + SHA256.hex(of: work).prefix(10)
  }

  /// What is to be done, given what has been done and what is in the queue.
  ///
  /// - Parameters:
  ///   - unfinished: shards that lack records, by number.
  ///   - isMerged: whether the final files stand.
  ///   - queue: all jobs of the user.
  /// - Throws: `SlurmError.otherJobs`.
  public func submission(
    unfinished: [Int], isMerged: Bool, queue: [QueuedTask]
  ) throws(SlurmError) -> ShardSubmission {
    let own = queue.filter { $0.name.hasPrefix(prefix) }
    let tasks = own.filter { $0.name == arrayName && $0.task != nil }
    let merges = own.filter { $0.name == mergeName }
    let others = own.filter { $0.name != arrayName && $0.name != mergeName }
    guard others.isEmpty else {
      let jobs = others.reduce(into: [String]()) { if !$0.contains($1.job) { $0.append($1.job) } }
      throw .otherJobs(run: run, jobs: jobs)
    }
    let waiting = tasks.filter { unfinished.contains($0.task ?? 0) }
    let queued = Set(waiting.compactMap(\.task))
    let missing = unfinished.filter { !queued.contains($0) }
    // A merge job in the queue waits for tasks of which one has failed, when any is to be done again.
    let keepsMerge = missing.isEmpty && !merges.isEmpty
    return ShardSubmission(
      shards: missing, waiting: waiting,
      staleMerges: keepsMerge ? [] : merges.map(\.job),
      waitingMerge: keepsMerge ? merges.last?.job : nil,
      needsMerge: !keepsMerge && !(unfinished.isEmpty && isMerged))
  }
}

/// What is to be handed to Slurm.
public struct ShardSubmission: Sendable, Equatable {
  /// The shards whose tasks are submitted.
  public var shards: [Int]
  /// Tasks of unfinished shards that are queued or running already.
  public var waiting: [QueuedTask]
  /// Merge jobs that wait for what cannot come any more.
  public var staleMerges: [String]
  /// The merge job that stays in the queue.
  public var waitingMerge: String?
  /// Whether a merge job is submitted.
  public var needsMerge: Bool
}
