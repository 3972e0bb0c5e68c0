import Instrumentation
import Randomness
import Testing
import TransformerModel

/// The recorder on a small random model, against the raw scores of the same pass.
@Suite struct TargetMassRecorderTests {
  static let model = Transformer(
    Parameters(
      ModelConfiguration(
        vocabularySize: 12, width: 16, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 8,
        mlpWidth: 24),
      initializedBy: RandomStream(seed: 4, label: "recorder")))
  static let tokens: [Int32] = (0..<40).map { ($0 * 7 + $0 * $0) % 12 }
  static let rows = [
    WatchedRow(
      row: 3, answerStep: 0, targets: [WatchedTarget(hop: 0, span: 5..<10, value: 8..<10)]),
    WatchedRow(
      row: 4, answerStep: 1,
      targets: [
        WatchedTarget(hop: 0, span: 5..<10, value: 8..<10),
        WatchedTarget(hop: 1, span: 20..<25, value: 23..<25),
      ]),
  ]

  /// Raw scores by site, of the last five of the 40 tokens.
  func observe(_ observation: (InferenceSession) -> Void) {
    let session = InferenceSession(Self.model, capacity: 40, chunk: 16)
    session.append(Array(Self.tokens[..<35]), logits: .none)
    observation(session)
  }

  @Test func everyHeadHopAndStepHasItsRecord() throws {
    var scores: [AttentionSite: [Float]] = [:]
    observe {
      $0.append(
        Array(Self.tokens[35...]),
        observing: AttentionObservation(rows: [3, 4]) { site, seen in
          scores[site] = seen.scores
        })
    }
    let recorder = TargetMassRecorder(rows: Self.rows, slacks: [0, 1])
    observe { $0.append(Array(Self.tokens[35...]), observing: recorder.observation) }

    #expect(scores.count == 2 * 4 * 2)
    #expect(recorder.records.count == 2 * 4 * 3)
    #expect(recorder.firstNonFiniteSite == nil)
    for record in recorder.records {
      let watched = try #require(Self.rows.first { $0.answerStep == record.answerStep })
      let target = try #require(watched.targets.first { $0.hop == record.hop })
      let site = try #require(
        scores.keys.first {
          $0.layer == record.layer && $0.head == record.head && $0.row == watched.row
        })
      let row = try #require(attentionRow(scores[site]!))
      #expect(row.count == 35 + watched.row + 1)
      #expect(record.reading == row.reading(of: RangeSet(target.span), slacks: [0, 1]))
      #expect(
        record.numbers[Instruments.standardPlace(of: ValueMass.self)]
          == row.mass(on: RangeSet(target.value)))
      let end = target.span.upperBound
      #expect(record.followingMass == row.mass(on: RangeSet(end..<end + 1)))
      #expect(record.followingMass > 0)
      #expect(
        record.numbers[Instruments.standardPlace(of: ValueMass.self)] < record.reading.mass
          && record.reading.mass < 1)
    }
    let places = recorder.records.map { [$0.layer, $0.answerStep, $0.head, $0.hop] }
    #expect(Set(places).count == places.count)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test func aModelThatOverflowsIsReportedBySite() {
    let broken = Parameters(copying: Self.model.parameters)
    broken.view("model.layers.1.self_attn.q_proj.weight").fill(.infinity)
    let session = InferenceSession(Transformer(broken), capacity: 40)
    session.append(Array(Self.tokens[..<35]), logits: .none)
    let recorder = TargetMassRecorder(rows: Self.rows)
    session.append(Array(Self.tokens[35...]), observing: recorder.observation)
    #expect(recorder.firstNonFiniteSite?.layer == 1 && recorder.firstNonFiniteSite?.head == 0)
    #expect(recorder.records.allSatisfy { $0.layer == 0 } && recorder.records.count == 12)
  }
}
