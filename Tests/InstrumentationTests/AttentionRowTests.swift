import Foundation
import Instrumentation
import Randomness
import Testing

/// Readings of random rows against sums written out in double precision.
@Suite struct AttentionRowTests {
  /// Rows of several lengths and spreads, each with a set of targets.
  static let cases: [(scores: [Float], targets: RangeSet<Int>)] = {
    var cases: [(scores: [Float], targets: RangeSet<Int>)] = []
    var stream = RandomStream(seed: 11, label: "attention rows")
    for length in [2, 3, 17, 160, 1000] {
      for spread in [0.0, 1, 8, 60] {
        for _ in 0..<5 {
          let scores = (0..<length).map { _ in Float(stream.normal() * spread) }
          var targets = RangeSet<Int>()
          for index in stream.choose(1 + stream.below(min(5, length - 1)), outOf: length) {
            targets.insert(contentsOf: index..<index + 1)
          }
          cases.append((scores, targets))
        }
      }
    }
    return cases
  }()

  @Test func readingsAgreeWithTheDefinitions() throws {
    for (scores, targets) in Self.cases {
      let row = try #require(attentionRow(scores))
      let reading = row.reading(of: targets, slacks: [0, 0.5, 2])
      let z = scores.map(Double.init)
      // The definitions without any shift stay in the range of Double for these scores.
      let total = z.reduce(0) { $0 + exp($1) }
      let inside = z.indices.filter { targets.contains($0) }
      let outside = z.indices.filter { !targets.contains($0) }
      let insideSum = inside.reduce(0) { $0 + exp(z[$1]) }
      let outsideSum = outside.reduce(0) { $0 + exp(z[$1]) }
      let best = inside.map { z[$0] }.max()!
      #expect(abs(reading.mass - insideSum / total) < 1e-12)
      #expect(abs(reading.margin - (log(insideSum) - log(outsideSum))) < 1e-9)
      #expect(reading.gap == outside.map { best - z[$0] }.min()!)
      #expect(abs(reading.bestMass - exp(best) / total) < 1e-12)
      #expect(reading.targetCount == inside.count && reading.distractorCount == outside.count)
      for competitors in reading.competitors {
        let expected = outside.count { z[$0] >= best - competitors.slack }
        #expect(competitors.count == expected)
      }
      #expect(zip(row.attention, z).allSatisfy { abs($0 - exp($1) / total) < 1e-12 })
      #expect(abs(row.mass(on: targets) - reading.mass) < 1e-12)
    }
  }

  /// Positions before a window have no weight, and asking for them is no error.
  @Test func positionsThatARowDoesNotSeeGetNothing() throws {
    let row = try #require(attentionRow([0, 1, 2], firstKey: 5))
    #expect(row.count == 8 && row.attention.count == 8)
    #expect(row.attention[..<5].allSatisfy { $0 == 0 })
    #expect(abs(row.attention.reduce(0, +) - 1) < 1e-12)
    #expect(row.mass(on: RangeSet(1..<3)) == 0)
    let unseen = row.reading(of: RangeSet(1..<3), slacks: [0.5])
    #expect(unseen.mass == 0 && unseen.bestMass == 0 && unseen.distractorCount == 3)
    #expect(unseen.margin == AttentionRow.unseen && unseen.gap == AttentionRow.unseen)
    let half = row.reading(of: RangeSet(3..<6))
    let alone = try #require(attentionRow([0, 1, 2])).reading(of: RangeSet(0..<1))
    #expect(half.mass == alone.mass && half.margin == alone.margin && half.gap == alone.gap)
    #expect(row.bestPosition(of: RangeSet(2..<7)) == 6)
  }

  @Test func massReachesAThresholdExactlyWhenTheMarginDoes() throws {
    var reached = 0
    var missed = 0
    for (scores, targets) in Self.cases {
      let reading = try #require(attentionRow(scores)).reading(of: targets)
      for threshold in [0.001, 0.1, 0.5, 0.9, 0.999] {
        let need = log(threshold / (1 - threshold))
        if abs(reading.margin - need) > 1e-6 {
          #expect((reading.mass >= threshold) == (reading.margin >= need))
        }
        #expect(reading.massAgreesWithMargin(at: threshold))
        if reading.mass >= threshold { reached += 1 } else { missed += 1 }
      }
    }
    #expect(reached > 50 && missed > 50, "the rows must lie on both sides")
  }

  @Test func aReadingThatContradictsItselfIsNoticed() {
    let wrong = TargetReading(
      mass: 0.6, margin: -1, gap: 0, bestMass: 0.6, targetCount: 1, distractorCount: 1,
      competitors: [])
    #expect(!wrong.massAgreesWithMargin(at: 0.5))
    #expect(wrong.massAgreesWithMargin(at: 0.9))
  }

  @Test func noMassLiesAboveItsBound() throws {
    var tightest = 0.0
    for (scores, targets) in Self.cases {
      let reading = try #require(attentionRow(scores))
        .reading(of: targets, slacks: [0, 0.25, 1, 3, 10])
      for competitors in reading.competitors {
        #expect(reading.bestMass <= competitors.positionBound + 1e-12)
        #expect(reading.mass <= competitors.bound(targets: reading.targetCount) + 1e-12)
        tightest = max(tightest, reading.mass / competitors.bound(targets: reading.targetCount))
      }
      if scores.count >= 2, reading.targetCount == 1 {
        for shortfall in [0.01, 0.3]
        where reading.gap >= MarginRequirement.gap(visibleKeys: scores.count, shortfall: shortfall)
        {
          #expect(reading.mass >= 1 - shortfall - 1e-12)
        }
      }
    }
    // Rows of equal scores meet the bound, so a bound that is too loose would be seen.
    #expect(tightest > 1 - 1e-9)
  }

  @Test func theGapRequirementIsMetWithEqualityByEqualDistractors() throws {
    let gap = MarginRequirement.gap(visibleKeys: 1001, shortfall: 0.1)
    let scores = [Float(gap)] + [Float](repeating: 0, count: 1000)
    let reading = try #require(attentionRow(scores)).reading(of: RangeSet(0..<1))
    #expect(abs(reading.mass - 0.9) < 1e-6)
  }

  @Test func theBestPositionIsTheFirstOfTheHighest() throws {
    let row = try #require(attentionRow([9, 1, 4, 4, 2, 8]))
    #expect(row.bestPosition(of: RangeSet(1..<5)) == 2)
    #expect(row.bestPosition(of: RangeSet([1..<2, 4..<5])) == 4)
  }

  @Test func aRowDoneByHand() throws {
    // exp z = 2, 1, 4, 1, 8 of 16; targets at 2 and 3.
    let scores = [2.0, 1, 4, 1, 8].map { Float(log($0)) }
    let row = try #require(attentionRow(scores))
    let reading = row.reading(of: RangeSet(2..<4), slacks: [0, 1, 2])
    #expect(abs(reading.mass - 5.0 / 16) < 1e-7)
    #expect(abs(reading.margin - log(5.0 / 11)) < 1e-6)
    #expect(abs(reading.gap - log(0.5)) < 1e-6)
    #expect(abs(reading.bestMass - 0.25) < 1e-7)
    // log 4 = 1.39: log 8 is above it, log 2 = 0.69 within 1, log 1 within 2.
    #expect(reading.competitors.map { $0.count } == [1, 2, 3])
    #expect(abs(reading.competitors[0].positionBound - 0.5) < 1e-12)
    #expect(abs(reading.competitors[0].bound(targets: 2) - 2.0 / 3) < 1e-12)
    #expect(abs(row.mass(on: RangeSet(0..<5)) - 1) < 1e-12)
  }

  @Test func extremeScoresNeitherOverflowNorVanish() throws {
    let scores: [Float] = [3000, -3000, -3001]
    let row = try #require(attentionRow(scores))
    let high = row.reading(of: RangeSet(0..<1))
    #expect(high.mass == 1 && high.margin > 5999 && high.gap == 6000)
    let low = row.reading(of: RangeSet(1..<2))
    #expect(low.mass == 0 && abs(low.margin + 6000) < 1e-9)
    let all = row.reading(of: RangeSet(0..<3))
    #expect(all.mass == 1 && all.margin == .infinity && all.distractorCount == 0)
  }

  @Test func aScoreThatIsNotFiniteGivesNoRow() {
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(attentionRow([0, bad, 1]) == nil)
    }
  }
}
