import Randomness
import Runs
import TensorKernels

/// How often the intervals and tests of `Estimator` are right, where the truth is known.
///
/// Of proportions and their paired differences all outcomes are gone through, which leaves no chance; other
/// values are drawn.
public struct CoverageStudy: Sendable {
  /// What is estimated.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    case proportion
    case pairedProportion = "paired-proportion"
    case mean
    case pairedMean = "paired-mean"
  }

  /// The intervals of one kind of values at one n.
  public struct Row: Sendable, Equatable, Codable {
    public let kind: Kind
    public let distribution: String
    /// The true mean of shares; of pairs the share before, or of gains.
    public let parameter: Double?
    /// n.
    public let count: Int
    /// The share of samples whose interval holds the truth.
    public let coverage: Double
    /// The share of samples without an interval, which count as holding nothing and missing nothing.
    public let withoutInterval: Double
    /// The mean width of the intervals.
    public let width: Double
  }

  /// Differences of nothing that were called different from 0.
  public struct FalseRow: Sendable, Equatable, Codable {
    public let kind: Kind
    public let distribution: String
    public let parameter: Double?
    public let count: Int
    /// The share of samples in bold.
    public let falseBold: Double
  }

  /// What came of one job, kept until the tables are there.
  struct Part: CodedRecord {
    var rows: [Row] = []
    var falseRows: [FalseRow] = []
  }

  public let seed: UInt64
  /// Samples of each distribution and n.
  public let trials: Int
  /// Of each bootstrap.
  public let resamples: Int
  /// The numbers of instances.
  public let counts: [Int]

  /// - Parameters:
  ///   - trials: samples of each distribution and n.
  ///   - counts: the numbers of instances.
  public init(
    seed: UInt64, trials: Int, resamples: Int,
    counts: [Int] = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 32, 50, 100, 200]
  ) {
    (self.seed, self.trials, self.resamples, self.counts) = (seed, trials, resamples, counts)
  }

  /// Large samples first, lest one thread be left with them.
  var jobs: [Job] {
    counts.flatMap { count in
      [.proportion(count), .pairedProportion(count)]
        + CoverageDistributions.means.map { Job.mean($0, count) }
        + CoverageDistributions.pairs.map { Job.pairedMean($0, count) }
    }.reversed()
  }

  enum Job: Sendable {
    case proportion(Int)
    case pairedProportion(Int)
    case mean(CoverageDistribution<Double>, Int)
    case pairedMean(CoverageDistribution<CoverageDistributions.Pair>, Int)
  }

  /// Does all jobs, several at a time.
  ///
  /// - Parameters:
  ///   - done: how many of the first are left out, because they were done before.
  ///   - checkpoint: called before each, on any thread; what it throws ends the work.
  ///   - deliver: called with what came of each, in order.
  /// - Throws: what the two throw.
  func run(
    after done: Int = 0, by workers: Workers, checkpoint: @Sendable () throws -> Void,
    deliver: @Sendable (Part) throws -> Void
  ) throws {
    let jobs = jobs
    let delivery = OrderedDelivery<Part>()
    try WorkQueue.run(jobs.count - done, by: workers) {
      ()
    } working: { number, _, check in
      try check()
      try checkpoint()
      try delivery.put(part(jobs[done + number]), at: number, deliver)
    }
  }

  private func part(_ job: Job) -> Part {
    switch job {
    case .proportion(let count):
      return Part(rows: ExactCoverage.shares.map { ExactCoverage.proportion($0, count) })
    case .pairedProportion(let count):
      return ExactCoverage.pairs(count)
    case .mean(let values, let count):
      return part(values, count, "coverage", .mean) { $0.mean($1, of: $2) }
    case .pairedMean(let pairs, let count):
      return part(pairs, count, "coverage of differences", .pairedMean) {
        $0.difference(before: $1.map(\.before), after: $1.map(\.after), of: $2)
      }
    }
  }

  /// What estimates of the mean of samples come to.
  ///
  /// - Parameter label: of the random stream.
  private func part<Value>(
    _ values: CoverageDistribution<Value>, _ count: Int, _ label: String, _ kind: Kind,
    _ estimate: (Estimator, [Value], Quantity) -> Estimate?
  ) -> Part {
    let estimator = Estimator(seed: seed, resamples: resamples)
    let stream = RandomStream(seed: seed, label: label).child(values.name)
      .child(Int((values.parameter ?? 0) * 1000)).child(count)
    let estimates = (0..<trials).map { trial in
      var stream = stream.child(trial)
      let sample = (0..<count).map { _ in values.draw(&stream) }
      let quantity = Quantity(
        subject: values.name, length: trial, name: kind == .mean ? "mean" : "difference",
        scale: values.scale)
      return estimate(estimator, sample, quantity)
    }
    let intervals = estimates.compactMap { $0?.interval }
    let there = Double(max(1, intervals.count))
    var part = Part(rows: [
      Row(
        kind: kind, distribution: values.name, parameter: values.parameter, count: count,
        coverage: Double(intervals.count { $0.contains(values.mean) }) / there,
        withoutInterval: Double(trials - intervals.count) / Double(trials),
        width: intervals.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } / there)
    ])
    if kind == .pairedMean, values.mean == 0 {
      let significant = estimates.count { $0?.isSignificant == true }
      part.falseRows = [
        FalseRow(
          kind: kind, distribution: values.name, parameter: values.parameter, count: count,
          falseBold: Double(significant) / Double(trials))
      ]
    }
    return part
  }
}
