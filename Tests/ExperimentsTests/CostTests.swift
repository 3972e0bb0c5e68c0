import DataFiles
import Experiments
import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import TestTimeCompute
import Testing
import TransformerModel

/// What is said to be spent before it is.
@Suite(.tags(.slow)) struct CostTests {
  @Test func aProbesOperationsAreCounted() throws {
    let items = try ProbeFixture.items(length: 60, count: 3) + ProbeFixture.items(length: 200)
    let run = try ProbeRun(
      ProbeFixture.model, settings: ProbeFixture.adapting(steps: 4, interval: 2), items: items,
      threads: 2)
    let rates = WorkRates(products: 2e9, attention: 1e9, adapt: 4e9, answer: 5e8)
    let estimate = ProbeEstimate(run, rates: rates)
    let costs = FLOPs(ProbeFixture.configuration)
    #expect(estimate.rows.map(\.length) == [60, 200] && estimate.rows.map(\.instances) == [3, 1])
    for row in estimate.rows {
      #expect(row.prefill == costs.prefill(row.length))
      #expect(row.adapt == 4 * costs.meanSpanStep(16, length: row.length))
      // In context, after two steps and after four: question and answer are 3 + 2 − 1 tokens.
      #expect(row.answer == 3 * costs.append(4, after: row.length, logits: .all))
      let attention = Double(costs.prefillAttention(row.length))
      var seconds = (Double(row.prefill) - attention) / 2e9
      seconds += attention / 1e9 + Double(row.adapt) / 4e9 + Double(row.answer) / 5e8
      #expect(abs(row.seconds - seconds) < 1e-12)
    }
    let each = estimate.rows.map(\.seconds)
    #expect(run.workers.count == 2 && abs(estimate.seconds - (each[0] + each[1])) < 1e-12)
    #expect(
      estimate.totalFLOPs
        == estimate.rows.reduce(0) {
          $0 + FLOPs.Count($1.instances) * ($1.prefill + $1.adapt + $1.answer)
        })
    #expect(estimate.prefillFLOPs < estimate.totalFLOPs)
  }

  /// Attention is what grows faster than the tokens.
  @Test func attentionIsTheQuadraticPart() {
    let costs = FLOPs(ProbeFixture.configuration)
    for (n, after) in [(1, 0), (7, 0), (100, 900)] {
      let rest =
        costs.append(n, after: after, logits: .none) - costs.prefillAttention(n, after: after)
      let one = costs.append(1, after: 0, logits: .none) - costs.prefillAttention(1)
      #expect(rest == FLOPs.Count(n) * one)
    }
  }

  /// So is it in what is generated, all layers counted.
  @Test func attentionOfGeneratedTokensIsWhatGrows() {
    let costs = FLOPs(ProbeFixture.configuration)
    let products = costs.decode(1, after: 0) - costs.decodeAttention(1, after: 0)
    for (n, after) in [(1, 1), (7, 0), (100, 900)] {
      let rest = costs.decode(n, after: after) - costs.decodeAttention(n, after: after)
      #expect(rest == FLOPs.Count(n) * products)
    }
  }

  /// Every kind of work takes its operations over its rate, and sums take the sum.
  @Test func timesAreOperationsOverRates() {
    let costs = FLOPs(ProbeFixture.configuration)
    let rates = WorkRates(
      products: 8e9, attention: 4e9, adapt: 2e9, answer: 1e9,
      generating: .init(products: 5e8, attention: 25e7))
    var work = WorkFLOPs()
    work.read(300, costs)
    let reading = Double(costs.prefill(300)) - Double(costs.prefillAttention(300))
    var seconds = reading / 8e9 + Double(costs.prefillAttention(300)) / 4e9
    #expect(abs(work.seconds(rates) - seconds) < 1e-12 && work.total == costs.prefill(300))
    var rest = WorkFLOPs()
    rest.generate(9, after: 300, costs)
    rest.adapt = 6_000
    rest.answer = 5_000
    let attention = Double(costs.decodeAttention(9, after: 300))
    seconds += (Double(costs.decode(9, after: 300)) - attention) / 5e8 + attention / 25e7
    seconds += 6e3 / 2e9 + 5e3 / 1e9
    work += rest
    #expect(abs(work.seconds(rates) - seconds) < 1e-12)
    #expect(work.total == costs.prefill(300) + costs.decode(9, after: 300) + 11_000)
  }

  @Test func memoryGrowsWithTheContextAndNotWithItsSquare() throws {
    func memory(_ length: Int, _ precision: StoragePrecision) throws -> ProbeEstimate.Memory {
      let run = try ProbeRun(
        ProbeFixture.model,
        settings: ProbeSettings(
          adaptation: ProbeFixture.adapting(steps: 1).adaptation, keyValuePrecision: precision),
        items: ProbeFixture.items(length: length), threads: 1)
      return ProbeEstimate(
        run, rates: .init(products: 1, attention: 1, adapt: 1, answer: 1)
      ).memory
    }
    let short = try memory(5000, .float32)
    let long = try memory(20_000, .float32)
    #expect(Double(long.caches) / Double(short.caches) < 4.01)
    #expect(long.buffers - short.buffers < 15_000 * 100)
    #expect(2 * (try memory(20_000, .float16)).caches == long.caches)
  }

  @Test func ratesAreMeasuredWhateverTheLength() throws {
    for (length, steps) in [(5, 0), (6, 1), (7, 2), (63, 1), (300, 0), (5000, 1)] {
      let run = try ProbeRun(
        ProbeFixture.model, settings: ProbeFixture.adapting(steps: steps),
        items: ProbeFixture.items(length: length), threads: 1)
      let rates = ProbeEstimate.measureRates(run)
      #expect([rates.products, rates.attention, rates.answer].allSatisfy { $0 > 0 && $0.isFinite })
      #expect((rates.adapt == nil) == (steps == 0))
    }
  }

  @Test(arguments: [1, 5, 300, 2000]) func ratesOfGeneratingAreMeasured(length: Int) {
    let rates = WorkRates.measure(
      ProbeFixture.model, context: [Int32](repeating: 1, count: length), answer: [2, 3],
      precision: .float32, training: nil, generates: true, threads: 2)
    let generating = rates.generating
    #expect((generating?.products ?? 0) > 0 && (generating?.attention ?? 0) > 0)
    #expect(generating?.products.isFinite == true && generating?.attention.isFinite == true)
    #expect(rates.adapt == nil)
  }

  @Test func scalingMeasuresEveryQuantityAtEveryLength() throws {
    let run = ScalingRun(
      ProbeFixture.model, precision: .bfloat16, spanLength: 16, steps: 1, decodedTokens: 2, seed: 1,
      workers: Workers(count: 2))
    let rates = try run.measureRates()
    let meter = ScalingRun.Meter(restart: { 1 << 20 }, peak: { 3 << 20 })
    var table = ScalingTable()
    var last: ScalingRun.Point?
    for length in [run.leastLength, 200, 1500] {
      let point = try run.measure(length, rates: rates, meter: meter)
      for pair in [point.prefill, point.step, point.token, point.answer] {
        #expect(pair.measured > 0 && pair.predicted > 0 && pair.predicted.isFinite)
      }
      #expect(point.memory?.measured == Double(3 << 20))
      #expect(point.length == length)
      #expect((last?.memory?.predicted ?? 0) < (point.memory?.predicted ?? 0))
      #expect(point.prefillFLOPs == Double(FLOPs(ProbeFixture.configuration).prefill(length)))
      last = point
      table.add(point, of: run)
    }
    let folder = try TemporaryFolder()
    let path = folder.file(ScalingTable.fileName)
    try table.write(to: path)
    // Read again and added to, a row takes the place of the one at its length.
    let bytes = try FileSystem.read(path)
    var again = try ScalingTable(path)
    try again.write(to: path)
    #expect(try FileSystem.read(path) == bytes)
    again.add(try run.measure(200, rates: rates, meter: meter), of: run)
    again.add(try run.measure(100, rates: rates, meter: meter), of: run)
    try again.write(to: path)
    let read = try CSVTable.read(path)
    #expect(try read.ints("length") == [run.leastLength, 100, 200, 1500])
    #expect(Set(try read.strings("kv_precision")) == ["bfloat16"])
  }

  @Test func anInterruptionEndsAMeasurement() throws {
    struct Stop: Error {}
    let run = ScalingRun(
      ProbeFixture.model, precision: .float32, spanLength: 16, seed: 1, workers: .one)
    let rates = try run.measureRates()
    #expect(throws: Stop.self) {
      _ = try run.measure(
        3000, rates: rates, meter: .init(restart: { nil }, peak: { nil }),
        checkpoint: { throw Stop() })
    }
  }
}
