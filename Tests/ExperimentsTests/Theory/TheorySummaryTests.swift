import Instrumentation
import SandboxTasks
import TestTags
import Testing

@testable import Experiments

/// What is counted, on numbers that are made up.
@Suite(.tags(.slow)) struct TheorySummaryTests {
  private func target(_ mass: Double, gap: Double, competitors: Int) -> TargetCheck {
    TargetCheck(
      hop: 0, token: 0, position: 3, visibleKeys: 10, mass: mass, gap: gap,
      competitors: CompetitorCount(slack: 0, count: competitors),
      requirements: [.init(shortfall: 0.1, gap: 4.4), .init(shortfall: 0.5, gap: 2.2)])
  }

  private func gradient(error: Double, square: Double) -> GradientCheck {
    GradientCheck(
      hop: 0, token: 0, position: 3, mass: 0.5, loss: 0.7, gradientNormSquared: square,
      gradientError: error,
      gains: [.init(learningRate: 0.1, predicted: 0.2, measured: 0.1)])
  }

  private func signal(_ hop: Int, mass: Double, output: Double, bound: Double) -> SignalCheck {
    SignalCheck(
      number: 0, token: 1, position: 12, hop: hop, factMass: mass, mass: mass, output: output,
      bound: bound, needle: 3, distractorMean: -1, distractorMaximum: 2)
  }

  private func summary(
    _ targets: [TargetCheck] = [], _ gradients: [GradientCheck] = [],
    _ signals: [SignalCheck] = []
  ) throws -> TheorySummary {
    let item = try ProbeFixture.items(length: 60)[0]
    let summaries = TheorySummary.make([
      TheoryResult(
        item: item,
        checks: TheoryChecks(
          site: RetrievalSite(layer: 1, head: 2), targets: targets, gradients: gradients,
          signals: signals))
    ])
    #expect(summaries.count == 1 && summaries[0].length == 60)
    return summaries[0]
  }

  @Test func aMassAboveItsBoundIsCounted() throws {
    // Nine competitors as high as the target leave it a tenth at most.
    let summary = try summary([
      target(0.1, gap: 0, competitors: 9), target(0.101, gap: 0, competitors: 9),
      target(0.9, gap: 0, competitors: 9),
    ])
    #expect(summary.bound.violations == 2 && summary.violations == 2 && summary.bound.rows == 3)
    #expect(abs(summary.bound.mass.value - 1.101 / 3) < 1e-12)
    #expect(abs(summary.bound.bound.value - 0.1) < 1e-12)
  }

  @Test func aGapWithoutItsMassIsCounted() throws {
    let summary = try summary([
      target(0.95, gap: 5, competitors: 0), target(0.7, gap: 5, competitors: 0),
      target(0.4, gap: 3, competitors: 0), target(0.1, gap: 1, competitors: 0),
    ])
    #expect(summary.requirements.map(\.shortfall) == [0.1, 0.5])
    #expect(summary.requirements.map(\.reached) == [2, 3])
    #expect(summary.requirements.map(\.violations) == [1, 1])
    #expect(summary.requirements[0].gap.value == 3.5)
    // 1/(1 + 9e^(−gap)): .943 twice, .69 and .23, of which the first is met.
    #expect(summary.guaranteeViolations == 3 && summary.violations == 3)
  }

  @Test func aWrongGradientIsCounted() throws {
    let summary = try summary(
      [],
      [
        gradient(error: 1e-8, square: 2), gradient(error: 1e-3, square: 2),
        // Too small to be told from rounding.
        gradient(error: 1e-3, square: 1e-12),
      ])
    #expect(summary.gradient.violations == 1 && summary.violations == 1)
    #expect(summary.gradient.greatestError == 1e-3)
    #expect(summary.gains.map(\.learningRate) == [0.1])
    #expect(abs(summary.gains[0].measured.value - 0.1) < 1e-12)
  }

  @Test func anOutputAboveItsBoundIsCounted() throws {
    let summary = try summary(
      [], [],
      [
        signal(0, mass: 0.2, output: 1, bound: 1.5), signal(0, mass: 0.6, output: 1, bound: 1),
        signal(1, mass: 0.4, output: 1.1, bound: 1),
      ])
    #expect(summary.signal.violations == 1 && summary.violations == 1)
    #expect(abs(summary.signal.mass.value - 0.4) < 1e-12)
    // The greatest of each fact, .6 and .4.
    #expect(abs(summary.signal.greatestMass.value - 0.5) < 1e-12)
    let check = signal(0, mass: 0.2, output: 1, bound: 1.5)
    #expect(check.signal == 0.5 && check.signalBound == 0.625)
  }
}
