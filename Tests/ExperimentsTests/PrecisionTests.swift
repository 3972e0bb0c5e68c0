import DataFiles
import Experiments
import SandboxTasks
import TensorKernels
import TestTags
import Testing
import TransformerModel

/// Experiments over keys and values in half precision.
@Suite(.tags(.slow)) struct PrecisionTests {
  static let halves: [StoragePrecision] = [.float16, .bfloat16]

  private func settings(_ precision: StoragePrecision) -> ProbeSettings {
    var settings = ProbeFixture.adapting(steps: 3)
    settings.keyValuePrecision = precision
    return settings
  }

  /// Answers, masses and steps move by rounding, and by no more.
  @Test(arguments: halves)
  func probesMoveByRounding(_ precision: StoragePrecision) throws {
    let items =
      try ProbeFixture.items(length: 200, count: 2)
      + ProbeFixture.items(.multiHop(MultiHopTask()), length: 75)
    let exact = try ProbeFixture.results(items, settings(.float32))
    let rounded = try ProbeFixture.results(items, settings(precision))
    // Scores of up to some units are off by this share of themselves.
    let bound = 20 * precision.rounding
    for (a, b) in zip(exact, rounded) {
      #expect(a != b)
      for (x, y) in zip(a.measurements, b.measurements) {
        #expect(abs(x.answer.answerProbability - y.answer.answerProbability) < bound)
        for (r, s) in zip(x.answer.records, y.answer.records) {
          #expect(abs(r.reading.mass - s.reading.mass) < bound)
          #expect(abs(r.reading.margin - s.reading.margin) < bound)
        }
        guard let span = x.span, let other = y.span else { continue }
        #expect(span.start == other.start)
        #expect(abs(span.loss - other.loss) < bound)
        #expect(abs(span.gradientNorm - other.gradientNorm) < bound * span.gradientNorm)
      }
    }
    #expect(try ProbeFixture.results(items, settings(precision), threads: 3) == rounded)
  }

  @Test func halvesLetTwiceAsManyContextsBeProbed() throws {
    let items = try ProbeFixture.items(length: 60, count: 4)
    let bytes = KeyValueCache.bytes(ProbeFixture.configuration, capacity: 64)
    for (precision, workers) in [(StoragePrecision.float32, 2), (.float16, 4), (.bfloat16, 4)] {
      let run = try ProbeRun(
        ProbeFixture.model, settings: settings(precision), items: items, threads: 4,
        freeBytes: 2 * bytes)
      #expect(run.workers.count == workers)
    }
  }

  /// A sweep's records say by their keys how keys and values were stored, and otherwise keep the keys
  /// that they have always had.
  @Test(arguments: halves)
  func sweeps(_ precision: StoragePrecision) throws {
    func text(_ precision: StoragePrecision) -> String {
      SweepFixture.text.replacing(
        "count: 3", with: "count: 2, kv_precision: \"\(precision.rawValue)\"")
    }
    let plain = try SweepFixture.run(SweepFixture.text.replacing("count: 3", with: "count: 2"))
    let named = try SweepFixture.run(text(.float32))
    #expect(named.plan.hash == plain.plan.hash && named.plan.keys == plain.plan.keys)
    let run = try SweepFixture.run(text(precision))
    #expect(run.plan.hash != plain.plan.hash)
    #expect(run.plan.keys.isDisjoint(with: plain.plan.keys))

    let exact = try SweepFixture.records(plain)
    let rounded = try SweepFixture.records(run)
    #expect(try SweepFixture.records(SweepFixture.run(text(precision), threads: 3)) == rounded)
    // One by one behind the context, and what they cost, is the same; probabilities move by rounding.
    for (a, b) in zip(exact, rounded) where a.identity.method == "in-context" {
      #expect(a.spentFLOPs == b.spentFLOPs)
      #expect(abs(a.answerProbability - b.answerProbability) < 20 * precision.rounding)
    }
    #expect(
      zip(exact, rounded).contains { $0.answerProbability != $1.answerProbability })
  }

  @Test func unknownPrecisionsAreNamed() {
    #expect {
      try SweepFixture.plan(SweepFixture.text.replacing("count: 3", with: "kv_precision: \"half\""))
    } throws: { "\($0)".contains("kv_precision") }
  }
}
