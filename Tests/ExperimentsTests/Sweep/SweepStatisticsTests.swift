import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

@testable import Experiments

@Suite(.tags(.slow)) struct SweepStatisticsTests {
  /// Four instances of three methods, of which the last diverged once.
  let records: [SweepRecord] =
    zip(0..<4, [true, false, false, true]).map {
      SweepFixture.record(
        method: "in-context", index: $0, correct: $1, probability: 0.25, mass: [0.1, 0.5, 0.3])
    }
    + zip(0..<4, [true, true, true, true]).map {
      SweepFixture.record(
        method: "qttt", index: $0, correct: $1, probability: 0.25 + 0.125 * Double($0),
        mass: [0.9, 0.75, 0])
    }
    + zip(0..<4, [false, false, false, true]).map {
      SweepFixture.record(method: "thinking", index: $0, correct: $1, diverged: $0 == 3)
    }

  func statistics(_ references: [String]? = nil) throws -> SweepStatistics {
    try SweepStatistics(records, references: references, seed: 3)
  }

  @Test func meansAreThoseByHand() throws {
    let statistics = try statistics()
    func row(_ method: String, _ measure: Measure) -> SweepStatistics.CellRow? {
      statistics.cells.first { $0.method == method && $0.measure == measure }
    }
    #expect(row("in-context", .accuracy)?.estimate?.mean == 0.5)
    #expect(row("qttt", .answerProbability)?.estimate?.mean == 0.4375)
    // The best head in context is the second, and is followed.
    #expect(row("in-context", .massBest)?.estimate?.mean == 0.5)
    #expect(row("qttt", .massBest)?.estimate?.mean == 0.75)
    let mean = try #require(row("in-context", .massMean)?.estimate).mean
    #expect(abs(mean - 0.3) < 1e-7)
    let thinking = try #require(row("thinking", .accuracy))
    #expect(thinking.diverged == 1 && thinking.estimate?.count == 3 && thinking.estimate?.mean == 0)
    #expect(statistics.cells.allSatisfy { $0.measure != .majorityAccuracy })
  }

  @Test func differencesArePaired() throws {
    let statistics = try statistics()
    func row(
      _ method: String, _ measure: Measure
    ) -> SweepStatistics.DifferenceRow? {
      statistics.differences.first { $0.method == method && $0.measure == measure }
    }
    // Instance by instance 0, 1, 1, 0.
    let accuracy = try #require(row("qttt", .accuracy)).estimate
    #expect(accuracy.count == 4 && accuracy.mean == 0.5)
    // Two of four instances turned right, which chance does as often as not.
    #expect(accuracy.method == .agrestiMin && accuracy.test?.pValue == 0.5)
    #expect(try #require(accuracy.lower) < 0)
    let probability = try #require(row("qttt", .answerProbability)).estimate
    #expect(probability.mean == 0.1875)
    // Four equal differences are no certainty.
    let mass = try #require(row("qttt", .massBest)).estimate
    #expect(mass.mean == 0.25 && mass.test?.pValue == 0.125 && !mass.isSignificant)
    #expect(try #require(mass.upper) - #require(mass.lower) > 0.1)
    // Of the pair that diverged nothing is known: -1, 0, 0 are left.
    let thinking = try #require(row("thinking", .accuracy)).estimate
    #expect(thinking.count == 3 && abs(thinking.mean + 1.0 / 3) < 1e-12)
    #expect(statistics.differences.allSatisfy { $0.reference == "in-context" })
  }

  @Test func anyMethodsCanBeTheReference() throws {
    let all = try statistics(["in-context", "qttt", "thinking"])
    let pairs = Set(all.differences.map { "\($0.method) - \($0.reference)" })
    #expect(pairs == ["qttt - in-context", "thinking - in-context", "thinking - qttt"])
    #expect(
      throws: SweepError.noSuchMethod("beam", known: ["in-context", "qttt", "thinking"])
    ) { try statistics(["beam"]) }
  }

  @Test func filesHoldTheSameNumbers() throws {
    let folder = try TemporaryFolder()
    let statistics = try statistics()
    let paths = try statistics.write(to: SweepFolder(folder.path))
    let means = try CSVTable.read(paths[0])
    #expect(means.rowCount == statistics.cells.count)
    #expect(try means.optionalDoubles("mean") == statistics.cells.map(\.estimate?.mean))
    #expect(try means.ints("diverged") == statistics.cells.map(\.diverged))
    let pairs = try CSVTable.read(paths[1])
    #expect(try pairs.optionalDoubles("upper") == statistics.differences.map(\.estimate.upper))
    let markdown = String(decoding: try FileSystem.read(paths[2]), as: UTF8.self)
    #expect(
      try pairs.optionalDoubles("p_value") == statistics.differences.map(\.estimate.test?.pValue))
    #expect(try pairs.optionalDoubles("holm") == statistics.differences.map(\.holm))
    // Wilson's interval of none of three.
    #expect(markdown.contains("| 100 | thinking | 3 (1 diverged) | 0.000 [0.000, 0.561] |"))
    #expect(!markdown.contains("**+") && !markdown.contains("**-") && !markdown.contains("-0.000"))
    #expect(markdown.contains("n is small (3)"))
  }

  /// What diverged everywhere is in no mean and in no difference, and yet is told.
  @Test func aMethodThatAlwaysDivergedIsThere() throws {
    let wild = (0..<4).map {
      SweepFixture.record(method: "wild", index: $0, correct: false, diverged: true)
    }
    let statistics = try SweepStatistics(records + wild, seed: 3)
    let own = statistics.cells.filter { $0.method == "wild" }
    #expect(own.map(\.measure) == [.accuracy] && own.map(\.diverged) == [4])
    #expect(own.allSatisfy { $0.estimate == nil })
    #expect(!statistics.differences.contains { $0.method == "wild" })
    #expect(statistics.markdown.contains("| 100 | wild | 0 (4 diverged) |  |  |  |  |"))
    let folder = try TemporaryFolder()
    let means = try CSVTable.read(statistics.write(to: SweepFolder(folder.path))[0])
    let row = try #require(means.strings("label").firstIndex(of: "wild"))
    #expect(try means.ints("n")[row] == 0 && means.ints("diverged")[row] == 4)
    #expect(try means.strings("mean")[row].isEmpty)
  }

  /// What stays bold among all comparisons has a mark.
  @Test func boldIsCorrectedForTheComparisons() throws {
    let records = ["in-context", "qttt", "thinking"].flatMap { method in
      (0..<40).map {
        let isCorrect = method == "qttt" || method == "thinking" && $0 < 7
        return SweepFixture.record(method: method, index: $0, correct: isCorrect, mass: [0.5, 1])
      }
    }
    let statistics = try SweepStatistics(records, seed: 3, resamples: 200)
    func row(_ method: String) -> SweepStatistics.DifferenceRow? {
      statistics.differences.first { $0.method == method && $0.measure == .accuracy }
    }
    // Forty and seven instances turned right, none wrong.
    #expect(row("qttt")?.isSignificantAmongAll == true)
    #expect(row("thinking")?.estimate.isSignificant == true)
    #expect(row("thinking")?.isSignificantAmongAll == false)
    #expect(statistics.markdown.contains("**+1.000 [+0.825, +1.000]**† |"))
  }

  /// Two methods of one label, and an instance that is there twice.
  @Test func differentMethodsUnderOneLabelAreRefused() throws {
    let one = SweepFixture.record(method: "in-context", index: 0, correct: true)
    #expect(
      throws: PooledRecords(
        file: "results.jsonl", label: "in-context", place: "key-value at T = 100",
        fault: .twice(index: 0))
    ) { try SweepStatistics([one, one]) }
    var other = SweepFixture.record(method: "in-context", index: 1, correct: true)
    other.identity.method = "thinking"
    #expect(
      throws: PooledRecords(
        file: "results.jsonl", label: "in-context", place: "key-value at T = 100",
        fault: .settings("method", "in-context", "thinking"))
    ) { try SweepStatistics([one, other]) }
  }
}
