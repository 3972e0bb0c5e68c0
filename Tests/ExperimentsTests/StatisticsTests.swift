import DataFiles
import Randomness
import Runs
import TestSupport
import TestTags
import Testing

@testable import Experiments

@Suite(.tags(.slow)) struct StatisticsTests {
  static let estimator = Estimator(seed: 1, resamples: 2000)

  static func quantity(_ scale: ValueScale) -> Quantity {
    Quantity(subject: "key-value", length: 160, name: "value", scale: scale)
  }

  static func mean(_ values: [Double], _ scale: ValueScale = .real) -> Estimate? {
    estimator.mean(values, of: quantity(scale))
  }

  static func difference(
    _ before: [Double], _ after: [Double], _ scale: ValueScale = .real
  ) -> Estimate? {
    estimator.difference(before: before, after: after, of: quantity(scale))
  }

  static func normals(_ count: Int, _ label: String) -> [Double] {
    var stream = RandomStream(seed: 1, label: "statistics").child(label)
    return (0..<count).map { _ in stream.normal() }
  }

  @Test func quantilesLieBetweenNeighbours() {
    let sorted = [1.0, 2, 4, 8]
    #expect(Statistics.quantile(sorted, 0) == 1)
    #expect(Statistics.quantile(sorted, 1) == 8)
    #expect(Statistics.quantile(sorted, 0.5) == 3)
    #expect(abs(Statistics.quantile(sorted, 0.9) - 6.8) < 1e-12)
    #expect(Statistics.quantile([5], 0.3) == 5)
  }

  /// Tables of Student's t.
  @Test func studentsTIsTheOneOfTables() {
    for (degrees, quantile) in [
      (1, 12.7062), (2, 4.3027), (4, 2.7764), (30, 2.0423), (999, 1.9623),
    ] {
      #expect(abs(StudentT.twoSidedQuantile(0.05, degrees: degrees) - quantile) < 1e-4)
    }
    #expect(abs(StudentT.twoSided(1, degrees: 1) - 0.5) < 1e-12)
    #expect(StudentT.twoSided(0, degrees: 7) == 1)
  }

  /// By hand: Wilson's of 3 of 3 is [n/(n + z²), 1].
  @Test func proportionsHaveWilsonsInterval() throws {
    let all = try #require(Self.mean([1, 1, 1], .binary))
    #expect(all.mean == 1 && all.method == .wilson && all.upper == 1)
    #expect(abs(try #require(all.lower) - 0.43850) < 1e-5)
    let half = try #require(Self.mean([0, 1, 1, 0, 1, 0, 1, 0, 1, 0], .binary))
    #expect(abs(try #require(half.lower) - 0.23659) < 1e-5)
    #expect(abs(try #require(half.upper) - 0.76341) < 1e-5)
    // Of scores in percent, too.
    let scores = try #require(Self.mean([100, 100, 100], .percent))
    #expect(scores.mean == 100)
    #expect(abs(try #require(scores.lower) - 43.850) < 1e-3)
  }

  @Test func pairedProportionsHaveTangosInterval() {
    let interval = ProportionIntervals.tango(gains: 9, losses: 0, count: 32)
    // The score test rejects what lies outside and keeps what lies inside: no difference of 0.
    #expect(interval.lowerBound > 0.1 && interval.upperBound < 0.5 && interval.contains(9.0 / 32))
    let none = ProportionIntervals.tango(gains: 0, losses: 0, count: 20)
    let z = ProportionIntervals.z
    #expect(abs(none.upperBound - z * z / (20 + z * z)) < 1e-9)
    #expect(abs(none.lowerBound + none.upperBound) < 1e-9)
  }

  @Test func oneInstanceHasNoInterval() {
    for scale in [ValueScale.binary, .share, .real] {
      let mean = Self.mean([1], scale)
      #expect(mean?.count == 1 && mean?.mean == 1 && mean?.interval == nil && mean?.method == nil)
      let pair = Self.difference([0], [1], scale)
      #expect(pair?.mean == 1 && pair?.interval == nil && pair?.isSignificant == false)
    }
    #expect(Self.mean([]) == nil && Self.difference([], []) == nil)
    #expect(Self.mean([0.2, 0.4, 0.3], .share)?.interval == nil)
  }

  /// What all instances have in common says little of others.
  @Test func equalValuesAreNotCertain() throws {
    let share = try #require(Self.mean([0.5, 0.5, 0.5, 0.5, 0.5], .share))
    #expect(try #require(share.lower) < 0.25 && #require(share.upper) > 0.75)
    #expect(Self.mean([3, 3, 3, 3, 3])?.interval == nil)
    let few = try #require(
      Self.difference([0.5, 0.5, 0.5, 0.5], [0.75, 0.75, 0.75, 0.75], .share))
    #expect(few.mean == 0.25 && few.test?.pValue == 0.125 && !few.isSignificant)
    #expect(try #require(few.upper) - #require(few.lower) > 0.3)
    let nothing = try #require(Self.difference([1, 1, 0, 1], [1, 1, 0, 1], .binary))
    #expect(nothing.test?.pValue == 1 && !nothing.isSignificant)
    #expect(try #require(nothing.lower) < 0 && #require(nothing.upper) > 0)
  }

  @Test func mcNemarsTestIsExact() {
    #expect(PairedTests.mcNemar(gains: 0, losses: 0) == 1)
    #expect(abs(PairedTests.mcNemar(gains: 6, losses: 0) - 0.03125) < 1e-12)
    #expect(abs(PairedTests.mcNemar(gains: 5, losses: 0) - 0.0625) < 1e-12)
    // 2·(1 + 10 + 45)/1024.
    #expect(abs(PairedTests.mcNemar(gains: 2, losses: 8) - 0.109375) < 1e-12)
    #expect(PairedTests.mcNemar(gains: 3, losses: 3) == 1)
    #expect(PairedTests.mcNemar(gains: 3000, losses: 2000) < 1e-40)
  }

  @Test func changesOfSignsAreCounted() {
    let five = PairedTests.mean([1, 2, 3, 4, 5])
    #expect(five.name == .signFlip && five.pValue == 2.0 / 32)
    #expect(PairedTests.mean([1, 2, 3, 4, 5, 6]).pValue == 2.0 / 64)
    // |±1 ± 2 ± 3| reaches 4 in four of eight ways.
    #expect(PairedTests.mean([-1, 2, 3]).pValue == 0.5)
    #expect(PairedTests.mean([0, 0, 0]).pValue == 1)
    #expect(PairedTests.mean((0..<20).map { Double($0) - 4 }).name == .t)
    #expect(PairedTests.mean([Double](repeating: 0.25, count: 20)).pValue < 1e-5)
  }

  /// Holm 1979: the least p-value is held against all comparisons, the next against one fewer.
  @Test func holmsCorrectionStepsDown() {
    let adjusted = Statistics.holm([0.01, 0.04, 0.03, 0.005])
    for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(Statistics.holm([]).isEmpty && Statistics.holm([0.7, 0.8]) == [1, 1])
  }

  /// For many normal values the interval is the mean ± 1.96 standard errors.
  @Test func manyNormalValuesHaveTheNormalInterval() throws {
    let values = Self.normals(400, "normal")
    let estimate = try #require(Self.mean(values))
    let mean = values.reduce(0, +) / 400
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
    let error = (variance / 400).squareRoot()
    #expect(abs(estimate.mean - mean) < 1e-12 && estimate.method == .bootstrapT)
    #expect(abs((try #require(estimate.upper) - mean) / (1.96 * error) - 1) < 0.1)
    #expect(abs((mean - (try #require(estimate.lower))) / (1.96 * error) - 1) < 0.1)
  }

  @Test func pairingTakesOutWhatInstancesShare() throws {
    let difficulty = Self.normals(100, "difficulty").map { 10 * $0 }
    let after = zip(difficulty, Self.normals(100, "gain")).map { $0 + 1 + $1 }
    let paired = try #require(Self.difference(difficulty, after))
    #expect(paired.isSignificant && paired.test?.name == .t)
    #expect(try #require(paired.lower) > 0.6 && #require(paired.upper) < 1.4)
  }

  @Test func whatIsEstimatedDecidesTheResamplesAndNotTheOrder() {
    let values = Self.normals(50, "repeat")
    let first = Self.mean(values)
    #expect(Self.mean(values.reversed()) == first && Self.mean(values.shuffled()) == first)
    var other = Self.quantity(.real)
    other.length = 320
    #expect(Self.estimator.mean(values, of: other)?.lower != first?.lower)
  }

  /// Simulated with few samples: the whole study is `dilution coverage`.
  @Test func intervalsHoldAndNothingIsRarelyBold() throws {
    let folder = try TemporaryFolder()
    let study = try CoverageStudy(
      seed: 2, trials: 30, resamples: 100, counts: [3, 5, 8, 12, 20]
    ).work(
      in: folder.path, by: .init(count: 2), author: ProbeFilesTests.author,
      observer: SilentObserver())
    for row in study.summaries where row.count >= 5 && row.kind == .proportion {
      #expect(0.94...0.98 ~= row.meanCoverage ?? 0, "\(row)")
    }
    for row in study.summaries where row.count >= 5 && row.kind == .pairedProportion {
      #expect(0.94...0.98 ~= row.meanCoverage ?? 0, "\(row)")
    }
    #expect(
      study.falseRows.filter { $0.kind == .pairedProportion }.allSatisfy { $0.falseBold <= 0.05 })
    #expect(study.falseRows.filter { $0.count <= 5 }.allSatisfy { $0.falseBold == 0 })
    for kind in [CoverageStudy.Kind.mean, .pairedMean] {
      #expect(
        study.rows.filter { $0.kind == kind && $0.count < 4 }.allSatisfy {
          $0.withoutInterval > 0.5
        })
    }
  }

  @Test func whatRoundsToNothingHasNoSign() {
    #expect(DecimalText.fixed(-0.0004, 3) == "0.000")
    #expect(DecimalText.fixed(-0.0004, 3, isSigned: true) == "0.000")
    #expect(DecimalText.fixed(0, 3, isSigned: true) == "0.000")
    #expect(DecimalText.fixed(-0.0006, 3) == "-0.001")
    #expect(DecimalText.fixed(0.25, 2, isSigned: true) == "+0.25")
  }

  @Test func recordsOfDifferentSettingsAreNotAveraged() throws {
    func member(_ index: Int, _ policy: String) -> RecordCell.Member {
      RecordCell.Member(index: index, settings: [RecordCell.Setting("policy", policy)])
    }
    func fault(_ members: [RecordCell.Member]) -> PooledRecords? {
      do throws(PooledRecords) {
        try RecordCell.check(members, label: "mine", place: "key-value at T = 160", file: "r.csv")
        return nil
      } catch { return error }
    }
    #expect(fault([member(0, "oracle"), member(1, "oracle")]) == nil)
    #expect(
      fault([member(0, "oracle"), member(0, "uniform")])?.fault
        == .settings("policy", "oracle", "uniform"))
    #expect(fault([member(3, "oracle"), member(3, "oracle")])?.fault == .twice(index: 3))
    #expect(
      fault([member(0, "oracle"), member(1, "")])?.description
        == "r.csv: the label \"mine\" stands for records of different settings on key-value at T = "
        + "160 (policy oracle and empty), which are not averaged: give each method a label of its own"
    )
  }
}
