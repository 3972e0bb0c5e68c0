import TensorKernels
import TestSupport
import Testing
import TransformerModel

@Suite struct ObservationTests {
  /// Scores seen while reading, in the order in which they came.
  private final class Record {
    var sites: [AttentionSite] = []
    var seen: [ObservedAttention] = []

    func observation(of rows: [Int]) -> AttentionObservation {
      AttentionObservation(rows: rows) { site, seen in
        self.sites.append(site)
        self.seen.append(seen)
      }
    }
  }

  @Test(arguments: ModelCase.all)
  func softmaxOfScoresIsThePattern(_ test: ModelCase) {
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let reference = ReferenceModel(parameters, options: test.options)
    let trace = reference.run(tokens, positions: positions, source: .rows([0..<n]))
    let rows = [0, n / 2, n - 1].reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
    for chunk in [1, 9, 64, n] {
      let record = Record()
      let session = InferenceSession(
        Transformer(parameters), capacity: n, options: test.options, chunk: chunk)
      session.append(
        tokens, positions: positions, logits: .none, observing: record.observation(of: rows))
      let c = test.configuration
      let attending = (0..<c.layers).count { c.plan($0).attention != nil }
      #expect(record.sites.count == rows.count * attending * c.queryHeads)
      #expect(Set(record.sites).count == record.sites.count)
      for (site, seen) in zip(record.sites, record.seen) {
        #expect(seen.visible.upperBound == site.row + 1)
        let expected = reference.pattern(
          trace, layer: site.layer, head: site.head, row: site.row, firstVisible: 0)
        #expect(relativeDistance(seen.attention ?? [], expected) < 1e-5)
      }
    }
  }

  @Test func rowsBehindACacheSeeItToo() {
    let test = ModelCase.all[0]
    let parameters = test.makeParameters()
    let (tokens, positions) = test.firstSequence()
    let reference = ReferenceModel(parameters)
    let trace = reference.run(
      tokens, positions: positions, source: .rows([0..<tokens.count]))
    let session = InferenceSession(
      Transformer(parameters), capacity: 40, workers: Workers(count: 2))
    session.append(Array(tokens[..<30]), logits: .none)
    let record = Record()
    session.append(Array(tokens[30...]), observing: record.observation(of: [2, 6]))
    // Layer by layer, row by row, head by head.
    let expectedSites = (0..<2).flatMap { layer in
      [2, 6].flatMap { row in
        (0..<6).map { AttentionSite(layer: layer, head: $0, row: row) }
      }
    }
    #expect(record.sites == expectedSites)
    for (site, seen) in zip(record.sites, record.seen) {
      #expect(seen.scores.count == 30 + site.row + 1)
      let expected = reference.pattern(
        trace, layer: site.layer, head: site.head, row: 30 + site.row, firstVisible: 0)
      #expect(relativeDistance(seen.attention ?? [], expected) < 1e-5)
    }
  }

  @Test func watchingChangesNothing() {
    let test = ModelCase.all[4]
    let model = Transformer(test.makeParameters())
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let plain = InferenceSession(model, capacity: n)
      .append(tokens, positions: positions, logits: .all)
    let record = Record()
    let watched = InferenceSession(model, capacity: n).append(
      tokens, positions: positions, logits: .all,
      observing: record.observation(of: Array(0..<n)))
    #expect(sameBits(plain, watched))
    #expect(!record.sites.isEmpty)
  }

  /// The query gives the scores with the cache's keys, and the pattern gives the output with its values.
  @Test(arguments: ModelCase.all)
  func vectorsAreThoseOfTheScores(_ test: ModelCase) {
    let (tokens, positions) = test.firstSequence()
    let n = tokens.count
    let c = test.configuration
    for chunk in [7, n] {
      let session = InferenceSession(
        Transformer(test.makeParameters()), capacity: n, options: test.options, chunk: chunk)
      var patterns: [AttentionSite: [Double]] = [:]
      var seen: [AttentionSite: HeadVectors] = [:]
      var shown: [AttentionSite: ObservedAttention] = [:]
      session.append(
        tokens, positions: positions, logits: .none,
        observing: AttentionObservation(
          rows: [0, n / 2, n - 1],
          visit: { site, attention in
            shown[site] = attention
            patterns[site] = attention.attention
          },
          visitVectors: { site, vectors in
            #expect(patterns[site] != nil, "scores come first")
            seen[site] = vectors
          }))
      #expect(seen.count == patterns.count && seen.count >= c.queryHeads)
      for (site, vectors) in seen {
        let range = 0..<site.row + 1
        let keys = session.cache.keys(layer: site.layer, queryHead: site.head, range)
        let values = session.cache.values(layer: site.layer, queryHead: site.head, range)
        let w = c.headWidth
        #expect(keys.count == range.count * w && values.count == keys.count)
        let expectedScores = shown[site]!.visible.map { j in
          (0..<w).reduce(0.0) { $0 + Double(vectors.query[$1]) * Double(keys[j * w + $1]) }
            / Double(w).squareRoot()
        }
        // A row that sees one key has log n = 0, and so has its score where that is the scale.
        let scores = shown[site]!.scores.map(Double.init)
        #expect(scores == expectedScores || relativeDistance(scores, expectedScores) < 1e-5)
        let expectedOutput = (0..<w).map { column in
          range.reduce(0.0) { $0 + patterns[site]![$1] * Double(values[$1 * w + column]) }
        }
        #expect(relativeDistance(vectors.output.map(Double.init), expectedOutput) < 1e-5)
      }
    }
  }
}
