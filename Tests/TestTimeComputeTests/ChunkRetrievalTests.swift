import DataFiles
import Foundation
import Randomness
import TensorKernels
import Testing
import TransformerModel

@testable import TestTimeCompute

@Suite struct ChunkRetrievalTests {
  private let fixture = MethodFixture()

  private func retrieval(
    _ chunks: Int, of length: Int, by ranking: ChunkRetrieval.Ranking = .attention
  ) -> ChunkRetrieval {
    ChunkRetrieval(chunks: chunks, chunkLength: length, ranking: ranking)
  }

  /// The picking pass, the second reading and the answer cost what the closed form says, to the last
  /// multiply-add.
  @Test(arguments: ChunkRetrieval.Ranking.allCases)
  func closedFormEqualsTheTally(ranking: ChunkRetrieval.Ranking) throws {
    let extent = fixture.marked.extent(behind: 150)
    for (chunks, length) in [(1, 10), (3, 25), (4, 16), (15, 10), (99, 40)] {
      for decoding in [DirectAnswer(), Thinking(tokens: 9, end: .budget)] as [any Decoding] {
        let method = Method(
          adaptation: retrieval(chunks, of: length, by: ranking), decoding: decoding)
        let outcome = try fixture.run(method, on: fixture.marked)
        #expect(outcome.spentFLOPs == outcome.predictedFLOPs)
        let expected = method.expectedFLOPs(extent, fixture.context.costs)
        // A shorter last chunk, where it is picked, costs less.
        if 150 % length == 0 || chunks * length > 150 {
          #expect(outcome.spentFLOPs == expected)
        } else {
          #expect(outcome.spentFLOPs <= expected)
        }
      }
    }
    let free = retrieval(2, of: 16, by: .bm25).expectedFLOPs(extent, fixture.context.costs)
    #expect(free == fixture.context.costs.prefill(32))
  }

  /// Who retrieves everything has read the context in its order, and answers as in context.
  @Test(arguments: [7, 10, 150, 400], ChunkRetrieval.Ranking.allCases)
  func allChunksAreTheContext(length: Int, ranking: ChunkRetrieval.Ranking) throws {
    for problem in fixture.problems {
      let plain = try fixture.run(Method(), on: problem)
      let all = try fixture.run(
        Method(adaptation: retrieval(150, of: length, by: ranking)), on: problem)
      #expect(all.answer == plain.answer)
      for (a, b) in zip(all.answerProbabilities, plain.answerProbabilities) {
        #expect(abs(a / b - 1) < 1e-4)
      }
    }
  }

  /// The same made by hand: rank by attention, read what is picked into an empty cache, answer.
  @Test func answersAreThoseOfTheChunksAlone() throws {
    let problem = fixture.unmarked
    let session = fixture.context.session
    var attention = [Double](repeating: 0, count: 150)
    session.append(
      problem.directPrompt, logits: .none,
      observing: AttentionObservation(rows: Array(problem.directPrompt.indices)) { _, seen in
        guard let weights = seen.attention else { return }
        for place in 0..<150 { attention[place] += weights[place] }
      })
    session.rewind(to: 150)
    let ranked = (0..<10).map { chunk in
      (chunk, attention[15 * chunk..<15 * chunk + 15].reduce(0, +))
    }.sorted { $0.1 > $1.1 }
    let places = ranked.prefix(3).map(\.0).sorted().flatMap { 15 * $0..<15 * $0 + 15 }
    let alone = ReadContext(fixture.model, capacity: 100)
    alone.read(places.map { session.tokens[$0] })
    let expected = try Method().run(
      problem, in: alone, stream: RandomStream(seed: 1, label: "a run"))
    let outcome = try fixture.run(
      Method(adaptation: retrieval(3, of: 15)), on: problem)
    #expect(outcome.answer == expected.answer)
    for (a, b) in zip(outcome.answerProbabilities, expected.answerProbabilities) {
      #expect(abs(a / b - 1) < 1e-4)
    }
    #expect(outcome.heldOut == nil)
  }

  /// By hand: three texts of 2, 2 and 4 tokens, mean 8/3.
  @Test func rankingIsBM25() {
    let texts: [[Int32]] = [[1, 2], [3, 4], [1, 1, 5, 6]]
    let scores = ChunkRetrieval.bm25(of: [1, 9, 1], in: texts.map { $0[...] })
    let rarity = log(1 + 1.5 / 2.5)
    let first = rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (8.0 / 3)))
    let last = rarity * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / (8.0 / 3)))
    #expect(abs(scores[0] - first) < 1e-12 && scores[1] == 0 && abs(scores[2] - last) < 1e-12)
  }

  /// A budget pays for as many chunks as it is worth, and no run spends more.
  @Test func budgetsAreKept() throws {
    let costs = fixture.context.costs
    let extent = fixture.marked.extent(behind: 150)
    var settings = RetrieveMethod()
    settings.chunkLength = 16
    for budget in [ComputeBudget.matched(steps: 2, spanLength: 16), .operations(1 << 60)] {
      let chosen = ChosenMethod(settings, amount: .budget(budget))
      let resolved = try #require(chosen.resolved(extent, marksAnswers: true, costs: costs))
      let limit = try #require(resolved.budget)
      let outcome = try fixture.run(resolved.method, on: fixture.marked)
      #expect(outcome.spentFLOPs <= limit && outcome.spentFLOPs == outcome.predictedFLOPs)
      let more = settings.method((resolved.amount ?? 0) + 1, .sandbox)
      #expect(more.expectedFLOPs(extent, costs) > limit || (resolved.amount ?? 0) == 1 << 16)
    }
    let poor = ChosenMethod(settings, amount: .budget(.operations(10)))
    #expect(poor.resolved(extent, marksAnswers: true, costs: costs) == nil)
  }

  @Test(arguments: [
    ("{method: \"retrieve\", chunks: 0}", "chunks"),
    ("{method: \"retrieve\", chunks: 2, chunk_length: 0}", "chunk_length"),
    ("{method: \"retrieve\", chunks: 2, ranking: \"luck\"}", "ranking"),
    ("{method: \"retrieve\"}", "chunks"),
    ("{method: \"retrieve\", chunks: 1, budget: {flops: 9}}", "budget"),
  ])
  func badSettingsAreNamed(text: String, key: String) throws {
    var reader = try JSONObjectReader(JSONValue.parse(text, file: "m"), file: "m")
    do {
      _ = try ChosenMethod(&reader, wantsBudget: true)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)".contains(key))
    }
  }

  @Test func aProbeSaysWhyItCannot() {
    #expect(RetrieveMethod().defectInProbe?.contains("other places") == true)
    #expect(RetrieveMethod().defectOnText == nil)
  }
}
