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

  /// Whatever is drawn, a run ends before the step or token that would exceed its budget, and no
  /// earlier: the next one would have.
  @Test func budgetsAreKeptByTheVerySpans() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    for policy in SpanTraining.Policy.allCases {
      for control in SpanTraining.Control.allCases {
        var training = SpanTraining(
          steps: 4, spanLength: 17, training: .query, policy: policy, control: control)
        let budget = Method(adaptation: training).expectedFLOPs(extent, costs)
        training.steps = 100
        for seed in UInt64(0)..<6 {
          let outcome = try fixture.run(
            Method(adaptation: training, budget: budget), on: fixture.marked, seed: seed)
          #expect(outcome.spentFLOPs == outcome.predictedFLOPs && outcome.spentFLOPs <= budget)
          // The dearest step there is would not have fitted.
          let dearest = costs.spanStep(
            17, start: 150 - 18, keyValues: .frozen, targets: .query)
          #expect(budget - outcome.spentFLOPs < dearest && outcome.steps.count >= 2)
        }
      }
    }
  }

  /// Steps leave room for the shortest thought, and a thought gets what they leave.
  @Test func thoughtsGetWhatStepsLeave() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    var training = SpanTraining(steps: 4, spanLength: 17, training: .query, policy: .oracle)
    let budget = Method(adaptation: training).expectedFLOPs(extent, costs)
    for steps in [1, 3, 100] {
      training.steps = steps
      for end in TraceEnd.allCases {
        let method = Method(
          adaptation: training, decoding: Thinking(tokens: 1000, end: end), budget: budget)
        var roomy = method
        roomy.decoding = Thinking(tokens: 200, end: end)
        let outcome = try fixture.run(roomy, on: fixture.marked)
        #expect(outcome.spentFLOPs == outcome.predictedFLOPs && outcome.spentFLOPs <= budget)
        #expect(!outcome.answers.isEmpty)
        if end == .budget && steps < 4 {
          let next = costs.decode(1, after: 150 + 200)
          #expect(budget - outcome.spentFLOPs < next)
        }
      }
    }
    let error = #expect(throws: MethodError.self) {
      try fixture.run(Method(budget: 1000), on: fixture.marked)
    }
    let sentence = "\(try #require(error))"
    #expect(sentence.contains("A budget of 1000 operations does not pay"))
  }

  @Test func matchedDecodingsSpendTheBudgetUpToOneToken() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    let training = SpanTraining(steps: 4, spanLength: 17, training: .query)
    let budget = try fixture.run(training).spentFLOPs
    let kinds: [(Int) -> any Decoding] = [
      { Thinking(tokens: $0, end: .budget) },
      { SelfConsistency(traces: 3, tokensEach: $0, end: .budget) },
      { BeamSearch(beams: 3, tokensEach: $0, end: .budget) },
    ]
    for kind in kinds {
      let match = try #require(
        BudgetMatch(within: budget, least: 2) { kind($0).flops(extent, costs) })
      let outcome = try fixture.run(
        Method(decoding: kind(match.tokens)), on: fixture.marked)
      #expect(outcome.spentFLOPs + match.remainder == budget)
      #expect(match.remainder >= 0 && kind(match.tokens + 1).flops(extent, costs) > budget)
    }
    #expect(
      BudgetMatch(within: 1000, least: 1) { Thinking(tokens: $0).flops(extent, costs) } == nil)
  }
}
