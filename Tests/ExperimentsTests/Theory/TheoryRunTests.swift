import DataFiles
import Experiments
import Foundation
import Randomness
import SandboxTasks
import TensorKernels
import TestTags
import TestTimeCompute
import Testing
import TransformerModel

@Suite(.tags(.slow)) struct TheoryRunTests {
  private static func items() throws -> [ProbeItem] {
    try ProbeFixture.items(length: 60, count: 3) + ProbeFixture.items(length: 200, count: 2)
      + ProbeFixture.items(.multiHop(MultiHopTask(hops: 3)), length: 120, count: 2)
      + ProbeFixture.items(.needle(NeedleTask(keys: 2, values: 2, queries: 2)), length: 100)
  }

  @Test func nothingBreaksTheTheory() throws {
    let results = try TheoryFixture.results(ProbeFixture.model, Self.items())
    for result in results {
      let instance = result.item.instance
      #expect(result.checks.targets.allSatisfy { $0.boundHolds && $0.guaranteeHolds })
      #expect(result.checks.gradients.allSatisfy { $0.gradientHolds })
      #expect(result.checks.signals.allSatisfy { $0.holds })
      // The first token of each value.
      #expect(result.checks.targets.map(\.hop) == instance.gold.map(\.hop))
      #expect(result.checks.targets.allSatisfy { $0.token == 0 })
      #expect(
        zip(result.checks.targets, result.checks.gradients).allSatisfy {
          $0.mass == $1.mass && $0.position == $1.position && abs(-log($0.mass) - $1.loss) < 1e-5
        })
      // Every token of the trace and of the answer, with every fact.
      let count = instance.trace.count + instance.answer.count
      #expect(result.checks.signals.count == count * instance.gold.count)
    }
    #expect(TheorySummary.make(results).map(\.violations) == [0, 0, 0, 0])
  }

  /// The statements are about a softmax over all keys: a layer with a window has no row of them.
  @Test func attentionByAnotherRuleIsRefused() throws {
    var configuration = ProbeFixture.configuration
    configuration.plans = [
      LayerPlan(), LayerPlan(attention: AttentionRule(visibility: SlidingWindow(keys: 8))),
    ]
    let model = Transformer(
      Parameters(configuration, initializedBy: RandomStream(seed: 2, label: "window")))
    let items = try ProbeFixture.items(length: 60)
    #expect(throws: TheoryError.otherRule(layer: 1)) {
      try TheoryFixture.results(model, items)
    }
    // A head of a layer that sees everything may be named.
    let site = RetrievalSite(layer: 0, head: 1)
    #expect(try TheoryFixture.results(model, items, site: site).count == 1)
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let items = try Self.items()
    let alone = try TheoryFixture.results(ProbeFixture.model, items)
    #expect(alone.map(\.item) == items)
    for threads in [2, 5] {
      #expect(try TheoryFixture.results(ProbeFixture.model, items, threads: threads) == alone)
    }
  }

  /// The head and the masses of a probe, which watches the same rows of key-value and needle.
  @Test func theSiteIsThatOfAProbe() throws {
    let items =
      try ProbeFixture.items(length: 200, count: 2) + ProbeFixture.items(length: 60, count: 3)
    let summaries = try ProbeFixture.results(items).flatMap(\.summaries)
    let site = try #require(FollowedHeads.choose(from: summaries)[.keyValue]).opening
    let results = try TheoryFixture.results(ProbeFixture.model, items)
    #expect(results.allSatisfy { $0.checks.site == site })
    for site in [RetrievalSite(layer: 0, head: 3), RetrievalSite(layer: 1, head: 0)] {
      let given = try TheoryFixture.results(ProbeFixture.model, items, site: site)
      #expect(given.allSatisfy { $0.checks.site == site })
      let records = try ProbeFixture.results(items).map { $0.measurements[0].answer.records }
      for (result, records) in zip(given, records) {
        let own = records.filter { ($0.layer, $0.head) == (site.layer, site.head) }
        #expect(
          zip(result.checks.targets, own).allSatisfy { abs($0.mass - $1.reading.bestMass) < 1e-12 })
      }
    }
  }

  /// A multi-hop value is restated by the row before it in the right trace.
  @Test func multiHopLooksFactsUpInTheTrace() throws {
    let item = try ProbeFixture.items(.multiHop(MultiHopTask(hops: 2)), length: 120)[0]
    let instance = item.instance
    let site = RetrievalSite(layer: 1, head: 1)
    let result = try TheoryFixture.results(ProbeFixture.model, [item], site: site)[0]
    // "two a b c d one c d e f =": c is token 3, e is 8.
    let values = [3, 8]
    #expect(
      values.map { instance.trace[$0] }
        == instance.gold.map { instance.context[$0.value.lowerBound] })
    let session = InferenceSession(ProbeFixture.model, capacity: 200)
    var masses: [Double] = []
    let offset = instance.context.count + instance.thinkingPrompt.count
    session.append(
      instance.context + instance.thinkingPrompt + instance.trace,
      observing: AttentionObservation(rows: values.map { offset + $0 - 1 }) { place, seen in
        guard (place.layer, place.head) == (site.layer, site.head) else { return }
        let all = seen.scores.map(Double.init)
        let total = all.reduce(0) { $0 + exp($1) }
        let fact = instance.gold[masses.count]
        masses.append((fact.span.map { exp(all[$0]) }.max() ?? 0) / total)
      })
    #expect(zip(result.checks.targets, masses).allSatisfy { abs($0.mass - $1) < 1e-5 })
  }

  @Test func whatCannotBeMeasuredIsRefused() throws {
    let items = try Self.items()
    #expect(throws: TheoryError.self) {
      try TheoryFixture.results(
        ProbeFixture.model, items, site: RetrievalSite(layer: 2, head: 0))
    }
    let error = TheoryError.noSuchSite(RetrievalSite(layer: 2, head: 0), layers: 2, heads: 4)
    #expect(
      "\(error)"
        == "there is no head 0 in a layer 2: the model has the layers 0 to 1 with the heads 0 to 3")
    #expect(throws: MethodError.self) {
      try TheoryFixture.results(
        ProbeFixture.model, items, TheorySettings(thinkingTokens: 0))
    }
    #expect(throws: ProbeError.self) {
      try TheoryFixture.results(RetrievalHead(margin: 1).model, items)
    }
  }

  @Test func aLongerTraceIsRepeated() throws {
    let items = try ProbeFixture.items(length: 60)
    let result = try TheoryFixture.results(
      ProbeFixture.model, items, TheorySettings(thinkingTokens: 20))[0]
    #expect(result.checks.signals.map(\.number) == Array(0..<22))
    // The bridge restates the question behind each answer.
    let question = items[0].instance.question
    #expect(result.checks.signals[2..<5].map(\.token) == question)
  }
}
