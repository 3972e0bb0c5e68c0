import DataFiles
import SandboxTasks
import Synchronization
import TensorKernels

/// Means over the instances of each cell, and paired differences between methods, with their intervals
/// and tests. Runs that diverged are counted, and are in no mean.
public struct SweepStatistics: Sendable {
  /// What methods are compared within.
  public struct Setting: Sendable, Hashable {
    public var taskLabel: String
    public var length: Int
    public var rotary: Bool
  }

  /// A measure of one cell.
  public struct CellRow: Sendable, Equatable {
    public let setting: Setting
    public let method: String
    public let measure: Measure
    /// Instances that diverged.
    public let diverged: Int
    /// Over the others; nil where all diverged, which is reported once for a cell, under its accuracy.
    public let estimate: Estimate?
  }

  /// A method minus the reference, instance by instance.
  public struct DifferenceRow: Sendable, Equatable {
    public let setting: Setting
    public let method: String
    public let reference: String
    public let measure: Measure
    public let estimate: Estimate
    /// The p-value after Holm's correction over all differences of the task with these positions;
    /// nil where the estimate has no test.
    public internal(set) var holm: Double?

    /// Whether the difference differs from 0 after the correction, too.
    public var isSignificantAmongAll: Bool {
      estimate.isSignificant && holm.map { $0 <= Statistics.significance } ?? false
    }
  }

  /// In the order of the results; measures that no record has are left out.
  public let cells: [CellRow]
  /// In the order of the results, for each reference.
  public let differences: [DifferenceRow]
  /// The labels of all methods, in the order of the results.
  public let methods: [String]
  /// Those that the others are compared with.
  public let references: [String]
  public let seed: UInt64
  /// Of each interval.
  public let resamples: Int

  /// Reads the final records of a folder.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public static func records(_ folder: SweepFolder) throws -> [SweepRecord] {
    guard FileSystem.exists(folder.results) else {
      throw SweepError.lacking(
        "no results.jsonl: finish the sweep, or merge its shards first", in: folder.path)
    }
    var records: [SweepRecord] = []
    try SweepLog.forEach(folder.results) { records.append($1) }
    return records
  }

  /// - Parameters:
  ///   - references: labels of the methods that others are compared with; nil for the first method,
  ///     which in a spec usually is the one in context.
  ///   - seed: decides the resamples.
  ///   - file: what errors call the file that the records are of.
  /// - Throws: `SweepError`, `PooledRecords`.
  public init(
    _ records: [SweepRecord], references: [String]? = nil, seed: UInt64 = 0,
    resamples: Int = Statistics.resamples, workers: Workers = .one, file: String = "results.jsonl"
  ) throws {
    var settings: [Setting] = []
    var methods: [String] = []
    var values: [Setting: [String: [SweepRecord]]] = [:]
    for record in records {
      let identity = record.identity
      let setting = Setting(
        taskLabel: identity.taskLabel, length: identity.length, rotary: identity.rotary)
      if values[setting] == nil { settings.append(setting) }
      if !methods.contains(identity.methodLabel) { methods.append(identity.methodLabel) }
      values[setting, default: [:]][identity.methodLabel, default: []].append(record)
    }
    for setting in settings {
      for (method, own) in values[setting] ?? [:] {
        try RecordCell.check(
          own.lazy.map(\.member), label: method, place: setting.description, file: file)
      }
    }
    self.methods = methods
    let references = references ?? methods.first.map { [$0] } ?? []
    if let unknown = references.first(where: { !methods.contains($0) }) {
      throw SweepError.noSuchMethod(unknown, known: methods)
    }
    (self.references, self.seed, self.resamples) = (references, seed, resamples)
    let followed = FollowedHeads.choose(from: records)
    var jobs = settings.flatMap { setting in
      Self.jobs(
        setting, methods.map { ($0, values[setting]?[$0] ?? []) }, references,
        followed[setting.taskLabel])
    }
    jobs.removeAll { $0.values.isEmpty && !($0.diverged > 0 && $0.measure == .accuracy) }
    let estimates = Self.estimates(jobs, seed: seed, resamples: resamples, workers: workers)
    var cells: [CellRow] = []
    var differences: [DifferenceRow] = []
    for (job, estimate) in zip(jobs, estimates) {
      if let reference = job.reference, let estimate {
        differences.append(
          DifferenceRow(
            setting: job.setting, method: job.method, reference: reference, measure: job.measure,
            estimate: estimate))
      } else {
        cells.append(
          CellRow(
            setting: job.setting, method: job.method, measure: job.measure, diverged: job.diverged,
            estimate: estimate))
      }
    }
    self.cells = cells
    self.differences = Self.corrected(differences)
  }

  /// The means of a setting's methods, and their differences to the references.
  private static func jobs(
    _ setting: Setting, _ columns: [(method: String, records: [SweepRecord])],
    _ references: [String], _ heads: FollowedHeads?
  ) -> [Job] {
    var jobs = columns.flatMap { method, own in
      Measure.averaged.map { measure in
        Job(
          setting: setting, method: method, measure: measure,
          diverged: own.count { $0.hasDiverged },
          values: own.compactMap { measure.value(of: $0, heads: heads) })
      }
    }
    for (number, (reference, base)) in columns.enumerated() where references.contains(reference) {
      let known = Dictionary(uniqueKeysWithValues: base.map { ($0.identity.index, $0) })
      // Where both are references, the pair is there once.
      for (other, (method, own)) in columns.enumerated()
      where other > number || other < number && !references.contains(method) {
        jobs += Measure.averaged.map { measure in
          let pairs = own.compactMap { record -> (before: Double, after: Double)? in
            guard let other = known[record.identity.index],
              let after = measure.value(of: record, heads: heads),
              let before = measure.value(of: other, heads: heads)
            else { return nil }
            return (before, after)
          }
          return Job(
            setting: setting, method: method, reference: reference, measure: measure,
            values: pairs.map(\.after), before: pairs.map(\.before))
        }
      }
    }
    return jobs
  }

  /// With Holm's correction over all tested differences of each task with the same positions, whatever
  /// their lengths, methods, references and measures, those that tables do not print included.
  private static func corrected(_ rows: [DifferenceRow]) -> [DifferenceRow] {
    var rows = rows
    let tested = rows.indices.filter { rows[$0].estimate.test != nil }
    for places in Dictionary(grouping: tested, by: { rows[$0].setting.title }).values {
      let adjusted = Statistics.holm(places.map { rows[$0].estimate.test?.pValue ?? 1 })
      for (place, value) in zip(places, adjusted) { rows[place].holm = value }
    }
    return rows
  }

  private struct Job: Sendable {
    var setting: Setting
    var method: String
    var reference: String?
    var measure: Measure
    var diverged = 0
    var values: [Double]
    /// What is subtracted from each value; nil for a mean.
    var before: [Double]?
  }

  private static func estimates(
    _ jobs: [Job], seed: UInt64, resamples: Int, workers: Workers
  ) -> [Estimate?] {
    let found = Mutex<[Int: Estimate]>([:])
    let estimator = Estimator(seed: seed, resamples: resamples)
    workers.run(jobs.count) { number, _ in
      let job = jobs[number]
      // Named by what it is, so that no row depends on which others there are.
      let quantity = Quantity(
        job.measure, task: job.setting.taskLabel, length: job.setting.length)
      let estimate =
        if let before = job.before {
          estimator.difference(before: before, after: job.values, of: quantity)
        } else {
          estimator.mean(job.values, of: quantity)
        }
      found.withLock { $0[number] = estimate }
    }
    return found.withLock { found in jobs.indices.map { found[$0] } }
  }
}

extension SweepStatistics.Setting: CustomStringConvertible {
  /// The task and whether positions were rotated.
  public var title: String { taskLabel + (rotary ? "" : ", rotary off") }

  public var description: String { "\(title) at T = \(length)" }
}

extension SweepRecord {
  /// The record as one of a cell. Steps and tokens are settings where no budget decided them.
  fileprivate var member: RecordCell.Member {
    var settings = [
      RecordCell.Setting("task", identity.task.rawValue),
      RecordCell.Setting("method", identity.method),
    ]
    let fixedSteps = budgetFLOPs == nil ? steps : nil
    settings.append(RecordCell.Setting("steps", fixedSteps.map(String.init) ?? ""))
    return RecordCell.Member(index: identity.index, settings: settings)
  }
}
