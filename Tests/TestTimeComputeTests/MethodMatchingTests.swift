import Randomness
import TestTimeCompute
import Testing

@Suite struct MethodMatchingTests {
  let fixture = MethodFixture()

  @Test func plansAreWhatIsThenSpent() throws {
    for adaptation in allAdaptations {
      guard let training = adaptation as? SpanTraining else { continue }
      let stream = RandomStream(seed: 1, label: "a run")
      let length = training.control == .otherContext ? 140 : 150
      let plan = training.plannedFLOPs(
        fixture.marked, behind: length, stream: stream, costs: fixture.context.costs)
      guard let plan else {
        #expect(training.policy == .guided)
        continue
      }
      let direct = DirectAnswer().flops(fixture.marked.extent(behind: 150), fixture.context.costs)
      #expect(try fixture.run(training).spentFLOPs == plan + direct)
    }
  }

  @Test func matchedDecodingsSpendTheBudgetUpToOneToken() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    let training = SpanTraining(steps: 4, spanLength: 17, training: .query)
    let budget = try fixture.run(training).spentFLOPs
    let kinds: [(Int) -> any Decoding] = [
      { Thinking(tokens: $0) }, { SelfConsistency(traces: 3, tokensEach: $0) },
      { BeamSearch(beams: 3, tokensEach: $0) },
    ]
    for kind in kinds {
      let match = try #require(
        BudgetMatch(within: budget, extent, costs, least: 2, decoding: kind))
      let outcome = try fixture.run(
        Method(decoding: kind(match.tokens)), on: fixture.marked)
      #expect(outcome.spentFLOPs + match.remainder == budget)
      #expect(match.remainder >= 0 && kind(match.tokens + 1).flops(extent, costs) > budget)
    }
    #expect(
      BudgetMatch(within: 1000, extent, costs) { Thinking(tokens: $0) } == nil)
  }

  @Test func aSplitBudgetIsKept() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    let training = SpanTraining(steps: 8, spanLength: 17, training: .query)
    let budget = Method(adaptation: training).expectedFLOPs(extent, costs)
    for (share, steps) in [(0.0, 0), (0.5, 4), (0.8, 6)] {
      let split = try #require(
        Method.splitting(training, share: share, extent, costs) { Thinking(tokens: $0) })
      #expect(split.method.expectedFLOPs(extent, costs) + split.remainder == budget)
      #expect((split.method.adaptation as? SpanTraining)?.steps == steps)
      let outcome = try fixture.run(split.method, on: fixture.marked)
      #expect(outcome.steps.count == steps && outcome.traces[0].count > 2)
    }
    #expect(Method.splitting(training, share: 1, extent, costs) { Thinking(tokens: $0) } == nil)
  }
}
