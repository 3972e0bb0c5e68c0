import DataFiles
import Foundation
import Randomness
import Synchronization
import TestTimeCompute
import TransformerModel

@testable import Experiments

/// Small sweeps on the small random model.
enum SweepFixture {
  static let model = Transformer(
    Parameters(
      ModelConfiguration(
        vocabularySize: 64, width: 16, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 8,
        mlpWidth: 24), initializedBy: RandomStream(seed: 2, label: "sweep")))
  static let modelHash = String(repeating: "ab", count: 32)

  /// Two tasks, two lengths, and methods that each take their amount from the budget.
  static let text = """
    {
      model: "tiny",
      tasks: [{task: "key-value"}, {task: "multi-hop", hops: 2}],
      lengths: [40, 60],
      budgets: {steps: 2, span_length: 8},
      methods: [
        {method: "in-context"},
        {method: "qttt", span_length: 8, learning_rate: 1e-2},
        {method: "thinking", trace_end: "budget"},
        {method: "self-consistency", traces: 2, trace_end: "budget"},
      ],
      count: 3, seed: 4,
    }
    """

  static func plan(_ text: String = text) throws -> SweepPlan {
    SweepPlan(try SweepSpec(text, file: "spec.json5"), modelHash: modelHash)
  }

  static func run(_ text: String = text, threads: Int = 1) throws -> SweepRun {
    try SweepRun(plan(text), model: model, threads: threads)
  }

  /// All records of a run, in the order of the grid, without times.
  static func records(
    _ run: SweepRun, shard: Shard = .whole, done: Set<String> = []
  ) throws -> [SweepRecord] {
    let found = Mutex<[SweepRecord]>([])
    try run.run(run.pending(shard, done: done)) { _, record in
      found.withLock { $0.append(record) }
    }
    let byKey = Dictionary(uniqueKeysWithValues: found.withLock { $0 }.map { ($0.key, $0) })
    return run.plan.cells.indices.flatMap { cell in
      (0..<run.plan.spec.count).compactMap { index in
        byKey[run.plan.key(SweepPlan.Item(cell: cell, index: index))]?.withoutTimes
      }
    }
  }

  /// A record made by hand.
  static func record(
    method: String, index: Int, correct: Bool, probability: Double = 0.5, mass: [Float] = [0, 1],
    length: Int = 100, diverged: Bool = false
  ) -> SweepRecord {
    SweepRecord(
      key: "\(method) \(length) \(index)",
      identity: .init(
        taskLabel: "key-value", task: .keyValue, length: length, rotary: true, methodLabel: method,
        method: MethodCatalog.kind(method) == nil ? "qttt" : method, index: index),
      steps: nil, tokensEach: nil, budgetFLOPs: nil, hasDiverged: diverged, isCorrect: correct,
      isMajorityCorrect: nil, answerProbability: probability, valueProbability: probability,
      openingProbability: probability,
      generatedTokens: 2, spentFLOPs: 10, predictedFLOPs: 10, prefillFLOPs: 100,
      sites: diverged ? nil : .flat(mass), seconds: .init())
  }
}

extension SiteTable {
  /// One layer of as many heads as there are masses.
  static func flat(_ mass: [Float]) -> SiteTable {
    SiteTable(layers: 1, heads: mass.count, SiteColumn.standard.map { ($0, mass) })
  }
}

extension SweepRecord {
  var withoutTimes: SweepRecord {
    var copy = self
    copy.seconds = PhaseSeconds()
    return copy
  }

  var line: String {
    get throws {
      var json = JSONWriter()
      try write(to: &json)
      return json.text
    }
  }
}
