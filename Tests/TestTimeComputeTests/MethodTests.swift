import DataFiles
import Randomness
import TensorKernels
import TestTimeCompute
import Testing
import TransformerModel

/// What holds for every method.
@Suite struct MethodTests {
  @Test func closedFormsEqualTheTally() throws {
    let fixtures = [
      MethodFixture(), MethodFixture(Transformer(try Checkpoint.load(fixtureFolder))),
      MethodFixture(workers: Workers(count: 3)),
    ]
    for fixture in fixtures {
      for problem in fixture.problems {
        for adaptation in allAdaptations {
          let outcome = try fixture.run(Method(adaptation: adaptation), on: problem)
          #expect(!outcome.hasDiverged)
          #expect(outcome.spentFLOPs == outcome.predictedFLOPs, "\(adaptation)")
        }
        for decoding in allDecodings {
          let method = Method(decoding: decoding)
          let outcome = try fixture.run(method, on: problem)
          #expect(outcome.spentFLOPs == outcome.predictedFLOPs, "\(decoding)")
          #expect(
            outcome.spentFLOPs
              == method.expectedFLOPs(problem.extent(behind: 150), fixture.context.costs))
        }
        for decoding in freeDecodings {
          let method = Method(decoding: decoding)
          let outcome = try fixture.run(method, on: problem)
          #expect(outcome.spentFLOPs == outcome.predictedFLOPs, "\(decoding)")
          #expect(
            outcome.spentFLOPs
              <= method.expectedFLOPs(problem.extent(behind: 150), fixture.context.costs))
        }
      }
      #expect(fixture.context.prefillFLOPs == fixture.context.costs.prefill(150))
    }
  }

  @Test func expectationsAreExactWithoutSpans() throws {
    let fixture = MethodFixture()
    let extent = fixture.marked.extent(behind: 150)
    for adaptation in allAdaptations where !(adaptation is SpanTraining) {
      let method = Method(adaptation: adaptation, decoding: Thinking(tokens: 9, end: .budget))
      let outcome = try fixture.run(method, on: fixture.marked)
      #expect(outcome.spentFLOPs == method.expectedFLOPs(extent, fixture.context.costs))
    }
  }

  @Test func expectedSpanCostIsTheMeanOverManyRuns() throws {
    let fixture = MethodFixture()
    let method = Method(
      adaptation: SpanTraining(steps: 200, spanLength: 2, training: .query))
    let outcome = try fixture.run(method, on: fixture.marked)
    let expected = method.expectedFLOPs(fixture.marked.extent(behind: 150), fixture.context.costs)
    #expect(abs(Double(outcome.spentFLOPs) / Double(expected) - 1) < 0.05)
  }

  @Test func everythingIsLeftAsItWas() throws {
    let fixture = MethodFixture()
    let weights = fixture.model.parameters.flat.array.map(\.bitPattern)
    let cache = fixture.context.session.cache.backup(0..<150)
    let inContext = MethodFixture.summary(try fixture.run(Method(), on: fixture.marked))
    for adaptation in allAdaptations {
      for decoding: any Decoding in [DirectAnswer(), BeamSearch(beams: 3, tokensEach: 5)] {
        let method = Method(adaptation: adaptation, decoding: decoding)
        _ = try fixture.run(method, on: fixture.marked)
        #expect(fixture.context.session.length == 150)
        #expect(fixture.donor.session.length == 140)
        #expect(fixture.context.session.options == PassOptions())
        #expect(
          MethodFixture.summary(try fixture.run(Method(), on: fixture.marked)) == inContext)
      }
    }
    #expect(fixture.context.session.cache.backup(0..<150) == cache)
    #expect(fixture.model.parameters.flat.array.map(\.bitPattern) == weights)
  }

  @Test func theSameStreamGivesTheSameOutcome() throws {
    let fixture = MethodFixture()
    let other = MethodFixture(workers: Workers(count: 2))
    for adaptation in allAdaptations {
      let method = Method(
        adaptation: adaptation, decoding: SelfConsistency(traces: 2, tokensEach: 6))
      let first = MethodFixture.summary(try fixture.run(method, on: fixture.marked))
      #expect(MethodFixture.summary(try fixture.run(method, on: fixture.marked)) == first)
      #expect(MethodFixture.summary(try other.run(method, on: other.marked)) == first)
    }
  }

  @Test func anotherStreamGivesOtherSpans() throws {
    let fixture = MethodFixture()
    let training = SpanTraining(steps: 4, spanLength: 9, training: .query)
    let starts = try (0..<3).map { try fixture.run(training, seed: $0).steps.map(\.start) }
    #expect(Set(starts).count == 3)
  }

  @Test func zeroStepsEqualInContextExactly() throws {
    let fixture = MethodFixture()
    let inContext = MethodFixture.summary(try fixture.run(nil))
    var idle: [any Adaptation] = [
      ContextTraining(steps: 0, training: .of(.all)), QueryScaling.factor(1),
      EvidenceAlignment(steps: 0, training: .query, evidence: .gold),
      QueryScaling.scalableSoftmax(1e-3),
    ]
    for policy in SpanTraining.Policy.allCases {
      for control in SpanTraining.Control.allCases {
        idle.append(
          SpanTraining(
            steps: 0, spanLength: 17, training: .query, policy: policy, control: control))
      }
    }
    for adaptation in idle {
      #expect(MethodFixture.summary(try fixture.run(adaptation)) == inContext, "\(adaptation)")
      #expect(
        adaptation.expectedFLOPs(fixture.marked.extent(behind: 150), fixture.context.costs) == 0)
    }
  }

  @Test func anAdaptationChangesTheAnswersProbability() throws {
    let fixture = MethodFixture()
    let before = try fixture.run(nil)
    for adaptation in allAdaptations {
      #expect(try fixture.run(adaptation).probability != before.probability, "\(adaptation)")
    }
  }

  @Test func aDivergenceIsAnOutcomeAndLeavesNoTrace() throws {
    let fixture = MethodFixture()
    let before = MethodFixture.summary(try fixture.run(nil))
    let wild = TrainingSettings(optimizer: .sgd, learningRate: 1e39, clip: nil)
    for adaptation: any Adaptation in [
      SpanTraining(steps: 1, spanLength: 20, training: wild),
      SpanTraining(steps: 5, spanLength: 20, training: wild),
      ContextTraining(steps: 3, training: wild),
      QueryScaling.factor(.infinity),
    ] {
      let outcome = try fixture.run(adaptation)
      let divergence = try #require(outcome.divergence)
      #expect(outcome.hasDiverged && !divergence.place.isEmpty)
      // The step that met it, or behind which the answer did.
      #expect(divergence.step == (outcome.steps.isEmpty ? nil : outcome.steps.count))
      #expect(!outcome.isCorrect && outcome.answer.isEmpty && outcome.probability == 0)
      #expect(MethodFixture.summary(try fixture.run(nil)) == before)
    }
  }

  @Test func impossibleMethodsSayWhatWouldBeRight() throws {
    let fixture = MethodFixture()
    func complaint(_ method: Method, _ problem: Problem? = nil, donor: ReadContext? = nil) -> String
    {
      do {
        _ = try method.run(
          problem ?? fixture.marked, in: fixture.context,
          stream: RandomStream(seed: 1, label: "none"), donor: donor)
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    func spans(
      _ weights: TrainedWeights = .query, length: Int = 10, policy: SpanTraining.Policy = .uniform,
      control: SpanTraining.Control = .none
    ) -> Method {
      Method(
        adaptation: SpanTraining(
          steps: 1, spanLength: length, training: .of(weights), policy: policy, control: control))
    }
    #expect(complaint(spans(.key)).contains("the key weights needs the span's keys and values"))
    #expect(complaint(spans(.value)).contains("from a frozen cache they have no gradient"))
    #expect(complaint(spans(.all)).contains("all weights"))
    #expect(complaint(spans(length: 150)).contains("choose a span of at most 149"))
    #expect(complaint(spans(control: .otherContext)).contains("a second context"))
    var blind = fixture.marked
    blind.gold = []
    #expect(complaint(spans(policy: .oracle), blind).contains("names none"))
    #expect(complaint(Method(decoding: Thinking(tokens: 0))).contains("at least 1"))
    #expect(complaint(Method(decoding: Thinking(tokens: 400))).contains("the cache holds 400"))
    #expect(complaint(Method(decoding: BeamSearch(beams: 65, tokensEach: 9))).contains("65 beams"))
    #expect(complaint(Method(decoding: BeamSearch(beams: 8, tokensEach: 1))).contains("at least 2"))
    #expect(fixture.context.session.length == 150)
  }
}
