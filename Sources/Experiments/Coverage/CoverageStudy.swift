import Foundation
import Randomness
import Synchronization
import TensorKernels

/// How often the intervals and tests of `Estimator` are right, where the truth is known.
///
/// Of proportions and their paired differences all outcomes are gone through, which leaves no chance; other
/// values are drawn.
public struct CoverageStudy: Sendable {
  /// What is estimated.
  public enum Kind: String, Sendable, CaseIterable {
    case proportion
    case pairedProportion = "paired-proportion"
    case mean
    case pairedMean = "paired-mean"
  }

  /// The intervals of one kind of values at one n.
  public struct Row: Sendable, Equatable {
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
    /// Samples; nil where all outcomes were gone through.
    public let trials: Int?
  }

  /// Differences of nothing that were called different from 0.
  public struct FalseRow: Sendable, Equatable {
    public let kind: Kind
    public let distribution: String
    public let parameter: Double?
    public let count: Int
    /// The share of samples in bold.
    public let share: Double
    public let trials: Int?
  }

  public let seed: UInt64
  public let trials: Int
  /// Of each bootstrap.
  public let resamples: Int
  /// The numbers of instances.
  public let counts: [Int]
  public let rows: [Row]
  public let falseRows: [FalseRow]

  /// The numbers of instances, unless told otherwise.
  public static let usualCounts = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 32, 50, 100, 200]

  /// - Parameters:
  ///   - trials: samples of each distribution and n.
  ///   - counts: the numbers of instances.
  ///   - advance: called after each of `workCount` parts.
  public init(
    seed: UInt64, trials: Int, resamples: Int, workers: Workers, counts: [Int] = usualCounts,
    advance: @escaping @Sendable () -> Void = {}
  ) {
    (self.seed, self.trials, self.resamples, self.counts) = (seed, trials, resamples, counts)
    let work = Self.work(counts)
    let found = Mutex<[Int: ([Row], [FalseRow])]>([:])
    workers.run(work.count) { number, _ in
      // Large samples first, lest one thread be left with them.
      let job = work[work.count - 1 - number]
      let made = job.rows(seed: seed, trials: trials, resamples: resamples)
      found.withLock { $0[work.count - 1 - number] = made }
      advance()
    }
    let parts = found.withLock { found in work.indices.compactMap { found[$0] } }
    rows = Kind.allCases.flatMap { kind in parts.flatMap(\.0).filter { $0.kind == kind } }
    falseRows = Kind.allCases.flatMap { kind in parts.flatMap(\.1).filter { $0.kind == kind } }
  }

  /// The parts that a study of the usual numbers consists of.
  public static var workCount: Int { work(usualCounts).count }

  fileprivate enum Job {
    case proportion(Int)
    case pairedProportion(Int)
    case mean(CoverageDistribution, Int)
    case pairedMean(CoveragePairs, Int, isNull: Bool)
  }

  private static func work(_ counts: [Int]) -> [Job] {
    counts.flatMap { count in
      [.proportion(count), .pairedProportion(count)]
        + CoverageDistribution.means.map { .mean($0, count) }
        + CoveragePairs.changed.map { .pairedMean($0, count, isNull: false) }
        + CoveragePairs.unchanged.map { .pairedMean($0, count, isNull: true) }
    }
  }
}

extension CoverageStudy.Job {
  func rows(
    seed: UInt64, trials: Int, resamples: Int
  ) -> ([CoverageStudy.Row], [CoverageStudy.FalseRow]) {
    switch self {
    case .proportion(let count):
      return (ExactCoverage.shares.map { ExactCoverage.proportion($0, count) }, [])
    case .pairedProportion(let count):
      return ExactCoverage.pairs(count)
    case .mean(let values, let count):
      var tally = Tally()
      let stream = RandomStream(seed: seed, label: "coverage").child(values.name)
        .child(Int((values.parameter ?? 0) * 1000)).child(count)
      for trial in 0..<trials {
        var stream = stream.child(trial)
        let sample = (0..<count).map { _ in values.draw(&stream) }
        let quantity = Quantity(
          subject: values.name, length: trial, name: "mean", scale: values.scale)
        tally.add(
          Estimator(seed: seed, resamples: resamples).mean(sample, of: quantity),
          truth: values.mean)
      }
      return ([tally.row(.mean, values.name, values.parameter, count)], [])
    case .pairedMean(let pairs, let count, let isNull):
      var tally = Tally()
      let stream = RandomStream(seed: seed, label: "coverage of differences").child(pairs.name)
        .child(Int((pairs.parameter ?? 0) * 1000)).child(count)
      for trial in 0..<trials {
        var stream = stream.child(trial)
        let sample = (0..<count).map { _ in pairs.draw(&stream) }
        let quantity = Quantity(
          subject: pairs.name, length: trial, name: "difference", scale: pairs.scale)
        tally.add(
          Estimator(seed: seed, resamples: resamples).difference(
            before: sample.map(\.before), after: sample.map(\.after), of: quantity),
          truth: pairs.difference)
      }
      let row = tally.row(.pairedMean, pairs.name, pairs.parameter, count)
      if !isNull { return ([row], []) }
      return (
        [row],
        [
          CoverageStudy.FalseRow(
            kind: .pairedMean, distribution: pairs.name, parameter: pairs.parameter, count: count,
            share: Double(tally.significant) / Double(trials), trials: trials)
        ]
      )
    }
  }

  private struct Tally {
    var all = 0
    var holding = 0
    var without = 0
    var significant = 0
    var width = 0.0

    mutating func add(_ estimate: Estimate?, truth: Double) {
      all += 1
      if estimate?.isSignificant == true { significant += 1 }
      guard let interval = estimate?.interval else {
        without += 1
        return
      }
      if interval.contains(truth) { holding += 1 }
      width += interval.upperBound - interval.lowerBound
    }

    func row(
      _ kind: CoverageStudy.Kind, _ name: String, _ parameter: Double?, _ count: Int
    ) -> CoverageStudy.Row {
      let there = Double(max(1, all - without))
      return CoverageStudy.Row(
        kind: kind, distribution: name, parameter: parameter, count: count,
        coverage: Double(holding) / there, withoutInterval: Double(without) / Double(all),
        width: width / there, trials: all)
    }
  }
}

/// Coverage of yes/no outcomes, summed over all of them.
enum ExactCoverage {
  /// From 0.5 to 0.99 in hundredths: between neighbours the coverage of few instances jumps.
  static let shares = (50...99).map { Double($0) / 100 }

  static func proportion(_ share: Double, _ count: Int) -> CoverageStudy.Row {
    var (coverage, width) = (0.0, 0.0)
    for successes in 0...count {
      let interval = ProportionIntervals.wilson(successes: Double(successes), count: count)
      let weight = probability([successes, count - successes], [share, 1 - share])
      if interval.contains(share) { coverage += weight }
      width += weight * (interval.upperBound - interval.lowerBound)
    }
    return CoverageStudy.Row(
      kind: .proportion, distribution: "right or wrong", parameter: share, count: count,
      coverage: coverage, withoutInterval: 0, width: width, trials: nil)
  }

  /// Shares of losses, and how much more is gained than lost. Pairs of which none differs are told apart
  /// from 0 by nothing, and are left out.
  private static let losses = [0, 0.01, 0.02, 0.05, 0.1, 0.2]
  private static let gains = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7]

  /// Intervals and false alarms of pairs.
  static func pairs(_ count: Int) -> ([CoverageStudy.Row], [CoverageStudy.FalseRow]) {
    struct Case {
      var gain: Double
      var loss: Double
      var coverage = 0.0
      var width = 0.0
      var significant = 0.0
    }
    var cases = losses.flatMap { loss in gains.map { Case(gain: $0 + loss, loss: loss) } }
      .filter { $0.gain > 0 && $0.gain + $0.loss <= 1 }
    for won in 0...count {
      for lost in 0...count - won {
        let found = ProportionIntervals.paired(
          gains: Double(won), losses: Double(lost), count: count
        ).interval
        let isBold =
          PairedTests.mcNemar(gains: won, losses: lost) <= Statistics.significance
          && !found.contains(0)
        for place in cases.indices {
          let own = cases[place]
          let weight = probability(
            [won, lost, count - won - lost], [own.gain, own.loss, 1 - own.gain - own.loss])
          if weight == 0 { continue }
          let truth = own.gain - own.loss
          // Rounding must not decide at the very end of an interval.
          if found.lowerBound - 1e-9 <= truth, truth <= found.upperBound + 1e-9 {
            cases[place].coverage += weight
          }
          cases[place].width += weight * (found.upperBound - found.lowerBound)
          if isBold { cases[place].significant += weight }
        }
      }
    }
    func name(_ own: Case) -> String { "losses \(own.loss)" }
    let rows = cases.map { own in
      CoverageStudy.Row(
        kind: .pairedProportion, distribution: name(own), parameter: own.gain, count: count,
        coverage: own.coverage, withoutInterval: 0, width: own.width, trials: nil)
    }
    let falseRows = cases.filter { $0.gain == $0.loss }.map { own in
      CoverageStudy.FalseRow(
        kind: .pairedProportion, distribution: name(own), parameter: own.gain, count: count,
        share: own.significant, trials: nil)
    }
    return (rows, falseRows)
  }

  /// Of counts of a multinomial distribution.
  private static func probability(_ counts: [Int], _ shares: [Double]) -> Double {
    var sum = logFactorial(counts.reduce(0, +))
    for (count, share) in zip(counts, shares) where count > 0 {
      if share <= 1e-12 { return 0 }
      sum += Double(count) * log(share)
      sum -= logFactorial(count)
    }
    return exp(sum)
  }
}
