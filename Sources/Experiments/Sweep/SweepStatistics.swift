import DataFiles
import Randomness
import SandboxTasks
import Synchronization
import TensorKernels

/// Means over the instances of each cell, and paired differences between methods, with bootstrap
/// intervals. Runs that diverged are counted, and are in no mean.
public struct SweepStatistics: Sendable {
  /// What is averaged.
  public enum Measure: String, Sendable, CaseIterable {
    case accuracy
    case majorityAccuracy = "majority_accuracy"
    case answerProbability = "answer_probability"
    case massBest = "mass_best"
    case massMean = "mass_mean"
    case marginBest = "margin_best"
  }

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
    /// Over the others; nil where all diverged, which is told once for a cell, under its accuracy.
    public let estimate: Estimate?
  }

  /// A method minus the reference, instance by instance.
  public struct DifferenceRow: Sendable, Equatable {
    public let setting: Setting
    public let method: String
    public let reference: String
    public let measure: Measure
    public let estimate: Estimate
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
  /// - Throws: `SweepError.noResults`, `FileSystemError`, `JSONError`.
  public static func records(_ folder: SweepFolder) throws -> [SweepRecord] {
    guard FileSystem.exists(folder.results) else {
      throw SweepError.lacking(SweepError.noResults, in: folder.path)
    }
    var records: [SweepRecord] = []
    try SweepLog.forEach(folder.results) { records.append($1) }
    return records
  }

  /// - Parameters:
  ///   - references: labels of the methods that others are compared with; nil for the first method,
  ///     which in a spec usually is the one in context.
  ///   - seed: decides the resamples.
  /// - Throws: `SweepError.noSuchMethod`.
  public init(
    _ records: [SweepRecord], references: [String]? = nil, seed: UInt64 = 0,
    resamples: Int = Statistics.resamples, workers: Workers = .one
  ) throws(SweepError) {
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
    self.methods = methods
    let references = references ?? methods.first.map { [$0] } ?? []
    if let stranger = references.first(where: { !methods.contains($0) }) {
      throw .noSuchMethod(stranger, known: methods)
    }
    (self.references, self.seed, self.resamples) = (references, seed, resamples)
    let sites = RetrievalSite.best(of: records)
    var jobs: [Job] = []
    for setting in settings {
      let site = sites[setting.taskLabel]
      let columns = methods.map { method in
        (method, values[setting]?[method] ?? [])
      }
      for (method, own) in columns {
        jobs += Measure.allCases.map { measure in
          Job(
            setting: setting, method: method, reference: nil, measure: measure,
            diverged: own.count { $0.hasDiverged },
            values: own.compactMap { measure.value(of: $0, site: site) })
        }
      }
      for (reference, base) in columns where references.contains(reference) {
        let known = Dictionary(
          base.map { ($0.identity.index, $0) }, uniquingKeysWith: { first, _ in first })
        // Where both are references, the pair is told once.
        for (method, own) in columns
        where method != reference
          && !(references.contains(method) && methods.isBefore(method, reference))
        {
          jobs += Measure.allCases.map { measure in
            Job(
              setting: setting, method: method, reference: reference, measure: measure,
              diverged: 0,
              values: own.compactMap { record in
                guard let other = known[record.identity.index],
                  let after = measure.value(of: record, site: site),
                  let before = measure.value(of: other, site: site)
                else { return nil }
                return after - before
              })
          }
        }
      }
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
    self.differences = differences
  }

  private struct Job: Sendable {
    var setting: Setting
    var method: String
    var reference: String?
    var measure: Measure
    var diverged: Int
    var values: [Double]
  }

  private static func estimates(
    _ jobs: [Job], seed: UInt64, resamples: Int, workers: Workers
  ) -> [Estimate?] {
    let found = Mutex<[Int: Estimate]>([:])
    workers.run(jobs.count) { number, _ in
      let job = jobs[number]
      if job.values.isEmpty { return }
      // Named by its row, so that no row depends on which others there are.
      let stream = RandomStream(seed: seed, label: "bootstrap").child(job.setting.taskLabel)
        .child(job.setting.length).child(job.measure.rawValue)
      let estimate = Statistics.bootstrap(job.values, resamples: resamples, stream: stream)
      found.withLock { $0[number] = estimate }
    }
    return found.withLock { found in jobs.indices.map { found[$0] } }
  }
}

extension SweepStatistics.Measure {
  /// Nil where the record does not have it.
  func value(of record: SweepRecord, site: RetrievalSite?) -> Double? {
    if record.hasDiverged { return nil }
    switch self {
    case .accuracy: return record.isCorrect ? 1 : 0
    case .majorityAccuracy: return record.isMajorityCorrect.map { $0 ? 1 : 0 }
    case .answerProbability: return record.answerProbability
    case .massMean: return record.sites?.meanMass
    case .massBest: return best(record, site, \.mass)
    case .marginBest: return best(record, site, \.margin)
    }
  }

  private func best(
    _ record: SweepRecord, _ site: RetrievalSite?, _ numbers: KeyPath<SiteTable, [Float]>
  ) -> Double? {
    guard let sites = record.sites, let place = site.flatMap({ sites.place(of: $0) }) else {
      return nil
    }
    return Double(sites[keyPath: numbers][place])
  }
}

extension [String] {
  fileprivate func isBefore(_ a: String, _ b: String) -> Bool {
    guard let first = firstIndex(of: a), let second = firstIndex(of: b) else { return false }
    return first < second
  }
}
