import DataFiles
import Foundation
import TestTags
import Testing

@testable import Experiments

@Suite(.tags(.slow)) struct SweepPlanTests {
  @Test func keysAreWhatTheyHaveAlwaysBeen() throws {
    // A changed key means that finished sweeps are done again: change `SweepSpec.formatVersion` with
    // it, and say so.
    let plan = try SweepFixture.plan()
    let first = plan.key(SweepPlan.Item(cell: 0, index: 0))
    #expect(first == "b1902a15cb2cfb171ccc9dce8221ad2c278e801acae743540ec96635530eeac1")
    #expect(
      plan.key(SweepPlan.Item(cell: 9, index: 2))
        == "8775bedabeda483292c6b1aa0c2b4ff4c9f0a2f049b42220896ff929c2b3c877")
    #expect(plan.hash == "4c719bf8e5d8b7e67461e7e2db89cf95fa264abfbcc2e3e65b084b0ac8fa0ff5")
    #expect(plan.keys.count == plan.itemCount)
  }

  /// A setting that a table does not always show has a column where something departs from its default.
  @Test func settingsHaveColumnsByDeclaration() throws {
    let plan = try SweepFixture.plan(
      """
      {model: "tiny", tasks: [{task: "needle", keys: [1, 2]}, {task: "overwrite", restatements: 3}],
       lengths: [60], count: 1, budgets: {steps: 2, span_length: 8},
       methods: [{method: "in-context"}, {method: "retrieve", chunk_length: 8}]}
      """)
    #expect(try SettingColumns.added(by: SweepFixture.plan().cells).isEmpty)
    let added = SettingColumns.added(by: plan.cells)
    #expect(added == ["keys", "restatements", "chunk_length"])
    let cells = plan.cells.map { SettingColumns.cells(added, $0) }
    let kinds: [[CSVCell]] = [
      [1, .missing], [2, .missing], [.missing, 3],
    ]
    #expect(cells == kinds.flatMap { [$0 + [.missing], $0 + [8]] })
    let all =
      SweepResults.columns + SettingColumns.declared.dropFirst(SettingColumns.standard.count)
    #expect(Set(all).count == all.count)
  }

  @Test func aKeyDependsOnNothingThatDecidesNothing() throws {
    let plain = try SweepFixture.plan()
    let other = try SweepFixture.plan(
      """
      // Other labels, lengths, counts, methods and paths leave the records what they are.
      {model: "elsewhere/tiny", count: 8, seed: 4, lengths: [60, 40, 50],
       tasks: [{task: "multi-hop", hops: [2], label: "chains"}],
       methods: [{method: "thinking", label: "cot", trace_end: "budget", budget: {steps: 2, span_length: 8}}]}
      """)
    // Cell 9: task 1, length 60 is cells 12 … 15, of which 14 thinks.
    #expect(plain.cells[14].method.label == "thinking" && plain.cells[14].length == 60)
    #expect(
      plain.key(SweepPlan.Item(cell: 14, index: 2)) == other.key(SweepPlan.Item(cell: 0, index: 2)))
    #expect(plain.hash != other.hash)
  }

  @Test func aKeyDependsOnAllThatDecides() throws {
    let base = SweepFixture.text
    let item = SweepPlan.Item(cell: 1, index: 0)
    let spans = "\"qttt\", span_length: 8"
    let changes = [
      ("seed: 4", "seed: 5"), ("lengths: [40, 60]", "lengths: [45, 60]"),
      ("learning_rate: 1e-2", "learning_rate: 2e-2"), ("count: 3", "split: \"held-out\""),
      ("count: 3", "rotary: false"), ("{task: \"key-value\"}", "{task: \"key-value\", depth: 0.5}"),
      ("budgets: {steps: 2", "budgets: {steps: 3"),
      ("learning_rate: 1e-2", "learning_rate: 1e-2, optimizer: \"sgd\""),
      ("learning_rate: 1e-2", "learning_rate: 1e-2, policy: \"oracle\""),
      (spans, "\"alignment\""), (spans, "\"alignment\", evidence: \"gold\""),
      (spans, "\"alignment\", evidence: \"random\""),
      (spans, "\"alignment\", heads: \"all\""), (spans, "\"alignment\", picked: 4"),
    ]
    var keys = [try SweepFixture.plan().key(item)]
    for (old, new) in changes {
      #expect(base.contains(old))
      keys.append(
        try SweepFixture.plan(base.replacingOccurrences(of: old, with: new)).key(item))
    }
    let spec = try SweepFixture.plan().spec
    keys.append(SweepPlan(spec, modelHash: "another").key(item))
    #expect(Set(keys).count == keys.count)
  }

  @Test func shardsShareTheGroupsOutAndKeepThemWhole() throws {
    let plan = try SweepFixture.plan(
      SweepFixture.text.replacingOccurrences(of: "count: 3", with: "count: 40"))
    let all = plan.groups()
    for count in [1, 2, 3, 7] {
      let parts = (1...count).map { plan.groups(Shard(index: $0, of: count)) }
      #expect(Set(parts.joined()) == Set(all) && parts.joined().count == all.count)
      let even = all.count / count
      #expect(parts.allSatisfy { $0.count > even / 2 && $0.count < 2 * even + 1 })
    }
    #expect(Shard("2/3") == Shard(index: 2, of: 3))
    for text in ["0/3", "4/3", "1/0", "2", "1/2/3", "a/b", "-1/2", ""] {
      #expect(Shard(text) == nil)
    }
  }
}
