import DataFiles
import Experiments
import Prompts
import TestSupport
import TestTags
import TestTimeCompute
import Testing
import TextBenchmarks
import TextSupport
import Training
import TransformerModel

@Suite(.tags(.slow)) struct BenchmarkRunTests {
  private static func longBench(words: Int) -> String {
    let text = (0..<words).map { "wörd\($0 % 7)" }.joined(separator: " ")
    return """
      {"_id": "a", "domain": "D", "sub_domain": "S", "difficulty": "easy", "length": "short", \
      "question": "Which one?", "choice_A": "one", "choice_B": "two", "choice_C": "three", \
      "choice_D": "four", "answer": "C", "context": "Start. \(text) End."}
      """
  }

  private static func question(
    _ benchmark: Benchmark, _ name: String, _ line: String
  ) throws -> BenchmarkQuestion {
    let files = try TemporaryFolder()
    let file = files.file(name, lines: [line])
    var found: [BenchmarkQuestion] = []
    try benchmark.forEach(file, row: Benchmark.row(of: file)) { found.append($0) }
    return try #require(found.first)
  }

  private func run(
    _ benchmark: Benchmark, contextTokens: Int? = nil, answerTokens: Int? = 6, steps: Int = 2,
    threads: Int = 1
  ) throws -> BenchmarkRun {
    let (model, text) = try TextFixture.model()
    return try BenchmarkRun(
      model, text, benchmark,
      settings: TextFixture.settings(TextFixture.methods, steps: steps, thinking: nil, answer: 1),
      answerTokens: answerTokens, contextTokens: contextTokens, threads: threads)
  }

  private func records(
    _ run: BenchmarkRun, _ question: BenchmarkQuestion,
    methods: [String] = TextFixture.methods
  ) throws -> [BenchmarkRecord] {
    var all: [BenchmarkRecord] = []
    try run.answer(
      run.prepare(question, file: "f", index: 0), methods: methods, deliver: { all.append($0) })
    return all
  }

  /// Training costs no more than was planned for its very spans and the longest answer, and thinking no
  /// more either.
  @Test func operationsAreMatched() throws {
    let question = try Self.question(.longBench, "data.json", Self.longBench(words: 80))
    let run = try run(.longBench)
    let all = try records(run, question)
    #expect(all.map(\.identity.method) == TextFixture.methods)
    let (direct, thinking, training) = (all[0], all[1], all[2])
    #expect(direct.budgetFLOPs == nil && direct.predictedFLOPs < training.predictedFLOPs)
    #expect(training.budgetFLOPs.map { training.predictedFLOPs <= $0 } == true)
    #expect(training.spentFLOPs == training.predictedFLOPs && training.budget == 2)
    let budget = try #require(thinking.budgetFLOPs)
    #expect(budget == training.budgetFLOPs && thinking.predictedFLOPs <= budget)
    #expect(thinking.budget > 0)
    for record in all {
      #expect(record.spentFLOPs == record.predictedFLOPs)
      #expect(!record.hasDiverged && record.length == record.fullLength)
      let loss = try #require(record.answerLoss)
      #expect(loss > 0 && record.score == question.score(record.answer))
    }
    #expect(training.answerLoss != direct.answerLoss)
  }

  /// A record depends neither on the threads nor on what was asked before.
  @Test func recordsAreTheSameAlone() throws {
    let question = try Self.question(.longBench, "data.json", Self.longBench(words: 80))
    func timeless(_ records: [BenchmarkRecord]) -> [BenchmarkRecord] {
      records.map { record in
        var record = record
        record.seconds = .init()
        return record
      }
    }
    let all = timeless(try records(run(.longBench), question))
    let alone = timeless(try records(run(.longBench, threads: 3), question, methods: ["qttt"]))
    #expect(alone == [all[2]])
    var json = JSONWriter()
    try all[1].write(to: &json)
    #expect(try BenchmarkRecord(JSONValue.parse(json.text, file: "r"), file: "r") == all[1])
  }

  /// LongBench v2 keeps both ends and its question; what is kept fills the room.
  @Test(arguments: [100, 101, 150, 211]) func longDocumentsLoseTheirMiddle(limit: Int) throws {
    let question = try Self.question(.longBench, "data.json", Self.longBench(words: 900))
    let run = try run(.longBench, contextTokens: limit + 500)
    let prepared = try run.prepare(question, file: "f", index: 0)
    #expect(prepared.length <= limit + 500 && prepared.length > limit + 490)
    #expect(prepared.fullLength > 2000)
    let prompt = prepared.prompt
    #expect(prompt.input.hasPrefix("Please read the following text"))
    #expect(prompt.input.hasSuffix("\"The correct answer is (insert answer here)\"."))
    let rest = Array(prompt.input.utf8)[prompt.context.upperBound...]
    #expect(String(decoding: rest, as: UTF8.self).hasPrefix("What is the correct answer"))
    #expect(!prompt.input.contains("\u{FFFD}"))
  }

  /// Without a limit of their own texts leave room for thought and answer in the model's positions.
  @Test func roomIsLeftForThoughts() throws {
    let question = try Self.question(.longBench, "data.json", Self.longBench(words: 3000))
    let (model, _) = try TextFixture.model()
    let positions = model.configuration.maximumPositions
    let prepared = try run(.longBench, steps: 4).prepare(question, file: "f", index: 0)
    let records = try records(run(.longBench, steps: 4), question, methods: ["thinking"])
    let taken = prepared.length + records[0].budget
    #expect(prepared.fullLength > positions && taken < positions && taken > positions - 200)
  }

  @Test func zeroScrollsLosesTheDocumentsEnd() throws {
    let text = (0..<600).map { "word\($0)" }.joined(separator: " ")
    let input = "Read.\n\n\(text)\n\nQuestion: why?"
    let start = input.count - 14
    let question = try Self.question(
      .zeroScrolls, "qasper.jsonl",
      """
      {"id": "a", "input": "\(input.replacing("\n", with: "\\n"))", "output": "because", \
      "document_start_index": 7, "document_end_index": \(start - 2), "query_start_index": \(start), \
      "query_end_index": \(start + 14), "truncation_seperator": "[rest omitted]\\n\\n"}
      """)
    let prepared = try run(.zeroScrolls, contextTokens: 200).prepare(
      question, file: "f", index: 0)
    #expect(prepared.length <= 200 && prepared.length > 190)
    #expect(prepared.prompt.input.hasPrefix("Read.\n\nword0 word1 "))
    #expect(prepared.prompt.input.hasSuffix("[rest omitted]\n\nQuestion: why?"))
    #expect(prepared.prompt.context.upperBound == prepared.prompt.input.utf8.count - 14)
  }

  /// What cannot be cut is named.
  @Test func whatDoesNotFitIsNamed() throws {
    let text = (0..<200).map { "word\($0)" }.joined(separator: " ")
    let ruler = try Self.question(
      .ruler, "niah.jsonl", #"{"index": 0, "input": "\#(text)\nWhich?", "outputs": ["7"]}"#)
    let error = #expect(throws: TextMethodError.self) {
      try run(.ruler, contextTokens: 100).prepare(ruler, file: "niah.jsonl", index: 0)
    }
    let said = try #require(error).description
    #expect(said.hasPrefix("niah.jsonl, line 1: question \"0\" has "), "\(said)")
    #expect(said.contains("--context-tokens allows 100; its text was made for"), "\(said)")
    // Without a limit of its own, thoughts and answers have to fit as well.
    let texts = Array(repeating: text, count: 30).joined()
    let endless = try Self.question(
      .ruler, "niah.jsonl", #"{"index": 7, "input": "\#(texts)\nA?", "outputs": ["7"]}"#)
    let beyond = #expect(throws: TextMethodError.self) {
      try run(.ruler).prepare(endless, file: "niah.jsonl", index: 0)
    }
    let told = try #require(beyond).description
    #expect(told.contains("question \"7\" takes ") && told.contains("answer included"), "\(told)")
    let long = try Self.question(.longBench, "data.json", Self.longBench(words: 100))
    let other = #expect(throws: TextMethodError.self) {
      try run(.longBench, contextTokens: 60).prepare(long, file: "data.json", index: 0)
    }
    #expect(other?.description.contains("nothing but its question") == true)
    let idle = #expect(throws: TextMethodError.self) {
      try run(.longBench, steps: 0).prepare(long, file: "data.json", index: 0)
    }
    #expect(idle?.description.contains("--steps") == true)
  }
}
