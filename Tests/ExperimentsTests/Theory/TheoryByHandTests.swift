import Experiments
import Foundation
import TestTags
import Testing
import TransformerModel

/// The checks on a head whose attention is known without any training.
@Suite(.tags(.slow)) struct TheoryByHandTests {
  static let margin = 5.0

  private func result(distractors: Int, slack: Double) throws -> TheoryResult {
    let head = RetrievalHead(margin: Self.margin)
    let settings = TheorySettings(
      slacks: [0, slack], learningRates: [0.01, 1], options: PassOptions(rotary: false))
    let item = try RetrievalHead.item(distractors: distractors, target: distractors / 3)
    return try TheoryFixture.results(head.model, [item], settings)[0]
  }

  /// The asker sees itself too, with score 0: `m + 1` competitors a margin below the target.
  @Test(arguments: [4, 40, 600])
  func equalDistractorsMeetTheBound(distractors: Int) throws {
    let result = try result(distractors: distractors, slack: Self.margin + 1e-4)
    let check = try #require(result.checks.targets.first)
    #expect(result.checks.targets.count == 1 && (check.hop, check.token) == (0, 0))
    #expect(check.position == distractors / 3 && check.visibleKeys == distractors + 2)
    let mass = 1 / (1 + Double(distractors + 1) * exp(-Self.margin))
    #expect(abs(check.mass / mass - 1) < 1e-5)
    #expect(check.competitors.count == distractors + 1)
    #expect(check.bound >= check.mass && check.bound / mass - 1 < 2e-4)
    #expect(check.boundHolds && check.guaranteeHolds)
    // Equal distractors are the worst case, so that the gap guarantees the very mass.
    #expect(abs(check.guaranteedMass / mass - 1) < 1e-5)
    #expect(abs(check.gap - Self.margin) < 1e-5)
    for (requirement, shortfall) in zip(check.requirements, [0.1, 0.5]) {
      let need = log(Double(distractors + 1) * (1 - shortfall) / shortfall)
      #expect(requirement.shortfall == shortfall && abs(requirement.gap - need) < 1e-12)
      #expect(check.holds(requirement))
      // With equal distractors the requirement is not only enough but needed.
      #expect((check.gap >= need) == (check.mass >= 1 - shortfall))
    }
  }

  /// A head that looks everywhere but at its target: the target's mass is too small for a number.
  @Test func aTargetWithoutMassIsChecked() throws {
    let head = RetrievalHead(margin: -2000)
    let item = try RetrievalHead.item(distractors: 10, target: 3)
    let result = try TheoryFixture.results(
      head.model, [item], TheorySettings(options: PassOptions(rotary: false)))[0]
    let check = try #require(result.checks.gradients.first)
    #expect(check.mass == 0 && abs(check.loss - 2000 - log(11)) < 1e-2)
    #expect(check.gradientNormSquared.isFinite && check.gradientNormSquared > 0)
    #expect(check.gradientError < 1e-5)
    #expect(check.gains.allSatisfy { $0.predicted.isFinite && $0.measured.isFinite })
    #expect(result.checks.targets.allSatisfy { $0.boundHolds && $0.guaranteeHolds })
  }

  /// With keys on axes, `∇ℓ` has `−(1 − α*)/sqrt(w)` on the target's axis and the other tokens'
  /// attention on theirs.
  @Test func theGradientIsThatOfAxes() throws {
    let distractors = 70
    let result = try result(distractors: distractors, slack: 1)
    let check = try #require(result.checks.gradients.first)
    let total = exp(Self.margin) + Double(distractors + 1)
    let mass = exp(Self.margin) / total
    // Each of seven tokens stands ten times; the asker's own key is zero.
    let square = ((1 - mass) * (1 - mass) + 7 * pow(10 / total, 2)) / Double(RetrievalHead.n)
    #expect(abs(check.loss + log(mass)) < 1e-5)
    #expect(abs(check.mass - mass) < 1e-6)
    #expect(abs(check.gradientNormSquared / square - 1) < 1e-5)
    #expect(check.gradientError < 1e-8 && check.gradientHolds)
    let (small, large) = (check.gains[0], check.gains[1])
    #expect(abs(small.predicted - 0.01 * check.gradientNormSquared) < 1e-15)
    #expect(abs(large.predicted / small.predicted - 100) < 1e-9)
    #expect(abs(small.measured / small.predicted - 1) < 0.01)
    // ℓ is convex in the query, so that no step gains more than its slope promises.
    #expect(large.measured < large.predicted && large.measured > 0)
  }

  @Test func moreDistractorsMakeALargerGradient() throws {
    let squares = try [4, 40, 400].map {
      try #require(result(distractors: $0, slack: 1).checks.gradients.first).gradientNormSquared
    }
    #expect(squares[0] < squares[1] && squares[1] < squares[2])
  }

  /// The model writes the token, the question is put behind it, and the token is written again.
  @Test func generatedTokensCarryWhatTheyAttendTo() throws {
    let distractors = 20
    let result = try result(distractors: distractors, slack: 1)
    let checks = result.checks.signals
    #expect(checks.map(\.token) == [3, 11, 3] && checks.map(\.number) == [0, 1, 2])
    #expect(checks.map(\.position) == (0..<3).map { distractors + 2 + $0 })
    // The token asks for nothing and looks everywhere alike; the forced asker finds the token in the
    // context and in the trace.
    let e = exp(Self.margin)
    let found = e / (2 * e + Double(distractors + 2))
    let masses = [1 / Double(distractors + 3), found, 1 / Double(distractors + 5)]
    #expect(zip(checks, masses).allSatisfy { abs($0.mass - $1) < 1e-6 && $0.factMass == $0.mass })
    #expect(checks.allSatisfy { $0.holds })
    // A value of the same token in the trace is a distractor as good as the needle: the bound is 1.
    for (check, copies) in zip(checks, [2.0, 2, 3]) {
      #expect(abs(check.signalBound - 1) < 1e-6)
      #expect(abs(check.distractorMaximum - check.needle) < 1e-6)
      // What its copies get counts like what it gets itself; the rest is near the average.
      #expect(check.signal > copies * check.mass - 0.1)
    }
    // By hand for the first: all but asker and token pair up with the context's mean.
    let mean = (0..<7).map { Double((distractors - $0 + 6) / 7) / Double(distractors) }
    let norm = (1 + mean.reduce(0) { $0 + $1 * $1 }).squareRoot()
    let average = -mean.reduce(0) { $0 + $1 * $1 } / norm
    let output = (2 / norm + Double(distractors) * average) / Double(distractors + 3)
    #expect(abs(checks[0].output - output) < 1e-5)
    #expect(abs(checks[0].needle - 1 / norm) < 1e-5)
    #expect(abs(checks[0].distractorMean - average) < 1e-5)
  }
}
