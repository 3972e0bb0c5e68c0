import Randomness
import TensorKernels
import TestSupport
import Testing
import TransformerModel

@Suite struct BranchedSessionTests {
  private struct Reading {
    let model: Transformer
    let session: InferenceSession
    let tally: Tally

    init(_ test: ModelCase, workers: Int = 1, context: Int? = nil) {
      model = Transformer(test.makeParameters())
      tally = Tally()
      let (tokens, positions) = test.firstSequence()
      let count = context ?? tokens.count
      session = InferenceSession(
        model, capacity: count + 40, workers: Workers(count: workers), options: test.options,
        tally: tally)
      session.append(
        Array(tokens[..<count]), positions: Array(positions[..<count]), logits: .none)
    }
  }

  private func word(_ branch: Int, _ step: Int, _ test: ModelCase) -> Int32 {
    Int32((7 * branch + 5 * step + branch * step) % test.configuration.vocabularySize)
  }

  /// Together or one after the other, branches read the same bit for bit, and cost the same.
  @Test(arguments: ModelCase.all + [CacheTests.long])
  func branchesReadWhatSessionsRead(_ test: ModelCase) {
    let count = 6
    let steps = 9
    let together = Reading(test)
    let branches = BranchedSession(together.session, count: count, capacity: steps)
    var logits = [[[Float]]](repeating: [], count: count)
    for step in 0..<steps {
      let next = branches.append((0..<count).map { word($0, step, test) })
      for branch in 0..<count { logits[branch].append(next[branch]) }
    }
    let alone = Reading(test)
    let start = alone.session.length
    for branch in 0..<count {
      alone.session.rewind(to: start)
      for step in 0..<steps {
        let expected = alone.session.append([word(branch, step, test)])
        #expect(sameBits(logits[branch][step], expected), "branch \(branch), step \(step)")
      }
      // Shown in its session, a branch has the keys and values that it would have had alone.
      branches.show(branch)
      #expect(together.session.tokens == alone.session.tokens)
      #expect(together.session.positions == alone.session.positions)
      let range = 0..<alone.session.length
      #expect(together.session.cache.backup(range) == alone.session.cache.backup(range))
    }
    #expect(together.tally.multiplyAdds == alone.tally.multiplyAdds)
  }

  /// Branches that die, multiply, change places, and become fewer.
  @Test func forksTakeTheirPastAlong() {
    let test = ModelCase.all[0]
    let reading = Reading(test)
    let start = reading.session.length
    let branches = BranchedSession(reading.session, count: 1, most: 5, capacity: 9)
    var pasts: [[Int32]] = [[]]
    var logits: [[Float]] = []
    let forks = [
      [0], [0, 0, 0, 0, 0], [4, 3, 3, 0, 1], [1, 1, 1, 1, 1], [4, 0, 2, 0, 2], [0, 1, 2, 3, 4],
      [3, 0], [1, 0, 1], [2],
    ]
    for (step, parents) in forks.enumerated() {
      branches.fork(parents)
      let next = parents.indices.map { word($0, step, test) }
      pasts = zip(parents, next).map { pasts[$0] + [$1] }
      logits = branches.append(next)
      #expect(branches.count == parents.count && branches.length == step + 1)
      let alone = Reading(test)
      for (branch, past) in pasts.enumerated() {
        alone.session.rewind(to: start)
        var expected: [Float] = []
        for token in past { expected = alone.session.append([token]) }
        #expect(sameBits(logits[branch], expected), "step \(step), branch \(branch)")
      }
    }
    branches.show(0)
    #expect(Array(reading.session.tokens[start...]) == pasts[0])
  }

  @Test func workersChangeNothing() {
    let test = CacheTests.long
    func run(_ workers: Int) -> [Float] {
      let reading = Reading(test, workers: workers)
      // Enough branches that heads are shared out, and then more than a block of rows.
      return [20, 130].flatMap { count in
        let branches = BranchedSession(reading.session, count: count, capacity: 2)
        return (0..<2).flatMap { step in
          branches.append((0..<count).map { word($0, step, test) }).flatMap { $0 }
        }
      }
    }
    let one = run(1)
    for workers in [2, 3] { #expect(sameBits(run(workers), one)) }
  }

  /// Many branches go through other products, which round otherwise.
  @Test func manyBranchesAreNearlyTheSame() {
    let test = ModelCase.all[0]
    let reading = Reading(test)
    let start = reading.session.length
    let branches = BranchedSession(reading.session, count: 40, capacity: 1)
    let logits = branches.append((0..<40).map { word($0, 0, test) })
    for branch in [0, 17, 39] {
      reading.session.rewind(to: start)
      let expected = reading.session.append([word(branch, 0, test)])
      #expect(relativeDistance(logits[branch], expected.map(Double.init)) < 3e-6)
    }
  }

  /// A watched branch shows the scores that it would show alone, whatever place it has.
  @Test func branchesCanBeWatched() {
    let test = ModelCase.all[0]
    let reading = Reading(test)
    let start = reading.session.length
    let branches = BranchedSession(reading.session, count: 3, capacity: 2)
    _ = branches.append([1, 2, 3])
    branches.fork([2, 1, 1])
    var seen: [AttentionSite: [Float]] = [:]
    func watch(_ rows: [Int]) -> AttentionObservation {
      AttentionObservation(rows: rows) { site, shown in
        seen[site] = shown.scores
      }
    }
    _ = branches.append([4, 5, 6], observing: watch([0, 2]))
    let together = seen
    let c = test.configuration
    #expect(together.count == 2 * c.layers * c.queryHeads)
    for (branch, past) in [(0, [3, 4]), (2, [2, 6])] as [(Int, [Int32])] {
      seen = [:]
      reading.session.rewind(to: start)
      reading.session.append([past[0]])
      reading.session.append([past[1]], observing: watch([0]))
      for (site, scores) in seen {
        let place = AttentionSite(layer: site.layer, head: site.head, row: branch)
        #expect(together[place].map { sameBits($0, scores) } == true)
      }
    }
  }
}
