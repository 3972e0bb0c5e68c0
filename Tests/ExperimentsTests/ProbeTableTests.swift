import SandboxTasks
import TestTags
import Testing

@testable import Experiments

@Suite(.tags(.slow)) struct ProbeTableTests {
  /// A measurement with the masses of two heads at value token 0.
  static func summary(
    _ task: TaskFamily = .keyValue, file: String = "a.jsonl", length: Int, index: Int,
    step: Int = 0, masses: [Double], probability: Double = 0.5
  ) -> ProbeSummary {
    ProbeSummary(
      file: file, task: task, length: length, index: index, step: step,
      isCorrect: probability > 0.5, answerProbability: probability,
      valueProbability: probability, openingProbability: probability,
      sites: masses.enumerated().map { head, mass in
        SiteReading(
          site: RetrievalSite(layer: 0, head: head), SiteColumn.standard,
          [mass, mass, 0, 0, 1, mass, 0])
      })
  }

  @Test func theSiteIsChosenInContextAtTheShortestLengthOfItsFamily() {
    let summaries = [
      // The longest length and the adapted step would choose head 0.
      Self.summary(length: 200, index: 0, masses: [0.9, 0.1]),
      Self.summary(length: 100, index: 0, masses: [0.4, 0.5]),
      Self.summary(length: 100, index: 1, masses: [0.4, 0.6]),
      Self.summary(length: 100, index: 0, step: 1, masses: [0.9, 0]),
      Self.summary(.needle, length: 300, index: 0, masses: [0.3, 0.3]),
    ]
    let heads = FollowedHeads.choose(from: summaries).mapValues(\.opening)
    #expect(heads[.keyValue]?.head == 1)
    #expect(heads[.needle]?.head == 0, "of sites that tie, the first")
    #expect(heads[.multiHop] == nil)
  }

  @Test func rowsPairTheLastStepWithTheFirst() throws {
    var summaries: [ProbeSummary] = []
    for (file, length) in [("b.jsonl", 200), ("a.jsonl", 100)] {
      for index in 0..<4 {
        for step in 0...2 {
          summaries.append(
            Self.summary(
              file: file, length: length, index: index, step: step,
              masses: [0.1, 0.2 * Double(index) + 0.1 * Double(step)],
              probability: step == 2 ? 0.75 : 0.25))
        }
      }
    }
    let site = RetrievalSite(layer: 0, head: 1)
    let table = try ProbeTable(
      summaries, heads: [.keyValue: FollowedHeads(site)], seed: 3, resamples: 500)
    #expect(
      table.rows.map(\.file) == [String](repeating: "b.jsonl", count: 4)
        + [
          String
        ](repeating: "a.jsonl", count: 4))
    #expect(
      table.rows.prefix(4).map(\.measure) == [.accuracy, .answerProbability, .massBest, .massMean])
    let accuracy = try #require(table.rows.first { $0.measure == .accuracy })
    #expect(accuracy.before.mean == 0 && accuracy.after?.mean == 1)
    // Four of four turned right; as many changes of chance would do it one time in eight.
    #expect(accuracy.difference?.test?.pValue == 0.125 && accuracy.difference?.mean == 1)
    let best = try #require(table.rows.first { $0.measure == .massBest })
    #expect(best.before.count == 4 && abs(best.before.mean - 0.3) < 1e-12)
    #expect(abs((best.difference?.mean ?? 0) - 0.2) < 1e-12)
    // Every instance gains the same, which is no certainty.
    #expect(best.difference?.isSignificant == false)
    #expect(try #require(best.before.upper) - #require(best.before.lower) > 0.1)
    let mean = try #require(table.rows.first { $0.measure == .massMean })
    #expect(abs(mean.before.mean - 0.2) < 1e-12)

    let inContext = try ProbeTable(
      summaries.filter { $0.step == 0 }, heads: [.keyValue: FollowedHeads(site)], seed: 3,
      resamples: 500)
    #expect(inContext.rows.allSatisfy { $0.after == nil && $0.difference == nil })
    #expect(inContext.rows.map(\.before) == table.rows.map(\.before))
  }
}
