import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// T is what a model reads before the first token of its answer, whichever command says it.
@Suite(.tags(.process, .slow)) struct TextLengthTests {
  private static let model = TextPathTests.model
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func call(_ line: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(line, in: folder.url)
  }

  private func run(_ line: String) throws -> String {
    let outcome = try call(line)
    #expect(outcome.exitCode == 0, "\(line): \(outcome.errors)")
    return outcome.output
  }

  private func table(_ path: String) throws -> CSVTable {
    try CSVTable.read(folder.url.appendingPathComponent(path).path)
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
  }

  private func generate(_ template: String) throws {
    _ = try run(
      "generate --task key-value --length 400 --count 2 --seed 7 --format text --template "
        + "\(template) --tokenizer \(Self.model) --out tasks --force --quiet")
  }

  /// Without a template, texts are fitted in the form in which the model will be asked.
  @Test func theModelsOwnTemplateIsTheDefault() throws {
    _ = try run(
      "generate --task key-value --length 400 --count 2 --seed 7 --format text --tokenizer "
        + "\(Self.model) --out tasks --quiet")
    _ = try run("probe --model \(Self.model) --tasks tasks/key-value-400.jsonl --out probe --quiet")
    #expect(try table("probe/probe.csv").ints("length").allSatisfy { $0 == 400 })
  }

  private func study(_ length: Int, isPlain: Bool, model: String = model) throws {
    try write(
      """
      {model: "\(model)", lengths: [\(length)], count: 2, methods: {method: "in-context"},
       tasks: {task: "key-value", text: "tasks/key-value-400.jsonl", plain: \(isPlain)}}
      """, to: "spec.json5")
  }

  /// T of the file, as every command says it.
  private func lengths(_ options: String, _ length: Int, isPlain: Bool) throws -> [Int] {
    let read = "--model \(Self.model) \(options) --quiet"
    let tasks = "--tasks tasks/key-value-400.jsonl"
    let answer = "--methods in-context --answer-tokens 2"
    var found: [Int] = []
    func members(_ line: String) throws -> [Int] {
      let rows = try JSONValue.parse(try run(line + " --json"), file: "output")["rows"]
      return try #require(rows?.elements).compactMap { $0["length"]?.int }
    }
    found += try members("probe \(read) \(tasks) --profile 0 --out probe --force")
    found += try members("probe \(read) \(tasks) --dry-run")
    found += try table("probe/probe.csv").ints("length")
    found += try table("probe/heads.csv").ints("length")
    found += try table("probe/profile.csv").ints("length")
    for name in ["probe.jsonl", "attention.jsonl"] {
      try JSONLines.forEach(folder.url.appendingPathComponent("probe/\(name)").path) { _, value in
        found.append(value["length"]?.int ?? 0)
      }
    }
    found += try members("think \(read) \(tasks) \(answer) --out think --force")
    found += try table("think/answers.csv").ints("length")
    let data = "--data tasks/key-value-400.jsonl"
    found += try members("benchmark ruler \(read) \(data) \(answer) --dry-run")
    _ = try run("benchmark ruler \(read) \(data) \(answer) --out benchmark-\(length)")
    found += try table("benchmark-\(length)/results.csv").ints("length")
    try study(length, isPlain: isPlain)
    _ = try run("sweep spec.json5 --out sweep-\(length) --quiet")
    found += try table("sweep-\(length)/results.csv").ints("length")
    return found
  }

  @Test(arguments: ["plain", "qwen3"]) func whatIsFittedIsRead(_ template: String) throws {
    try generate(template)
    let isPlain = template == "plain"
    let found = try lengths(isPlain ? "--plain" : "", 400, isPlain: isPlain)
    #expect(found.count > 20 && Set(found) == [400], "\(found)")
  }

  /// A text that was fitted in another form has as many tokens as are read, and no command says else.
  @Test func whatIsReadCounts() throws {
    try generate("plain")
    try study(400, isPlain: false)
    let refused = try call("sweep spec.json5 --out sweep --quiet")
    #expect(refused.exitCode == 1 && refused.errors.contains("reads"), "\(refused.errors)")
    let words = refused.errors.split(separator: " ").compactMap { Int($0) }
    let tokens = try #require(words.first)
    #expect(tokens > 400)
    let found = try lengths("", tokens, isPlain: false)
    #expect(Set(found) == [tokens], "\(found)")
  }

  @Test func anotherTokenizersTextIsRefused() throws {
    let other = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Models/sandbox-facts").path
    try generate("plain")
    try study(400, isPlain: true, model: other)
    let tasks = "--tasks tasks/key-value-400.jsonl --model \(other) --out out"
    let data = "--data tasks/key-value-400.jsonl --model \(other) --out out"
    for line in [
      "probe \(tasks)", "probe \(tasks) --dry-run", "think \(tasks)", "benchmark ruler \(data)",
      "sweep spec.json5 --out out", "sweep spec.json5 --dry-run",
    ] {
      let outcome = try call("\(line) --quiet")
      #expect(outcome.exitCode == 1, "\(line)")
      let sentence = outcome.errors
      #expect(sentence.split(separator: "\n").count == 1, "\(line): \(sentence)")
      for word in [
        "tasks/key-value-400.jsonl", "fitted to the tokenizer", "generate --format text",
      ] {
        #expect(sentence.contains(word), "\(line): \(sentence)")
      }
      for name in [Self.model, other] {
        let hash = try SHA256.hex(ofFile: name + "/tokenizer.json").prefix(12)
        #expect(sentence.contains(hash), "\(line): \(sentence)")
      }
    }
  }

  /// An answer that is no token has no probability to speak of.
  @Test func answersWithoutTokensAreRefused() throws {
    let facts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Models/sandbox-facts").path
    try write(
      #"{"index": 5, "input": "The code is 7.\nWhat is it?", "outputs": ["7"], "answer": " ","#
        + #" "gold": [{"hop": 0, "span": [0, 14]}]}"# + "\n", to: "t.jsonl")
    try write(
      #"{"id": "a", "pid": "a_0", "input": "Read.\n\nThe code is 7.\n\nWhat is it?\nAnswer:","#
        + #" "output": [" "], "document_start_index": 7, "document_end_index": 23,"#
        + #" "query_start_index": 23, "query_end_index": 34, "truncation_seperator": "..."}"#
        + "\n",
      to: "qasper.jsonl")
    for line in [
      "probe --tasks t.jsonl", "think --span-length 2 --tasks t.jsonl",
      "benchmark zero-scrolls --span-length 2 --data qasper.jsonl",
    ] {
      let outcome = try call("\(line) --model \(facts) --out out")
      #expect(outcome.exitCode == 1 && outcome.errors.contains(".jsonl:1: "), "\(outcome.errors)")
      #expect(outcome.errors.contains("no token of the model's tokenizer"), "\(outcome.errors)")
    }
  }

  /// A profile of text tells it as the file has it, and each token by itself.
  @Test func profilesOfTextReadAsTheFileDoes() throws {
    let input =
      "The code of the gate is 7. The code of the door is 5.\nWhat is the code of the gate?"
    try write(
      "{\"index\": 0, \"input\": \"\(input.replacing("\n", with: "\\n"))\", \"outputs\": [\"7\"], "
        + "\"answer\": \" 7\", \"answer_prefix\": \"Answer:\", "
        + "\"gold\": [{\"hop\": 0, \"span\": [0, 26], \"value\": [24, 25]}]}\n", to: "t.jsonl")
    _ = try run("probe --model \(Self.model) --tasks t.jsonl --profile 0 --out probe --quiet")
    let lines = try String(
      contentsOf: folder.url.appendingPathComponent("probe/attention.jsonl"), encoding: .utf8)
    let map = try JSONValue.parse(lines, file: "attention.jsonl")
    #expect(map["text"]?.string == input && map["answer"]?.string == " 7")
    #expect(map["question"]?.string == "What is the code of the gate?")
    let words = try #require(map["words"]?.elements).compactMap(\.string)
    #expect(words.count == map["positions"]?.int && words.joined().contains(input))
    #expect(map["answer_words"]?.elements?.compactMap(\.string).joined() == " 7")
    #expect(try run("report probe --out report --quiet").contains("report/index.html"))
  }

  /// Early tokens of an answer see fewer positions than the bins are counted for.
  @Test(arguments: ["needle --values 2", "code-bug"])
  func profilesOfLongAnswersAreKept(_ task: String) throws {
    let facts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Models/sandbox-facts-narrow").path
    _ = try run("generate --task \(task) --length 99 --count 1 --out tasks --quiet")
    let name = task.prefix { $0 != " " }
    _ = try run(
      "probe --model \(facts) --tasks tasks/\(name)-99.jsonl --profile 0 --out probe --quiet")
    let lines = try String(
      contentsOf: folder.url.appendingPathComponent("probe/attention.jsonl"), encoding: .utf8)
    let map = try JSONValue.parse(lines, file: "attention.jsonl")
    let shape = try #require(map["shape"]?.ints)
    let shares = try #require(map["attention"]?.elements).compactMap(\.double)
    #expect(shape[1] > 2 && shape[4] == map["positions"]?.int)
    for row in 0..<shares.count / shape[4] {
      let sum = shares[row * shape[4]..<(row + 1) * shape[4]].reduce(0, +)
      #expect(abs(sum - 1) < 1e-4)
    }
  }

  @Test(arguments: ["9223372036854775808", "18446744073709551615"])
  func seedsHaveAllTheirBits(_ seed: String) throws {
    let out = try run(
      "generate --task key-value --length 60 --count 1 --seed \(seed) --out tasks --json")
    #expect(out.contains(seed))
    let line = try String(
      contentsOf: folder.url.appendingPathComponent("tasks/key-value-60.jsonl"), encoding: .utf8)
    #expect(line.contains("\"seed\":\(seed)"))
    let refused = try call("generate --task key-value --length 60 --seed 18446744073709551616")
    #expect(refused.exitCode == 2 && refused.errors.contains("from 0 to 18446744073709551615"))
  }
}
