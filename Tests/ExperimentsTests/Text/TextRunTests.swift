import DataFiles
import Experiments
import Prompts
import SandboxTasks
import TensorKernels
import TestSupport
import TestTags
import TestTimeCompute
import Testing
import TextSupport
import Training
import TransformerModel

@Suite(.tags(.slow)) struct TextRunTests {
  private func settings(
    _ methods: [String] = TextFixture.methods, thinking: Int? = 12, answer: Int = 8
  ) throws -> TextSettings {
    try TextFixture.settings(methods, thinking: thinking, answer: answer)
  }

  private func answers(
    _ prompts: [TextPrompt], _ settings: TextSettings, threads: Int = 1
  ) throws -> [(record: ThinkRecord, outcome: MethodOutcome)] {
    let (model, text) = try TextFixture.model()
    let run = try TextRun(
      model, text, settings: settings, prompts: prompts.map { ("t.jsonl", $0) },
      threads: threads)
    #expect(run.count == prompts.count * settings.methods.count && run.bytes > 0)
    var all: [(record: ThinkRecord, outcome: MethodOutcome)] = []
    try run.run { all.append(($0, $1)) }
    return all
  }

  /// In context the model says what transformers says, up to the end of its line.
  @Test func answersAgreeWithTransformers() throws {
    let text = try TextFixture.text()
    for golden in try TextGolden.all() where !golden.thinks {
      let escaped = golden.input.replacing("\n", with: "\\n")
      let prompt = try TextFixture.prompt(
        "{\"index\": 0, \"input\": \"\(escaped)\", \"outputs\": [\"dune\"]}")
      let answer = try answers([prompt], settings(["in-context"], answer: 16))[0]
      let expected = golden.greedy.prefix { !text.ends.contains($0) }
      #expect(answer.outcome.answer == Array(expected))
      #expect(answer.record.answer == text.tokenizer.decode(expected, skipsSpecialTokens: true))
    }
  }

  @Test func everyMethodAnswersEveryText() throws {
    let prompts = try TextFixture.prompts(.keyValue, count: 2)
    let all = try answers(prompts, settings())
    #expect(
      all.map(\.record.method) == [
        "in-context", "thinking", "qttt", "in-context", "thinking", "qttt",
      ])
    for (place, (record, outcome)) in all.enumerated() {
      #expect(!outcome.hasDiverged && outcome.answer.count <= 8)
      #expect(
        record.score == prompts[place / 3].score(record.answer)
          && record.answerProbability == outcome.probability && record.divergedAt == nil)
      #expect(outcome.probability > 0 && outcome.probability < 1)
      // What ends early costs less than was allowed for.
      #expect(outcome.spentFLOPs > 0 && outcome.spentFLOPs <= outcome.predictedFLOPs)
    }
    #expect(all[2].outcome.steps.count == 2 && all[2].record.budget == 2)
    // Training changed what is probable, and was undone before the next text.
    #expect(all[2].outcome.probability != all[0].outcome.probability)
    let alone = try answers([prompts[1]], settings(["in-context"]))
    #expect(alone[0].outcome.answerProbabilities == all[3].outcome.answerProbabilities)
    let threads = try answers(prompts, settings(), threads: 3)
    #expect(threads.map(\.outcome.answer) == all.map(\.outcome.answer))
    #expect(threads.map(\.outcome.probability) == all.map(\.outcome.probability))
  }

  /// A thought is never longer than its budget, and the answer follows what closes it.
  @Test(arguments: [0, 1, 5, 12]) func thoughtsAreCutOff(budget: Int) throws {
    let (_, text) = try TextFixture.model()
    let closing = text.tokenizer.encode("\n</think>\n\n", addsSpecialTokens: false).tokens
    for answer in try answers(
      try TextFixture.prompts(.keyValue, count: 3), settings(["thinking"], thinking: budget))
    {
      let trace = answer.outcome.traces[0]
      let thought = trace.dropLast(answer.outcome.answer.count)
      #expect(answer.record.budget == budget && answer.record.thought.contains("</think>"))
      let end = try #require(text.endOfThought)
      let place = try #require(thought.firstIndex(of: end))
      #expect(place <= budget + closing.count)
      #expect(thought.filter { $0 == end }.count == 1)
    }
  }

  /// Without a number, thinking may cost what the very steps of training do, prompts and the longest
  /// answer included.
  @Test func budgetsMatch() throws {
    let prompts = try TextFixture.prompts(.keyValue, length: 200, count: 1)
    let all = try answers(prompts, settings(["thinking", "qttt"], thinking: nil))
    let budget = all[1].outcome.predictedFLOPs
    let cost = all[0].outcome.predictedFLOPs
    // The budget is a cap: a thought or an answer that ends by itself leaves some of it.
    #expect(all[0].record.budget > 0 && cost <= budget)
    #expect(all[0].outcome.spentFLOPs == cost && all[1].outcome.spentFLOPs <= budget)
  }

  @Test func textsTooShortForASpanAreNamed() throws {
    let (model, text) = try TextFixture.model()
    let prompt = try TextFixture.prompt(#"{"index": 4, "input": "a\nb?", "outputs": ["x"]}"#)
    #expect(throws: TextMethodError.self) {
      try TextRun(
        model, text, settings: settings(), prompts: [("t.jsonl", prompt)], threads: 1)
    }
  }

  /// Whoever hands over tasks in the sandbox's tokens is told what is wanted, not which member is missing.
  @Test func sandboxTasksAreNoText() throws {
    let files = try TemporaryFolder()
    let tasks = files.file(
      "tasks.jsonl",
      lines: [#"{"version": 1, "task": "key-value", "context": [1, 2], "question": [3]}"#])
    #expect(throws: TextMethodError.sandboxTasks(file: tasks)) { try TextPrompt.read(tasks) }
  }

  /// Texts are probed like any instance: masses by layer and head, before and after each step.
  @Test(arguments: [.keyValue, .multiHop(MultiHopTask(hops: 2))] as [TaskShape])
  func textsAreProbed(_ shape: TaskShape) throws {
    let (model, text) = try TextFixture.model()
    let generator = try TaskGenerator(TaskSettings(shape, length: 150), seed: 8)
    let lines = (0..<3).map {
      String(decoding: TextPrompt(generator.instance($0)).line().dropLast(), as: UTF8.self)
    }
    let files = try TemporaryFolder()
    let file = files.file("tasks.jsonl", lines: lines)
    let items = try ProbeItem.readText(file, text, limit: 2)
    #expect(items.count == 2 && Set(items.map(\.instance.settings.length)).count == 1)
    let item = try #require(items.first)
    #expect(item.instance.directPrompt == item.instance.question)
    let settings = ProbeSettings(
      adaptation: .init(
        ChosenMethod(TextFixture.training(spanLength: 16), amount: .given(2))))
    var results: [ProbeResult] = []
    let lock = Collector()
    try ProbeRun(model, settings: settings, items: items, threads: 2).run { lock.add($0) }
    results = lock.results
    #expect(results.map(\.measurements.count) == [3, 3])
    let c = model.configuration
    for measurement in results.flatMap(\.measurements) {
      let answer = measurement.answer
      #expect(answer.answerProbability > 0 && answer.answerProbability < 1)
      let facts = shape == .keyValue ? 1 : 2
      #expect(
        answer.records.count == c.layers * c.queryHeads * answer.probabilities.count * facts)
      #expect(answer.records.allSatisfy { $0.reading.mass > 0 && $0.reading.mass < 1 })
    }
    // A text that does not say where its answer is has no target.
    let foreign = files.file(
      "b.jsonl", lines: [#"{"index": 0, "input": "A is 1.\nA?", "outputs": ["1"]}"#])
    #expect(throws: TextMethodError.noGold(file: foreign, index: 0)) {
      try ProbeItem.readText(foreign, text)
    }
  }
}

/// Results from several threads.
private final class Collector: @unchecked Sendable {
  // Deliveries are never concurrent.
  private(set) var results: [ProbeResult] = []
  func add(_ result: ProbeResult) { results.append(result) }
}
