import DataFiles
import Foundation
import TestSupport
import Testing
import TextBenchmarks

@Suite struct BenchmarkQuestionTests {
  private func questions(
    _ benchmark: Benchmark, _ name: String, _ lines: [String]
  ) throws -> [BenchmarkQuestion] {
    let folder = try TemporaryFolder()
    try folder.write(lines.joined(separator: "\n") + "\n", to: name)
    let path = folder.file(name)
    var all: [BenchmarkQuestion] = []
    try benchmark.forEach(path, row: Benchmark.row(of: path)) { all.append($0) }
    return all
  }

  private func parts(_ question: BenchmarkQuestion) throws -> (context: String, rest: String) {
    let bytes = Array(question.input.utf8)
    let start = try #require(question.questionStart)
    return (
      String(decoding: bytes[..<start], as: UTF8.self),
      String(decoding: bytes[start...], as: UTF8.self)
    )
  }

  /// Places count code points in the files, and bytes here.
  @Test func zeroScrollsIsSplitBeforeItsQuestion() throws {
    func line(_ query: String, output: String = "\"B\"") -> String {
      #"{"id": "a", "input": "Réad: 😀é. Question: é? Answer:", "output": \#(output),"#
        + #" "document_start_index": 6, "document_end_index": 9, "#
        + "\(query), \"truncation_seperator\": \"[cut]\"}"
    }
    let asked = try questions(
      .zeroScrolls, "quality/validation.jsonl",
      [line(#""query_start_index": 10, "query_end_index": 22"#)])
    #expect(asked[0].row == "quality" && asked[0].cut == .end(separator: "[cut]"))
    #expect(try parts(asked[0]) == ("Réad: 😀é. ", "Question: é? Answer:"))
    #expect(asked[0].score("It is B.") == 100 && asked[0].score("A") == 0)
    // Where nothing is asked, what follows the document does.
    let summary = try questions(
      .zeroScrolls, "gov_report.jsonl", [line(#""query_start_index": 0, "query_end_index": 0"#)])
    #expect(try parts(summary[0]) == ("Réad: 😀é.", " Question: é? Answer:"))
    #expect(throws: BenchmarkError.self) {
      try questions(
        .zeroScrolls, "gov_report.jsonl",
        [line(#""query_start_index": 0, "query_end_index": 0"#, output: "null")])
    }
    #expect(throws: BenchmarkError.self) {
      try questions(
        .zeroScrolls, "foreign.jsonl", [line(#""query_start_index": 0, "query_end_index": 0"#)])
    }
  }

  /// Where several files are of one task, their paths are the rows.
  @Test func aPathAsRowTellsTheTask() throws {
    let line = #"{"index": 4, "input": "A.\nB?", "outputs": ["red fox", "Owl"], "length": 9}"#
    let folder = try TemporaryFolder()
    for (name, score, limit) in [
      ("qa_1/validation.jsonl", 100.0, 32), ("qa-set/4K/niah.jsonl", 50, 128),
      ("8192/vt/validation.jsonl", 50, 30),
    ] {
      try folder.write(line + "\n", to: name)
      let path = folder.file(name)
      try Benchmark.ruler.forEach(path, row: path) { question in
        #expect(question.row == path && question.score("an owl") == score)
      }
      #expect(Benchmark.ruler.answerTokens(row: path) == limit)
    }
  }

  @Test func rulerTakesAllTextsOrAny() throws {
    let line = #"{"index": 4, "input": "A.\nB?", "outputs": ["red fox", "Owl"], "length": 9}"#
    let needle = try questions(.ruler, "niah_single_1/validation.jsonl", [line])[0]
    #expect(needle.row == "niah_single_1" && needle.id == "4" && needle.cut == .nothing)
    #expect(needle.score("An owl.") == 50 && needle.score("RED FOX, owl") == 100)
    let answer = try questions(.ruler, "qa_1.jsonl", [line])[0]
    #expect(answer.row == "qa_1" && answer.score("An owl.") == 100 && answer.score("fox") == 0)
    #expect(Benchmark.ruler.answerTokens(row: "qa_1") == 32)
    #expect(Benchmark.ruler.answerTokens(row: "vt") == 30)
    #expect(Benchmark.ruler.answerTokens(row: "niah_single_1") == 128)
  }

  /// As RULER's Python compares: control characters are line ends, white space at the ends is gone, and
  /// code points count.
  @Test func rulerComparesCodePoints() {
    #expect(ContainedTexts.share(["7\n8"], in: "7\t8") == 1)
    #expect(
      ContainedTexts.share([" 7"], in: " 7") == 0 && ContainedTexts.share(["7"], in: "\t7 ") == 1)
    // A keycap's signs behind a digit make one character of the three, but not one code point.
    #expect(ContainedTexts.share(["12345"], in: "It is 12345\u{FE0F}\u{20E3}.") == 1)
    #expect(ContainedTexts.share(["\u{E9}t\u{E9}"], in: "e\u{301}te\u{301}") == 0)
    // A space that a mark stands on is still a space.
    #expect(ContainedTexts.isNull(" \u{1C}\u{A0}") && !ContainedTexts.isNull(" \u{301}"))
    #expect(ContainedTexts.share([" "], in: "7 \u{301}7") == 1)
    #expect(ContainedTexts.share([" \u{301}"], in: " \u{301}7") == 0)
    #expect(ContainedTexts.share(["A", "b", "c", "d"], in: "a B") == 0.5)
    #expect(
      ContainedTexts.any(["x", "B"], in: "a b") == 1 && ContainedTexts.any(["x"], in: "a") == 0)
    #expect(ContainedTexts.isNull("\u{1} \n") && !ContainedTexts.isNull(" a"))
  }

  /// The table says what the benchmark's own score says.
  @Test func tablesAgreeWithTheBenchmarksScores() throws {
    let lines = ["x", "y", "z"].map { id in
      BenchmarkItemTests.longBench(id, length: id == "z" ? "long" : "short")
        .replacing("\n", with: "")
    }
    let asked = try questions(.longBench, "data.json", lines)
    let answers = ["The correct answer is (B)", "B", "The correct answer is B"]
    #expect(asked.map(\.slices) == [["hard", "short"], ["hard", "short"], ["hard", "long"]])
    var entries: [BenchmarkTable.Entry] = []
    for (question, answer) in zip(asked, answers) {
      entries.append(
        .init(
          question: .init(question), method: "thinking", answer: answer,
          score: question.score(answer), hasDiverged: false))
      // What diverged is counted, and in no mean.
      entries.append(
        .init(
          question: .init(question), method: "qttt", answer: "", score: 0,
          hasDiverged: question.id == "x"))
    }
    let table = BenchmarkTable(.longBench, entries, methods: ["thinking", "qttt", "in-context"])
    #expect(table.rows.map(\.name) == [asked[0].row, "overall", "hard", "short", "long"])
    let third: Double? = 200.0 / 3
    let expected: [Double?] = [third, third, third, 50, 100]
    #expect(table.rows.map { $0.scores[0] } == expected)
    let others = table.rows.filter { $0.scores[1] != 0 || $0.scores[2] != nil }
    #expect(others.isEmpty)
    let diverged = table.rows.map(\.diverged)
    #expect(diverged == [1, 1, 1, 1, 0])
    #expect(table.rows[0].count == 3)
    #expect(asked.map(\.line) == [1, 2, 3])
  }

  /// Names from a file come into messages in one line, whatever they hold.
  @Test func namesInMessagesAreLegible() {
    let error = BenchmarkError.noRightAnswer(file: "a.jsonl", id: "x\n\u{1B}[31m")
    #expect(error.description.hasPrefix(#"the item "x\u{a}\u{1b}[31m" of 'a.jsonl' has no"#))
    let other = BenchmarkError.noSubset(file: "a.jsonl", name: "q\t")
    #expect(other.description.contains(#"as its name 'q\u{9}' says"#))
  }

  /// What was left out is counted, and a row of which nothing is left has no score.
  @Test func whatIsLeftOutIsCounted() {
    func key(_ row: String) -> BenchmarkTable.Key {
      .init(row: row, right: ["7"], metric: .contained(any: false))
    }
    let entry = BenchmarkTable.Entry(
      question: key("vt"), method: "m", answer: "7", score: 100, hasDiverged: false)
    let table = BenchmarkTable(
      .ruler, [entry], methods: ["m"], skipped: [key("vt"), key("cwe"), key("cwe")])
    #expect(table.rows.map(\.name) == ["cwe", "vt", "average"])
    #expect(table.rows.map(\.count) == [0, 1, 1] && table.rows.map(\.skipped) == [2, 1, 3])
    #expect(table.rows.map(\.scores) == [[nil], [100], [nil]])
    #expect(table.markdown.hasPrefix("|  | metric | n | left out | m |\n"))
    let whole = BenchmarkTable(.ruler, [entry], methods: ["m"])
    #expect(whole.markdown.hasPrefix("|  | metric | n | m |\n"))
  }

  @Test func namesFromTheDataDoNotBreakATable() {
    let entry = BenchmarkTable.Entry(
      question: .init(row: "a | b\u{1B}[31m\nc", right: ["7"], metric: .contained(any: false)),
      method: "m|n", answer: "7", score: 100, hasDiverged: false)
    let table = BenchmarkTable(.ruler, [entry], methods: ["m|n"])
    #expect(table.rows.map(\.name) == ["a | b\u{1B}[31m\nc"])
    let lines = table.markdown.split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == #"|  | metric | n | m\|n |"#)
    #expect(lines[2].hasPrefix(#"| a \| b\u{1b}[31m\u{a}c | "#))
    #expect(lines[2].hasSuffix(" | 1 | 100.0 |"))
  }

  /// Means of a subset are what its metric makes of all answers together, and rows weigh the same.
  @Test func subsetsAreScoredWhole() throws {
    let right = [["red fox"], ["a blue owl flew"]]
    let said = ["the red fox", "an owl flew by"]
    var entries = zip(right, said).map { right, said in
      BenchmarkTable.Entry(
        question: .init(row: "gov_report", right: right, metric: .zeroScrolls(.govReport)),
        method: "m", answer: said, score: 0, hasDiverged: false)
    }
    entries.append(
      .init(
        question: .init(row: "quality", right: ["C"], metric: .zeroScrolls(.quality)), method: "m",
        answer: "C", score: 100, hasDiverged: false))
    let table = BenchmarkTable(.zeroScrolls, entries, methods: ["m"])
    let whole = ZeroScrollsSubset.govReport.score(
      zip(said, right).map { (answer: $0, right: $1) })
    #expect(table.rows.map(\.name) == ["gov_report", "quality", "average"])
    let expected: [Double?] = [whole, 100, (whole + 100) / 2]
    #expect(table.rows.map { $0.scores[0] } == expected)
    #expect(whole > 0 && whole < 100)
  }
}
