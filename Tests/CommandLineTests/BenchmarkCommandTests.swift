import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct BenchmarkCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let text = (0..<60).map { "word\($0 % 9)" }.joined(separator: " ")
    let items = [
      ("p", "Code", "A", "short"), ("q", "Code", "B", "long"), ("r", "Law", "D", "short"),
    ].map { id, domain, answer, length in
      """
      {"_id": "\(id)", "domain": "\(domain)", "sub_domain": "x", "difficulty": "easy", \
      "length": "\(length)", "question": "Which?", "choice_A": "1", "choice_B": "2", \
      "choice_C": "3", "choice_D": "4", "answer": "\(answer)", "context": "\(text) \(id)"}
      """
    }
    try write("[" + items.joined(separator: ",\n") + "]\n", "data.json")
    try write(
      (0..<2).map { #"{"index": \#($0), "input": "\#(text) \#($0)\nWhich?", "outputs": ["7"]}"# }
        .joined(separator: "\n") + "\n", "niah_1.jsonl")
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
  }

  /// Records without their times, the only members that may differ.
  private func records(_ name: String) throws -> [String] {
    try read("\(name)/records.jsonl").split(separator: "\n").map { line in
      String(line[..<(line.range(of: "\"seconds\"")?.lowerBound ?? line.endIndex)])
    }
  }

  private func words(
    _ benchmark: String, _ data: String, _ out: String, steps: Int = 2
  ) -> [String] {
    [
      "benchmark", benchmark, "--model", TextPathTests.model, "--data", data, "--steps", "\(steps)",
      "--span-length", "16", "--answer-tokens", "6", "--seed", "5", "--out", out,
    ]
  }

  private func run(_ words: [String]) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(words, in: folder.url)
  }

  @Test func aTableHasARowACategoryAndAColumnAMethod() throws {
    let outcome = try run(words("longbench-v2", "data.json", "out"))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("|  | metric | n | in-context | thinking | qttt |\n"))
    for row in ["Code | accuracy | 2", "Law | accuracy | 1", "overall | accuracy | 3", "long |"] {
      #expect(outcome.output.contains("| \(row)"), "\(outcome.output)")
    }
    #expect(try read("out/table.md") == outcome.output.components(separatedBy: "\n\n")[0] + "\n")
    let table = try read("out/table.csv").split(separator: "\n")
    #expect(table[0] == "kind,row,metric,n,skipped,diverged,in-context,thinking,qttt")
    #expect(table.count == 7)
    #expect(try read("out/results.csv").split(separator: "\n").count == 1 + 9)
    // The benchmark's own scorer says the same of the same records.
    let scored = try run([
      "score", "longbench-v2", "--data", "data.json", "--answers", "out/records.jsonl",
    ])
    #expect(scored.exitCode == 0 && scored.output.contains("| thinking | 3 | 0 |"))
    let cost = try run(words("longbench-v2", "data.json", "out") + ["--dry-run"])
    #expect(cost.exitCode == 0 && cost.output.contains("| Code | 2 | 0 |"), "\(cost.errors)")
    #expect(cost.output.contains(" token by token\nAbout 0:0"), "\(cost.output)")
    let told = try run(words("longbench-v2", "data.json", "out") + ["--dry-run", "--json"])
    let value = try JSONValue.parse(told.output)
    let parts = try #require(value["rows"]?.elements).compactMap { $0["seconds"]?.double }
    #expect(parts.count == 2 && parts.allSatisfy { $0 > 0 })
    let preparing = try #require(value["preparing_seconds"]?.double)
    let seconds = try #require(value["seconds"]?.double)
    #expect(abs(seconds - parts.reduce(2 * preparing, +)) < 1e-9)
    #expect((value["rates"]?["generating_products_gflops"]?.double ?? 0) > 0)
  }

  /// Killed behind any answer, in the middle of a line too, a run goes on to the same bytes.
  @Test func aKilledRunEndsWithTheSameRecords() throws {
    #expect(try run(words("longbench-v2", "data.json", "whole")).exitCode == 0)
    let whole = try records("whole")
    #expect(whole.count == 9)
    let process = try BuiltBinary.process(words("longbench-v2", "data.json", "cut"), in: folder.url)
    let output = folder.url.appendingPathComponent("null")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    let log = folder.url.appendingPathComponent("cut/records.jsonl")
    while process.isRunning, (try? Data(contentsOf: log))?.isEmpty ?? true { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    // What a killed process may leave: half of the line behind what is whole.
    let text = try read("cut/records.jsonl")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let kept = lines.prefix(2).map { $0 + "\n" }.joined()
    try write(kept + "{\"version\":1,\"file\":\"da", "cut/records.jsonl")
    let again = try run(words("longbench-v2", "data.json", "cut"))
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("half written"))
    #expect(try records("cut") == whole)
    #expect(try read("cut/table.csv") == read("whole/table.csv"))
    // And a finished one has nothing left to do.
    let idle = try run(words("longbench-v2", "data.json", "cut"))
    #expect(idle.output.contains("9 answers, 0 of them made now"))
  }

  /// Status and report of a finished run, of one that was stopped, and of one in which somebody is at work.
  @Test func aFolderTellsItsStateAndItsScores() throws {
    #expect(try run(words("longbench-v2", "data.json", "out")).exitCode == 0)
    let table = try CSVTable.read(folder.url.appendingPathComponent("out/table.csv").path)
    let scores = try ["in-context", "thinking", "qttt"].map { try table.doubles($0) }
    let finished = try run(["status", "out"])
    #expect(
      finished.output.hasPrefix("Benchmark out: 9 of 9 answers to longbench-v2\n  finished\n"),
      "\(finished)")
    let told = try JSONValue.parse(run(["status", "out", "--json"]).output)
    #expect(told["state"]?.string == "finished" && told["skipped"]?.int == 0)
    for (row, name) in ["Code", "Law"].enumerated() {
      let line = told["rows"]?.elements?[row]
      #expect(line?["row"]?.string == name && line?["done"]?.int == line?["total"]?.int)
      #expect(line?["scores"]?.elements?.compactMap(\.double) == scores.map { $0[row] })
    }
    // An answer that stands in the log twice is one answer.
    let log = try read("out/records.jsonl")
    try write(log + log, "out/records.jsonl")
    #expect(try run(["status", "out"]).output == finished.output)
    try write(log, "out/records.jsonl")
    // The page holds the table's numbers, and one difference for each method and row.
    let made = try run(["report", "out", "--out", "page"])
    #expect(made.exitCode == 0, "\(made.errors)")
    #expect(made.output == "page/index.html: 1 section, 0 figures\n")
    let page = try read("page/index.html")
    #expect(page.contains("<h2 id=\"section-1-title\">Benchmark out</h2>"))
    #expect(scores.joined().allSatisfy { page.contains("data-v=\"\($0)\"") })
    #expect(page.components(separatedBy: "<td>all questions</td>").count == 1 + 2)
    #expect(page.contains("<td>overall</td>") && page.contains("data.json (SHA-256 "))

    // As after a kill in the sixth answer: the question of Law has none, and there is no table.
    let lines = try read("out/records.jsonl").split(separator: "\n")
    let rest = lines.prefix(5).joined(separator: "\n") + "\n" + lines[5].prefix(40)
    try write(rest, "out/records.jsonl")
    for name in ["table.csv", "table.md", "results.csv"] {
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent("out/\(name)"))
    }
    let stopped = try run(["status", "out"]).output
    #expect(stopped.hasPrefix("Benchmark out: 5 of 9 answers to longbench-v2\n  stopped at "))
    #expect(stopped.contains("\n  start again with: dilution benchmark longbench-v2 --model "))
    let cells = stopped.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(cells.contains(["Law", "0/3", "-", "-", "-"]), "\(stopped)")
    let half = try JSONValue.parse(run(["status", "out", "--json"]).output)
    let records = try lines.prefix(5).map { try JSONValue.parse(String($0)) }
    func mean(_ method: String) -> Double {
      let own = records.filter { $0["method"]?.string == method }.compactMap { $0["score"]?.double }
      return own.reduce(0, +) / Double(own.count)
    }
    #expect(
      half["rows"]?.elements?[0]["scores"]?.elements?.compactMap(\.double)
        == ["in-context", "thinking", "qttt"].map(mean))
    #expect(try run(["report", "out", "--out", "page"]).exitCode == 0)
    #expect(try read("page/index.html").contains("The benchmark is not finished"))

    let start = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -100))
    try write("\(getpid()) elsewhere started=\(start) before=1\n", "out/.lock")
    let running = try JSONValue.parse(run(["status", "out", "--json"]).output)
    #expect(running["state"]?.string == "running" && running["process"]?.int == Int(getpid()))
    let rate = try #require(running["answers_per_second"]?.double)
    #expect(rate > 0 && rate <= 0.04)
    #expect(abs((running["seconds_left"]?.double ?? 0) * rate - 4) < 1e-9)
    // What an earlier version began does not tell how many there are to be.
    let text = try read("out/benchmark.json")
    try write(text.replacing("\"questions\"", with: "\"others\""), "out/benchmark.json")
    let older = try run(["status", "out"]).output
    #expect(older.hasPrefix("Benchmark out: 5 answers to longbench-v2\n  running"), "\(older)")
  }

  /// A category's name is the data's, and may hold anything.
  @Test func namesFromTheDataDoNotBreakTables() throws {
    try write(read("data.json").replacing("\"Law\"", with: #""Law | x\u001b[31m\ny""#), "odd.json")
    let words = words("longbench-v2", "odd.json", "odd")
    let cell = #"Law \| x\u{1b}[31m\u{a}y"#
    let cost = try run(words + ["--dry-run"])
    #expect(cost.output.contains("\n| \(cell) | 1 | 0 | "), "\(cost)")
    let outcome = try run(words + ["--methods", "in-context"])
    #expect(outcome.output.contains("\n| \(cell) | accuracy | 1 | "), "\(outcome)")
    #expect(try read("odd/table.md").contains("\n| \(cell) | accuracy | 1 | "))
    let status = try run(["status", "odd"])
    #expect(status.output.contains("\n  Law | x\\u{1b}[31m\\u{a}y  "), "\(status)")
    for output in [cost.output, outcome.output, status.output] {
      #expect(!output.contains("\u{1B}"))
    }
  }

  @Test func rulersOwnLinesAreAsked() throws {
    let outcome = try run(words("ruler", "niah_1.jsonl", "out") + ["--methods", "in-context,qttt"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("| niah_1 | share of answers held | 2 |"))
    #expect(try records("out").count == 4)
    // 'score' says the same of the same records, of two files that number their questions alike.
    try write(read("niah_1.jsonl").replacing("[\"7\"]", with: "[\"word1\", \"x\"]"), "vt.jsonl")
    let both = ["--data", "niah_1.jsonl", "--data", "vt.jsonl"]
    #expect(
      try run(words("ruler", "niah_1.jsonl", "two") + both.suffix(2)).exitCode == 0)
    let scored = try run(["score", "ruler", "--answers", "two/records.jsonl", "--json"] + both)
    #expect(scored.exitCode == 0, "\(scored.errors)")
    let rows = try JSONValue.parse(scored.output).elements ?? []
    let table = try CSVTable.read(folder.url.appendingPathComponent("two/table.csv").path)
    #expect(rows.count == 3 && table.rowCount == 3)
    let names = [
      "niah_1 (share of answers held)", "vt (share of answers held)", "average (2 files)",
    ]
    for row in rows {
      let method = try #require(row["method"]?.string)
      #expect(try names.map { row[$0]?.double } == table.doubles(method))
    }
  }

  /// A cut may leave too few tokens to train on.
  @Test func whatACutLeavesIsWhatCounts() throws {
    let words = words("longbench-v2", "data.json", "out").map { $0 == "16" ? "128" : $0 }
    let short = try run(words + ["--context-tokens", "230", "--dry-run"])
    #expect(short.exitCode == 1)
    #expect(short.errors.contains("data.json, line 1: question \"p\", cut to 230 tokens, has "))
    #expect(short.errors.contains("too few for a span of 128"), "\(short.errors)")
  }

  /// The sandbox's own tokenizer has no tokens of line feeds, which close a thought elsewhere.
  @Test func aThoughtNeedsNoTokensThatCloseIt() throws {
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Models")
    let outcome = try run([
      "benchmark", "ruler", "--model", shipped.appendingPathComponent("sandbox-facts").path,
      "--data", "niah_1.jsonl", "--steps", "2", "--span-length", "16", "--answer-tokens", "4",
      "--out", "sandbox",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("6 answers, 6 of them made now"), "\(outcome.output)")
  }

  /// A question that is too long is told before the first is computed, and can be left out and counted.
  @Test func whatIsTooLongIsToldFirst() throws {
    let text = (0..<20).map { "word\($0)" }.joined(separator: " ")
    let short = #"{"index": 3, "input": "\#(text)\nA?", "outputs": ["7"]}"#
    try write(short + "\n" + (try read("niah_1.jsonl")), "vt.jsonl")
    let words = words("ruler", "vt.jsonl", "out") + ["--context-tokens", "120"]
    let refused = try run(words)
    #expect(refused.exitCode == 1)
    #expect(
      refused.errors.contains("dilution: vt.jsonl, line 2: question \"0\" has ")
        && refused.errors.contains("--context-tokens allows 120")
        && refused.errors.contains("--skip-too-long"), "\(refused.errors)")
    #expect(
      !FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("out").path),
      "nothing was computed")

    let cost = try run(words + ["--dry-run", "--skip-too-long"])
    #expect(cost.output.contains("| vt | 1 | 2 |"), "\(cost.errors)")
    for made in [3, 0] {
      let outcome = try run(words + ["--skip-too-long"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("|  | metric | n | left out | in-context |"))
      #expect(outcome.output.contains("| vt | share of answers held | 1 | 2 |"))
      #expect(outcome.output.contains("3 answers, \(made) of them made now"))
      #expect(
        outcome.output.contains("out/skipped.csv: 2 questions were too long and were left out\n"))
    }
    #expect(try records("out").count == 3)
    let skipped = try read("out/skipped.csv").split(separator: "\n")
    #expect(skipped.count == 3 && skipped[0] == "file,line,id,row,tokens,limit")
    #expect(skipped[1].hasPrefix("vt.jsonl,2,0,vt,") && skipped[2].hasPrefix("vt.jsonl,3,1,vt,"))
    #expect(skipped[1].hasSuffix(",120"))
    #expect(try read("out/table.csv").contains("task,vt,share of answers held,1,2,0,"))
    #expect(try read("out/benchmark.json").contains("\"skipped\": 2"))
    // Without the flag the folder is of another run, and the question is named again.
    #expect(try run(words).errors.contains("another --out"))
  }

  @Test func mistakesAreSaidInOneSentence() throws {
    #expect(try run(words("ruler", "niah_1.jsonl", "used")).exitCode == 0)
    try write("", "empty.jsonl")
    let twice = (0..<2).map { _ in #"{"index": 0, "input": "A b\nC?", "outputs": ["7"]}"# }
    try write(twice.joined(separator: "\n") + "\n", "twice.jsonl")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("stray"), withIntermediateDirectories: true)
    try write("", "stray/records.jsonl")
    for (words, code, part) in [
      (words("ruler", "niah_1.jsonl", "used", steps: 3), 1, "another --out"),
      (words("ruler", "niah_1.jsonl", "stray"), 1, "another --out"),
      (words("ruler", "empty.jsonl", "new"), 1, "holds no question"),
      (words("ruler", "twice.jsonl", "new"), 1, "two questions"),
      (words("ruler", "none.jsonl", "new"), 1, "none.jsonl"),
      (words("zero-scrolls", "niah_1.jsonl", "new"), 1, "ZeroSCROLLS subset"),
      (words("longbench-v2", "niah_1.jsonl", "new"), 1, "_id"),
      (words("ruler", "niah_1.jsonl", "new") + ["--data", "niah_1.jsonl"], 2, "twice"),
      (words("ruler", "niah_1.jsonl", "new") + ["--methods", "qttt,qttt"], 2, "--methods"),
      (words("ruler", "niah_1.jsonl", "new") + ["--context-tokens", "40"], 1, "--context-tokens"),
      (Array(words("ruler", "niah_1.jsonl", "new").dropLast(2)), 2, "--out"),
      (words("squad", "niah_1.jsonl", "new"), 2, "longbench-v2"),
    ] as [(words: [String], code: Int, part: String)] {
      let outcome = try run(words)
      #expect(Int(outcome.exitCode) == code, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(words): \(outcome.errors)")
    }
  }
}
