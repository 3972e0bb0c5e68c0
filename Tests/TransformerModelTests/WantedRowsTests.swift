import TensorKernels
import TestSupport
import Testing
import TransformerModel

/// What a session leaves out where nobody asks changes nothing that is asked for.
@Suite struct WantedRowsTests {
  /// Logits of the last row, and of the rows behind, are the same whatever was asked of those before.
  @Test(arguments: ModelCase.all.filter { $0.lengths[0] >= 20 })
  func logitsDoNotDependOnWhatWasAskedBefore(_ test: ModelCase) {
    let (tokens, positions) = test.firstSequence()
    let size = test.configuration.vocabularySize
    let model = Transformer(test.makeParameters())
    let whole = InferenceSession(model, capacity: tokens.count, options: test.options)
      .append(tokens, positions: positions, logits: .all)
    for chunk in [7, 64, 1000] {
      for workers in [1, 3] {
        let session = InferenceSession(
          model, capacity: tokens.count, workers: Workers(count: workers), options: test.options,
          chunk: chunk)
        let last = session.append(tokens, positions: positions, logits: .last)
        #expect(greatestDifference(last, whole.suffix(size).map(Double.init)) < 1e-4)
        session.rewind(to: 0)
        let half = tokens.count / 2
        session.append(
          Array(tokens[..<half]), positions: Array(positions[..<half]), logits: .none)
        let rest = session.append(
          Array(tokens[half...]), positions: Array(positions[half...]), logits: .all)
        #expect(greatestDifference(rest, whole.suffix(rest.count).map(Double.init)) < 1e-4)
      }
    }
  }

  /// The rows that are watched have the scores that they have when all rows are computed.
  @Test(arguments: ModelCase.all.filter { $0.lengths[0] >= 20 })
  func watchedRowsAreComputed(_ test: ModelCase) {
    let (tokens, positions) = test.firstSequence()
    let model = Transformer(test.makeParameters())
    func scores(_ logits: LogitRows, chunk: Int) -> [[Float]] {
      var seen: [AttentionSite: [Float]] = [:]
      InferenceSession(model, capacity: tokens.count, options: test.options, chunk: chunk).append(
        tokens, positions: positions, logits: logits,
        observing: AttentionObservation(rows: [11, tokens.count - 1]) { site, shown in
          seen[site] = shown.scores
        })
      return seen.sorted {
        ($0.key.layer, $0.key.head, $0.key.row) < ($1.key.layer, $1.key.head, $1.key.row)
      }
      .map(\.value)
    }
    let all = scores(.all, chunk: 1000)
    let without = test.configuration.plans.count { $0.attention == nil }
    #expect(
      all.count == 2 * (test.configuration.layers - without) * test.configuration.queryHeads)
    for chunk in [5, 1000] {
      for (few, expected) in zip(scores(.none, chunk: chunk), all) {
        #expect(greatestDifference(few, expected.map(Double.init)) < 1e-4)
      }
    }
  }
}
