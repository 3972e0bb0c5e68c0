import Experiments
import Foundation
import Instrumentation
import SandboxTasks
import TestTags
import Testing
import TransformerModel

/// What the one teacher-forced pass says, against decoding and against a pass over everything.
@Suite(.tags(.slow)) struct AnswerMeasurementTests {
  static let shapes: [TaskShape] = [
    .keyValue, .needle(NeedleTask(keys: 3, values: 2, queries: 2)),
    .multiHop(MultiHopTask(hops: 3)),
  ]

  private func measure(_ item: ProbeItem) throws -> AnswerMeasurement {
    try #require(try ProbeFixture.results([item]).first?.measurements.first).answer
  }

  @Test func itIsCorrectExactlyWhenGreedyDecodingWritesTheAnswer() throws {
    for shape in Self.shapes {
      let drawn = try ProbeFixture.items(shape, length: 80)[0].instance
      let decoded = ProbeFixture.decode(
        drawn.context + drawn.directPrompt, count: drawn.answer.count)
      var instance = drawn
      instance.answer = decoded
      #expect(try measure(ProbeItem(file: "", instance: instance)).isCorrect)
      for place in decoded.indices {
        instance.answer = decoded
        instance.answer[place] = 63 - decoded[place]
        let answer = try measure(ProbeItem(file: "", instance: instance))
        #expect(!answer.isCorrect)
        // Up to the first wrong token the rows have read what decoding has read.
        #expect(answer.best.prefix(place + 1) == decoded.prefix(place + 1))
      }
    }
  }

  @Test func probabilitiesAreThoseOfOnePassOverEverything() throws {
    for shape in Self.shapes {
      let item = try ProbeFixture.items(shape, length: 120)[0]
      let instance = item.instance
      let answer = try measure(item)
      let start = instance.context + instance.directPrompt
      let session = InferenceSession(ProbeFixture.model, capacity: 300)
      let logits = session.append(start + instance.answer, logits: .all)
      var product = 1.0
      var values = 1.0
      for (step, token) in instance.answer.enumerated() {
        let row = logits[(start.count - 1 + step) * 64..<(start.count + step) * 64].map(Double.init)
        let probability = exp(row[Int(token)]) / row.reduce(0) { $0 + exp($1) }
        #expect(abs(answer.probabilities[step] / probability - 1) < 1e-4)
        product *= probability
        if instance.answerIsValue[step] { values *= probability }
      }
      #expect(abs(answer.answerProbability / product - 1) < 1e-3)
      #expect(abs(answer.valueProbability / values - 1) < 1e-3)
      #expect((answer.answerProbability == answer.valueProbability) == (shape.family != .needle))
    }
  }

  /// The facts that each answer token is to be found in, found again by what they say.
  @Test func recordsAreOfTheFactThatHoldsTheToken() throws {
    for shape in Self.shapes {
      let item = try ProbeFixture.items(shape, length: 120)[0]
      let instance = item.instance
      let tokens = instance.context + instance.directPrompt + instance.answer
      let first = instance.context.count + instance.directPrompt.count - 1
      var rows: [AttentionSite: [Float]] = [:]
      let session = InferenceSession(ProbeFixture.model, capacity: 300)
      session.append(
        tokens,
        observing: AttentionObservation(rows: Array(first..<tokens.count - 1)) { site, seen in
          rows[site] = seen.scores
        })
      let records = try measure(item).records
      let targetCount = instance.family == .multiHop ? 3 : 1
      #expect(records.count == 2 * 4 * instance.answer.count * targetCount)
      for record in records {
        let site = try #require(
          rows.keys.first {
            $0.layer == record.layer && $0.head == record.head
              && $0.row == first + record.answerStep
          })
        let scores = try #require(rows[site]).map(Double.init)
        let fact = instance.gold[record.hop]
        let total = scores.reduce(0) { $0 + exp($1) }
        let mass = fact.span.reduce(0) { $0 + exp(scores[$1]) } / total
        #expect(abs(record.reading.mass - mass) < 1e-5)
        #expect(
          abs(
            record.numbers[Instruments.standardPlace(of: ValueMass.self)]
              - fact.value.reduce(0) { $0 + exp(scores[$1]) } / total) < 1e-5)
        if instance.family != .multiHop {
          #expect(instance.context[fact.span].contains(instance.answer[record.answerStep]))
        }
      }
      let hops = records.filter { $0.layer == 0 && $0.head == 0 }.map(\.hop)
      switch shape.family {
      case .keyValue: #expect(hops == [0, 0])
      case .needle: #expect(hops == [0, 0] + [1, 2, 3].flatMap { [$0, $0, $0, $0, $0] })
      case .multiHop: #expect(hops == [0, 1, 2, 0, 1, 2])
      default: Issue.record("no such shape is measured here")
      }
    }
  }

  @Test func sitesReadTheFirstValueTokenOfEachFact() throws {
    let item = try ProbeFixture.items(Self.shapes[1], length: 120)[0]
    let measurement = try #require(try ProbeFixture.results([item]).first?.measurements.first)
    let sites = measurement.siteReadings(item.instance)
    #expect(sites.count == 2 * 4)
    for reading in sites {
      // The answer is `c d`, then three times `ordinal a b c d`.
      func mean(_ steps: [Int], _ number: (TargetReading) -> Double) -> Double {
        let records = measurement.answer.records.filter {
          $0.layer == reading.site.layer && $0.head == reading.site.head
            && steps.contains($0.answerStep)
        }
        #expect(records.count == steps.count)
        return records.reduce(0) { $0 + number($1.reading) } / Double(steps.count)
      }
      let first = [0, 5, 10, 15]
      let all = first.flatMap { [$0, $0 + 1] }
      #expect(abs(reading[.mass]! - mean(first, \.mass)) < 1e-12)
      #expect(abs(reading[.margin]! - mean(first, \.margin)) < 1e-12)
      #expect(abs(reading[.massAll]! - mean(all, \.mass)) < 1e-12)
      #expect(abs(reading[.marginAll]! - mean(all, \.margin)) < 1e-12)
      #expect(reading[.mass]! != reading[.massAll]!)
      #expect(reading[.mass]! <= reading[.bound]!)
    }
    let hops = try ProbeFixture.items(Self.shapes[2], length: 120)[0]
    let last = try #require(try ProbeFixture.results([hops]).first?.measurements.first)
    let first = try #require(last.siteReadings(hops.instance).first)
    // Two value tokens, both of the last hop's fact.
    let masses = last.answer.records.filter { ($0.layer, $0.head, $0.hop) == (0, 0, 2) }
      .map(\.reading.mass)
    #expect(masses.count == 2 && first[.mass] == masses[0])
    #expect(first[.massAll] == (masses[0] + masses[1]) / 2)
  }
}
