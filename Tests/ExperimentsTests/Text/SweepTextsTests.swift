import DataFiles
import Prompts
import SandboxTasks
import Synchronization
import TestSupport
import TestTags
import TestTimeCompute
import Testing
import TextSupport
import TransformerModel

@testable import Experiments

@Suite(.tags(.slow)) struct SweepTextsTests {
  private func spec(
    _ tasks: String, methods: String, count: Int = 2, lengths: [Int] = [400, 700]
  ) throws -> SweepSpec {
    try SweepSpec(
      """
      {model: "\(TextFixture.folder())", tasks: \(tasks), lengths: \(lengths),
       methods: \(methods),
       budgets: {steps: 2, span_length: 32}, count: \(count), seed: 4}
      """, file: "spec.json5")
  }

  private func records(_ spec: SweepSpec, threads: Int = 1) throws -> [SweepRecord] {
    let (model, _) = try TextFixture.model()
    let texts = try SweepTexts(spec, vocabulary: model.configuration.vocabularySize)
    let run = try SweepRun(
      SweepPlan(spec, modelHash: "00"), model: model, threads: threads, texts: texts)
    let found = Mutex<[String: SweepRecord]>([:])
    try run.run(run.pending()) { _, record in
      var copy = record
      copy.seconds = .init()
      let timeless = copy
      found.withLock { $0[timeless.key] = timeless }
    }
    let byKey = found.withLock { $0 }
    return run.plan.cells.indices.flatMap { cell in
      (0..<spec.count).compactMap { index in
        byKey[run.plan.key(SweepPlan.Item(cell: cell, index: index))]
      }
    }
  }

  /// Every method that text has: what it may spend is kept, and masses are there for all heads.
  @Test func methodsAreMatchedOnText() throws {
    let spec = try spec(
      #"[{task: "key-value", text: true, answer_tokens: 4, plain: [false, true]},"#
        + #" {task: "multi-hop", hops: 2, text: true, answer_tokens: 4}]"#,
      methods: #"[{method: "in-context"}, {method: "qttt", span_length: 32},"#
        + #" {method: "qttt", span_length: 32, policy: ["oracle", "guided"], steps: 2},"#
        + #" {method: "thinking"}, {method: "query-scale", factor: 1.5},"#
        + #" {method: "alignment", steps: 2}, {method: "full-ttt", steps: 1},"#
        + #" {method: "qttt-thinking", span_length: 32, steps: 1}]"#)
    let all = try records(spec)
    #expect(all.count == 3 * 2 * 9 * 2)
    let (model, _) = try TextFixture.model()
    let sites = model.configuration.layers * model.configuration.queryHeads
    for record in all {
      let table = try #require(record.sites, "\(record.identity)")
      #expect(!record.hasDiverged && table.mass.count == sites)
      #expect(table.mass.allSatisfy { $0 > 0 && $0 < 1 })
      #expect(record.answerProbability > 0 && record.answerProbability < 1)
      // Answers that end early cost less than what is predicted.
      #expect(record.spentFLOPs <= record.predictedFLOPs || record.identity.method == "qttt")
      guard let budget = record.budgetFLOPs else { continue }
      if record.identity.method == "thinking" {
        #expect(record.predictedFLOPs <= budget && record.tokensEach ?? 0 > 0)
      }
    }
    #expect(Set(all.map(\.key)).count == all.count)
    // Neither the threads nor the order change a record.
    #expect(try records(spec, threads: 3) == all)
  }

  /// A text of T tokens has T tokens: template, question and the beginning of the answer included.
  @Test func textsHaveTheirLength() throws {
    let spec = try spec(
      #"[{task: "key-value", text: true}, {task: "needle", keys: 2, text: true, plain: true}]"#,
      methods: #"{method: "in-context"}"#)
    let texts = try SweepTexts(spec, vocabulary: 1008)
    for cell in SweepPlan(spec, modelHash: "00").cells {
      for index in 0..<2 {
        let made = try texts.instance(cell, index: index, spec)
        let length = made.instance.context.count + made.problem.directPrompt.count
        #expect(length == cell.length, "\(cell.task.label)")
        #expect(made.instance.index == index && made.instance.isText)
      }
    }
  }

  /// Files of a length each, one of whose answers is said right.
  @Test func filesAreSwept() throws {
    let lines = try TextFixture.prompts(.keyValue, length: 80, count: 3).map { prompt in
      "{\"index\": 9, \"input\": \"\(prompt.input.replacing("\n", with: "\\n"))\", "
        + "\"outputs\": [\"a\", \"e\"], \"gold\": [{\"hop\": 0, \"span\": [4, 20]}]}"
    }
    // Longer by the words of a sentence that says nothing.
    let longer = lines.map { $0.replacing("\\nWhat", with: " Well so then now.\\nWhat") }
    func length(_ lines: [String]) throws -> Int {
      let model = try TextFixture.text()
      return TextLength.mean(
        try lines.prefix(2).map {
          try EncodedPrompt(TextFixture.prompt($0), model, file: "t").length
        })
    }
    let lengths = try [length(lines), length(longer)]
    #expect(lengths[0] < lengths[1])
    let files = try TemporaryFolder()
    let file = files.file("t-\(lengths[0]).jsonl", lines: lines)
    try AtomicFile.write(
      longer.joined(separator: "\n") + "\n",
      to: file.replacing("\(lengths[0]).jsonl", with: "\(lengths[1]).jsonl"))
    let pattern = file.replacing("\(lengths[0]).jsonl", with: "{length}.jsonl")
    let task = "{task: \"key-value\", text: \"\(pattern)\", answer_tokens: 6}"
    let inContext = #"{method: "in-context"}"#
    let all = try records(spec(task, methods: inContext, lengths: lengths))
    #expect(all.map(\.identity.index) == [0, 1, 0, 1])
    #expect(all.map(\.identity.length) == [lengths[0], lengths[0], lengths[1], lengths[1]])
    #expect(throws: TextMethodError.tooFew(file: file, lines: 3, count: 4)) {
      try records(spec(task, methods: inContext, count: 4, lengths: lengths))
    }
    // A file is read at the length that it has, whatever it is called and says.
    let other = lengths[1] + 7
    let wrong = file.replacing("\(lengths[0]).jsonl", with: "\(other).jsonl")
    try AtomicFile.write(FileSystem.read(file), to: wrong)
    #expect(
      throws: TextMethodError.otherLength(file: wrong, tokens: lengths[0], length: other)
    ) { try records(spec(task, methods: inContext, lengths: [lengths[0], other])) }
    // And as the task that it says it is of.
    let log = files.file(
      "log.jsonl",
      lines: lines.map { $0.dropLast() + ", \"source\": {\"task\": \"transaction-log\"}}" })
    #expect(
      throws: TextMethodError.otherTask(
        file: log, index: 0, task: .transactionLog, asked: .keyValue)
    ) {
      try records(
        spec("{task: \"key-value\", text: \"\(log)\"}", methods: inContext, lengths: [lengths[0]]))
    }
    // Without the place of an answer there is no target.
    let line = #"{"index": 0, "input": "A b.\nC?", "outputs": ["7"]}"#
    let single = #expect(throws: JSONError.self) {
      try spec("{task: \"key-value\", text: \"\(file)\"}", methods: #"{method: "in-context"}"#)
    }
    #expect(single.map { "\($0)".contains("{length}") } == true)
    let bare = files.file("bare.jsonl", lines: [line, line])
    #expect(throws: TextMethodError.noGold(file: bare, index: 0)) {
      try records(
        spec(
          "{task: \"key-value\", text: \"\(bare)\"}", methods: inContext,
          lengths: [length([line])]))
    }
  }

  /// What text has not is refused where the spec says it.
  @Test(arguments: [
    (#"{task: "key-value", text: true}"#, #"{method: "beam"}"#, "answers of a known length"),
    (
      #"{task: "key-value", text: true}"#,
      #"{method: "qttt", span_length: 32, control: "other-context"}"#, "another instance's context"
    ),
    (#"{task: "code-bug", text: true}"#, #"{method: "in-context"}"#, "generate --format text"),
    (#"{task: "key-value", text: ""}"#, #"{method: "in-context"}"#, "name a file"),
    (#"{task: "key-value", answer_tokens: 3}"#, #"{method: "in-context"}"#, "answer_tokens"),
  ])
  func whatTextHasNotIsRefused(_ task: String, _ method: String, _ words: String) throws {
    let error = #expect(throws: JSONError.self) { try spec(task, methods: method) }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }

  @Test func textsTooShortForTheirTaskAreRefused() throws {
    let spec = try SweepSpec(
      """
      {model: "\(TextFixture.folder())", tasks: {task: "key-value", text: true}, lengths: [40],
       methods: {method: "in-context"}}
      """, file: "spec.json5")
    let error = #expect(throws: TextFittingError.self) { try records(spec) }
    #expect(error.map { "\($0)".contains("least possible length") } == true)
  }
}
