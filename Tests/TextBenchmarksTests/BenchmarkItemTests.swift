import DataFiles
import Foundation
import TestSupport
import Testing
import TextBenchmarks

@Suite struct BenchmarkItemTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, _ name: String) throws -> String {
    folder.file(name, holding: text)
  }

  static func longBench(_ id: String, answer: String = "B", length: String = "short") -> String {
    """
    {"_id": "\(id)", "domain": "Code Repository Understanding", "sub_domain": "Code repo QA",
     "difficulty": "hard", "length": "\(length)", "question": "What, \\"exactly\\" ]?",
     "choice_A": "one", "choice_B": "two", "choice_C": "three", "choice_D": "four",
     "answer": "\(answer)", "context": "Some [text], with {brackets}."}
    """
  }

  @Test func longBenchIsReadFromAnArrayOrLines() throws {
    let array = try write(
      "[\n\(Self.longBench("x")),\n\(Self.longBench("y", length: "long"))]\n", "a")
    let lines = try write(
      ["x", "y"].map {
        Self.longBench($0, length: $0 == "x" ? "short" : "long").replacing("\n", with: "")
      }.joined(separator: "\n") + "\n", "b")
    var read: [[LongBenchItem]] = []
    for path in [array, lines] {
      var items: [LongBenchItem] = []
      try LongBenchItem.forEach(path) { items.append($0) }
      read.append(items)
    }
    #expect(read.map { $0.map(\.id) } == [["x", "y"], ["x", "y"]])
    #expect(read.map { $0.map(\.line) } == [[2, 6], [1, 2]])
    #expect(read[0].map(\.prompt.input) == read[1].map(\.prompt.input))
    #expect(read[0].map(\.extent) == read[1].map(\.extent))
    #expect(read[0][1].extent == .long && read[0][0].answer == "B")
    let prompt = read[0][0].prompt
    let bytes = Array(prompt.input.utf8)
    let document = String(decoding: bytes[..<prompt.questionStart], as: UTF8.self)
    let question = String(decoding: bytes[prompt.questionStart...], as: UTF8.self)
    #expect(document.hasSuffix("<text>\nSome [text], with {brackets}.\n</text>\n\n"))
    #expect(question.hasPrefix("What is the correct answer to this question: What, \"exactly\""))
    #expect(question.contains("\nChoices:\n(A) one\n(B) two\n(C) three\n(D) four\n\nFormat"))
  }

  @Test func answersBearRulersNamesToo() throws {
    let path = try write(
      """
      {"index": 3, "pred": " 7 ", "outputs": ["7"], "others": {}}
      {"id": "a", "answer": "x", "method": "m"}

      """, "answers")
    let answers = try BenchmarkAnswers(path)
    #expect(answers.methods == ["", "m"])
    #expect(answers.text("3", of: "any", by: "") == " 7 ")
    #expect(answers.text("a", of: "any", by: "m") == "x")
    #expect(answers.text("a", of: "any", by: "") == nil)
    for line in [
      #"{"index": -1, "pred": "x"}"#, #"{"index": "1", "pred": "x"}"#, #"{"index": 1}"#,
      #"{"pred": "x"}"#, #"{"index": 1, "pred": null}"#,
    ] {
      let path = try write(line + "\n", "bad")
      #expect(throws: JSONError.self) { try BenchmarkAnswers(path) }
    }
  }

  @Test func answersToSeveralFilesAreToldApart() throws {
    let path = try write(
      ["a", "b"].map { #"{"id": "0", "answer": "\#($0)", "file": "\#($0).jsonl"}"# }
        .joined(separator: "\n") + "\n" + #"{"id": "1", "answer": "c"}"# + "\n", "answers")
    let files = ["a.jsonl", "b.jsonl"]
    let answers = try BenchmarkAnswers(path, to: files)
    #expect(answers.text("0", of: "a.jsonl", by: "") == "a")
    #expect(answers.text("0", of: "b.jsonl", by: "") == "b")
    #expect(answers.text("1", of: "b.jsonl", by: "") == "c")
    try answers.check(against: [(files[0], ["0"]), (files[1], ["0", "1"])])
    #expect(throws: BenchmarkAnswers.Misfit.unknown(id: "1")) {
      try answers.check(against: [(files[0], ["0"]), (files[1], ["0"])])
    }
    #expect(throws: BenchmarkAnswers.Misfit.ambiguous(id: "1", files: files)) {
      try answers.check(against: [(files[0], ["0", "1"]), (files[1], ["0", "1"])])
    }
    let both = try write(
      #"{"id": "0", "answer": "a"}"# + "\n"
        + #"{"id": "0", "answer": "b", "file": "a.jsonl"}"# + "\n", "both")
    #expect(throws: BenchmarkAnswers.Misfit.twice(id: "0", file: "a.jsonl")) {
      try BenchmarkAnswers(both, to: files).check(against: [(files[0], ["0"]), (files[1], ["1"])])
    }
    // Which file a line is of matters only where there are several.
    #expect(throws: JSONError.self) { try BenchmarkAnswers(path) }
    #expect(throws: JSONError.self) { try BenchmarkAnswers(path, to: ["a.jsonl", "c.jsonl"]) }
  }

  @Test(arguments: [
    ("[{\"_id\": 3}]", "must be a string"), ("[", "ends"), ("[] x", "the end of the text"),
    ("[1 2]", "the end of the text"), (Self.longBench("x", answer: "E"), "A, B, C or D"),
    (Self.longBench("x", length: "tiny"), "short"),
  ])
  func badFilesAreNamed(text: String, word: String) throws {
    let path = try write(text.hasPrefix("[") ? text : text.replacing("\n", with: ""), "bad")
    let error = #expect(throws: JSONError.self) { try LongBenchItem.forEach(path) { _ in } }
    let sentence = error.map { "\($0)" } ?? ""
    #expect(sentence.contains(word) && sentence.contains(path), "\(sentence)")
  }

  @Test func lettersAreFoundAsTheBenchmarkFindsThem() {
    #expect(ChosenLetter.declared("So: The correct answer is (C).") == "C")
    #expect(ChosenLetter.declared("**The correct answer is D**") == "D")
    #expect(ChosenLetter.declared("The correct answer is A, or The correct answer is (B)") == "B")
    #expect(ChosenLetter.declared("The correct answer is (E)") == nil)
    #expect(ChosenLetter.declared("the correct answer is (A)") == nil)
    #expect(ChosenLetter.declared("") == nil)
  }

  @Test func longBenchScoresBySlice() throws {
    let path = try write(
      "[\(Self.longBench("x")), \(Self.longBench("y")), \(Self.longBench("z", length: "long"))]",
      "items")
    var judged: [LongBenchScore.Judged] = []
    let answers = ["The correct answer is (B)", "B", "The correct answer is B"]
    try LongBenchItem.forEach(path) { item in
      judged.append(.init(item, answer: answers[judged.count]))
    }
    let score = LongBenchScore(judged)
    #expect(abs((score.overall ?? 0) - 200.0 / 3) < 1e-9 && score.accuracy(.short) == 50)
    #expect(score.accuracy(.long) == 100 && score.accuracy(.medium) == nil)
    #expect(score.accuracy(.hard) == score.overall && score.accuracy(.easy) == nil)
    #expect(score.accuracy(domain: "Code Repository Understanding") == score.overall)
  }

  @Test func answersOfOneInputAreTakenTogether() throws {
    let line = { (id: String, output: String) in
      "{\"id\": \"\(id)\", \"pid\": \"\(id)_0\", \"input\": \"Read é. Ask?\", \"output\": \(output), "
        + "\"document_start_index\": 0, \"document_end_index\": 7, \"query_start_index\": 8, "
        + "\"query_end_index\": 12, \"truncation_seperator\": \"...\"}\n"
    }
    let path = try write(
      line("a", "\"one\"") + line("b", "[\"x\", \"y\"]") + line("a", "\"two\"") + line("c", "null"),
      "items.jsonl")
    let items = try ZeroScrollsItem.read(path)
    #expect(items.map(\.id) == ["a", "b", "c"])
    #expect(items.map(\.outputs) == [["one", "two"], ["x", "y"], []])
    #expect(items[0].query == 8..<12)
    let bad = try write(line("a", "\"one\"").replacing("12", with: "13"), "bad.jsonl")
    let error = #expect(throws: JSONError.self) { try ZeroScrollsItem.read(bad) }
    #expect("\(error!)".contains("query_end_index"))
  }

  @Test func subsetsTakeTheBestOfSeveralRightAnswers() {
    let answers: [(answer: String, right: [String])] = [
      ("the red fox", ["a wolf", "red fox"]), ("nothing", ["something else"]),
    ]
    #expect(ZeroScrollsSubset.qasper.score(answers) == 50)
    #expect(ZeroScrollsSubset.quality.score([("(A) red", ["A"]), ("B", ["C"])]) == 50)
    #expect(ZeroScrollsSubset.spaceDigest.score([("About 40%", ["30%"])]) == 50)
    let order = ZeroScrollsSubset.bookSumSort.score([("2, 1, 3", ["1, 2, 3"])])
    #expect(abs(order - 200.0 / 3) < 1e-9)
    // Unigrams 2/3 precision and 1 recall: .8; bigrams 1/2 and 1: 2/3; longest subsequence: .8.
    let rouge = ZeroScrollsSubset.govReport.score([("the red fox", ["red fox"])])
    #expect(abs(rouge - 100 * Double.cubeRoot(0.8 * 0.8 * 2 / 3)) < 1e-9)
  }
}

extension Double {
  fileprivate static func cubeRoot(_ x: Double) -> Double { cbrt(x) }
}
