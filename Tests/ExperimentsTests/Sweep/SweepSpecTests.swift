import DataFiles
import Experiments
import SandboxTasks
import TestTags
import TestTimeCompute
import Testing

@Suite(.tags(.slow)) struct SweepSpecTests {
  func spec(_ text: String) throws -> SweepSpec { try SweepSpec(text, file: "spec.json5") }

  /// A label names one method: where several methods share one, what differs between them is added.
  @Test func whatDiffersStaysInTheName() throws {
    let spec = try SweepSpec(
      """
      {model: "m", lengths: [99], tasks: [{task: "key-value"}], budgets: {steps: 2, span_length: 8},
       methods: [
         {method: "qttt", span_length: 8},
         {method: "qttt", span_length: 8, control: "shuffled"},
         {method: "qttt", label: "ours", span_length: 8, policy: ["oracle", "guided"]},
         {method: "thinking", label: "ours"},
         {method: "thinking", label: "ours", trace_end: "budget"},
       ]}
      """, file: "spec.json5")
    #expect(
      spec.methods.map(\.label) == [
        "qttt control=none", "qttt control=shuffled", "ours policy=oracle", "ours policy=guided",
        "ours trace_end=answer", "ours trace_end=budget",
      ])
  }

  @Test func listsExpandToAGridInTheOrderOfTheFile() throws {
    let spec = try spec(
      """
      {model: "m", lengths: [64], tasks: {task: "multi-hop", hops: [1, 3], order: ["in-order"]},
       methods: [{method: "in-context"},
                 {method: "qttt", steps: [4, 8], learning_rate: [1e-3, 3e-3], span_length: 16}]}
      """)
    #expect(spec.tasks.map(\.label) == ["multi-hop hops=1", "multi-hop hops=3"])
    #expect(
      spec.tasks.map(\.shape) == [
        .multiHop(.init(hops: 1, order: .inOrder)), .multiHop(.init(hops: 3, order: .inOrder)),
      ])
    #expect(
      spec.methods.map(\.label) == [
        "in-context", "qttt steps=4 learning_rate=0.001", "qttt steps=4 learning_rate=0.003",
        "qttt steps=8 learning_rate=0.001", "qttt steps=8 learning_rate=0.003",
      ])
    #expect(spec.methods.map(\.choice.amount) == [nil, .given(4), .given(4), .given(8), .given(8)])
    #expect(spec.count == 100 && spec.seed == 0 && spec.split == .test && spec.rotary == [true])
  }

  @Test func cellsAreOrderedByTaskRotaryLengthAndMethod() throws {
    let plan = SweepPlan(
      try spec(
        """
        {model: "m", lengths: [50, 40], rotary: [true, false], count: 2,
         tasks: [{task: "key-value"}, {task: "key-value", label: "kv rehearsed", rehearsal: 0.9}],
         methods: [{method: "in-context"}, {method: "query-scale", factor: 1.5}]}
        """), modelHash: "x")
    #expect(plan.cells.count == 16 && plan.itemCount == 32)
    let first = plan.cells.prefix(8).map {
      "\($0.task.label) \($0.rotary) \($0.length) \($0.method.label)"
    }
    #expect(
      first == [
        "key-value true 50 in-context", "key-value true 50 query-scale",
        "key-value true 40 in-context", "key-value true 40 query-scale",
        "key-value false 50 in-context", "key-value false 50 query-scale",
        "key-value false 40 in-context", "key-value false 40 query-scale",
      ])
    #expect(plan.cells[8].task.label == "kv rehearsed" && plan.cells[8].task.rehearsal == 0.9)
    #expect(plan.groups().count == 16)
  }

  @Test func budgetsMakeMethodsThatTakeOneOncePerBudget() throws {
    let spec = try spec(
      """
      {model: "m", lengths: [64], tasks: [{task: "key-value"}],
       budgets: {steps: [4, 16], span_length: 8},
       methods: [{method: "in-context"}, {method: "thinking"},
                 {method: "qttt", steps: 2, span_length: 8},
                 {method: "beam", beams: 2, budget: {flops: 1000000}}]}
      """)
    #expect(
      spec.methods.map(\.label) == [
        "in-context", "thinking budget=4x8", "thinking budget=16x8", "qttt", "beam",
      ])
    #expect(
      spec.methods.map(\.choice.amount) == [
        nil, .budget(.matched(steps: 4, spanLength: 8)),
        .budget(.matched(steps: 16, spanLength: 8)), .given(2), .budget(.operations(1_000_000)),
      ])
  }

  @Test(arguments: [
    // What is wrong, where it stands, and a word of what is said.
    ("{model: \"m\",\n methdos: []}", 2, "methods"),
    (
      "{model: \"m\", lengths: [9], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"in-context\"}],\n counts: 3}", 3, "count"
    ),
    (
      "{model: \"m\", lengths: [9], tasks: [{task: \"key-value\",\n hops: 2}],\n"
        + " methods: [{method: \"in-context\"}]}", 2, "hops"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qttt\", steps: 1,\n span_lenght: 4}]}", 3, "span_length"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qtt\", steps: 1}]}", 2, "qttt"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"thinking\"}]}", 2, "tokens"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qttt\", steps: 1,\n weights: \"key\"}]}", 3, "recomputed"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"alignment\", steps: 1,\n weights: \"all\"}]}", 3, "keeps its keys"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qttt\", steps: [1,\n 1], span_length: 4}]}", 2, "same method"
    ),
    (
      "{model: \"m\", lengths: [99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qttt\", steps: []}]}", 2, "empty"
    ),
    (
      "{model: \"m\", lengths: [2,\n 99], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"in-context\"}]}", 1, "least possible length"
    ),
    (
      "{model: \"m\", lengths: [100], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"qttt\", steps: 1, span_length: 100}]}", 2, "do not fit"
    ),
    (
      "{model: \"m\", lengths: [100, 200], tasks: [{task: \"key-value\"}],\n"
        + " methods: [{method: \"in-context\"}], count: 5000001}", 2, "more than 10000000 records"
    ),
  ])
  func mistakesAreNamedWithTheirLine(_ text: String, _ line: Int, _ word: String) throws {
    let error = #expect(throws: JSONError.self) { try spec(text) }
    #expect(error?.location.line == line, "\(String(describing: error))")
    #expect(error.map { "\($0)".contains(word) } == true, "\(String(describing: error))")
    #expect(error.map { "\($0)".hasPrefix("spec.json5:\(line):") } == true)
  }
}
