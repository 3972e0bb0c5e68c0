import DataFiles
import Randomness
import TestTags
import Testing
import TransformerModel

@testable import Experiments

@Suite(.tags(.slow)) struct SweepRunTests {
  @Test func recordsDoNotDependOnWorkersShardsOrInterruptions() throws {
    let run = try SweepFixture.run()
    let whole = try SweepFixture.records(run)
    #expect(whole.count == run.plan.itemCount)
    #expect(try SweepFixture.records(SweepFixture.run(threads: 3)) == whole)
    let parts = try (1...3).flatMap {
      try SweepFixture.records(run, shard: Shard(index: $0, of: 3))
    }
    #expect(Set(parts.map(\.key)) == run.plan.keys)
    let byKey = Dictionary(uniqueKeysWithValues: whole.map { ($0.key, $0) })
    #expect(parts.allSatisfy { byKey[$0.key] == $0 })
    let done = Set(whole.indices.filter { $0 % 3 == 0 }.map { whole[$0].key })
    let rest = try SweepFixture.records(run, done: done)
    #expect(rest == whole.filter { !done.contains($0.key) })
  }

  @Test func methodsSpendTheBudgetAndNotMore() throws {
    let run = try SweepFixture.run()
    for record in try SweepFixture.records(run) {
      #expect(record.spentFLOPs == record.predictedFLOPs)
      #expect(!record.hasDiverged && record.sites != nil)
      guard let budget = record.budgetFLOPs else {
        #expect(record.identity.method == "in-context")
        continue
      }
      #expect(record.spentFLOPs <= budget)
      if record.identity.method == "qttt" {
        #expect(record.steps == 2 && 1...3 ~= record.stepsMade ?? 0)
        let loss = try #require(record.heldOut)
        #expect(loss.before > 0 && loss.after > 0 && 0...1 ~= loss.seen)
      } else {
        // One token more for each trace would cost more than is left.
        let traces = record.identity.method == "self-consistency" ? 2 : 1
        #expect(record.tokensEach ?? 0 > 1)
        let perToken = Double(record.spentFLOPs) / Double(record.generatedTokens)
        #expect(Double(budget - record.spentFLOPs) < 1.5 * perToken * Double(traces))
      }
    }
  }

  @Test func noStepsIsInContextToTheBit() throws {
    let run = try SweepFixture.run(
      """
      {model: "m", lengths: [50], tasks: [{task: "needle", keys: 2, values: 2, queries: 2}], count: 2,
       methods: [{method: "in-context"}, {method: "qttt", steps: 0, span_length: 8},
                 {method: "query-scale", factor: 1}]}
      """)
    let records = try SweepFixture.records(run)
    for index in 0..<2 {
      for cell in 1...2 {
        let (plain, other) = (records[index], records[2 * cell + index])
        #expect(plain.answerProbability == other.answerProbability)
        #expect(plain.sites == other.sites && plain.isCorrect == other.isCorrect)
      }
      #expect(records[index].valueProbability > records[index].answerProbability)
    }
  }

  @Test func everyMethodRuns() throws {
    let run = try SweepFixture.run(
      """
      {model: "m", lengths: [40], tasks: [{task: "multi-hop"}], count: 1,
       methods: [
         {method: "scalable-softmax", s: 0.3},
         {method: "qttt", steps: 1, span_length: 8,
          policy: ["uniform", "oracle", "guided"], control: ["none", "other-context", "shuffled",
          "random-direction"]},
         {method: "qttt", label: "variants", steps: 1, span_length: 8, span_kv: "recomputed",
          weights: ["low-rank-query", "key", "value", "output", "mlp", "all"]},
         {method: "qttt", label: "sgd", steps: 1, span_length: 8, optimizer: "sgd", clip: 0},
         {method: "full-ttt", steps: 1},
         {method: "alignment", steps: 1, evidence: ["gold", "picked", "random"], heads: ["looking", "all"]},
         {method: "thinking", tokens: 12, temperature: 0.6, top_k: 5},
         {method: "self-consistency", traces: 2, tokens: 12},
         {method: "beam", beams: 2, tokens: 12},
         {method: "qttt-thinking", steps: 1, span_length: 8, budget: {steps: 4, span_length: 8}},
       ]}
      """)
    let records = try SweepFixture.records(run)
    #expect(records.count == 31)
    for record in records {
      #expect(record.spentFLOPs == record.predictedFLOPs && !record.hasDiverged)
      let thinks = record.tokensEach != nil
      #expect((record.isMajorityCorrect != nil) == thinks)
      let table = try #require(record.sites)
      #expect(table.mass.count == 2 * 4 && table.mass.allSatisfy { 0...1 ~= $0 })
      let text = try record.line
      let read = try SweepRecord(JSONValue.parse(text), file: "text")
      #expect(read == record)
      #expect(try read.line == text)
    }
    // What differs must differ: no two ways to train end at the same numbers.
    let trained = records.filter { $0.steps == 1 && $0.tokensEach == nil }
    #expect(Set(trained.map(\.answerProbability)).count >= trained.count - 2)
  }

  @Test func aDivergenceIsARecordOfItsOwn() throws {
    let run = try SweepFixture.run(
      """
      {model: "m", lengths: [40], tasks: [{task: "key-value"}], count: 1,
       methods: [{method: "in-context"},
                 {method: "qttt", steps: 4, span_length: 8, learning_rate: 1e6, weight_decay: 1e6}]}
      """)
    let records = try SweepFixture.records(run)
    #expect(!records[0].hasDiverged)
    #expect(records[1].hasDiverged && records[1].sites == nil && !records[1].isCorrect)
    let place = try #require(records[1].divergedAt)
    #expect(place.wholeMatch(of: /step [1-4], the .+ of layer [01]/) != nil, "\(place)")
    #expect(try records[0].divergedAt == nil && !records[0].line.contains("diverged_at"))
    #expect(try SweepRecord(JSONValue.parse(records[1].line), file: "text") == records[1])
  }

  /// What no method is to blame for ends the sweep.
  @Test(arguments: [
    ("float32", "v_proj", Float(3e38), "the keys or values of layer 1 at token "),
    ("float16", "v_proj", 3e5, "the keys or values of layer 1 at token "),
    ("float32", "o_proj", 1e38, "the attention of layer 1"),
  ]) func aModelThatOverflowsIsNamedByLayer(
    precision: String, tensor: String, scale: Float, place: String
  ) throws {
    let parameters = Parameters(
      SweepFixture.model.configuration, initializedBy: RandomStream(seed: 2, label: "sweep"))
    parameters.view("model.layers.1.self_attn.\(tensor).weight").fill(scale)
    let plan = try SweepFixture.plan(
      """
      {model: "m", lengths: [40], tasks: [{task: "key-value"}], count: 1,
       kv_precision: "\(precision)",
       methods: [{method: "in-context"}, {method: "qttt", steps: 1, span_length: 8}]}
      """)
    let run = try SweepRun(plan, model: Transformer(parameters), threads: 1)
    let error = #expect(throws: SweepError.self) { _ = try SweepFixture.records(run) }
    let sentence = try #require(error).description
    #expect(
      sentence.hasPrefix(
        "key-value at T=40, instance 0, \"in-context\": the model's own scores are not finite, first in "
          + place), "\(sentence)")
  }

  @Test func budgetsThatPayForNothingAreNamed() throws {
    let error = #expect(throws: SweepError.self) {
      try SweepFixture.run(
        """
        {model: "m", lengths: [40], tasks: [{task: "key-value"}], count: 1,
         methods: [{method: "full-ttt", budget: {steps: 1, span_length: 2}}]}
        """)
    }
    #expect(error == .budgetTooSmall(method: "full-ttt", task: "key-value", length: 40))
  }
}
