import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct ScoreCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let item = { (id: String, answer: String, length: String) in
      """
      {"_id": "\(id)", "domain": "Code", "sub_domain": "x", "difficulty": "easy", \
      "length": "\(length)", "question": "?", "choice_A": "1", "choice_B": "2", "choice_C": "3", \
      "choice_D": "4", "answer": "\(answer)", "context": "text"}
      """
    }
    try write("[\(item("p", "A", "short")), \(item("q", "B", "long"))]", "data.json")
    try write(
      ["in-context", "qttt"].map { method in
        "{\"id\": \"p\", \"method\": \"\(method)\", \"answer\": \"The correct answer is (A)\"}\n"
      }.joined()
        + "{\"id\": \"q\", \"method\": \"qttt\", \"answer\": \"The correct answer is B\"}\n",
      "answers.jsonl")
    try write(
      """
      {"id": "s", "input": "text", "output": "a red fox", "document_start_index": 0, \
      "document_end_index": 4, "query_start_index": 4, "query_end_index": 4}

      """, "qasper.jsonl")
    try write("{\n\"s\": \"the red\"\n}\n", "submission.json")
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
  }

  private func run(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["score"] + words, in: folder.url)
  }

  @Test func longBenchHasARowAMethod() throws {
    let outcome = try run(
      "longbench-v2", "--data", "data.json", "--answers", "answers.jsonl", "--out", "t.csv")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        | method | n | unanswered | overall | Code | easy | hard | short | medium | long |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | in-context | 2 | 1 | 50.0 | 50.0 | 50.0 |  | 100.0 |  | 0.0 |
        | qttt | 2 | 0 | 100.0 | 100.0 | 100.0 |  | 100.0 |  | 100.0 |

        """)
    let table = try String(
      contentsOf: folder.url.appendingPathComponent("t.csv"), encoding: .utf8)
    #expect(table.hasPrefix("method,n,unanswered,overall,Code,"))
    #expect(table.contains("in-context,2,1,50"))
    let path = folder.url.appendingPathComponent("t.csv").path
    let told = try JSONValue.read(path + ".json")
    #expect(told["format"]?.string == "scores" && told["schemas"]?["t.csv"]?.int == 1)
    #expect(told["command"]?.elements?.prefix(2).map(\.string) == ["dilution", "score"])
    #expect(try TableSchema(at: path).read(path).rowCount == 2)
  }

  @Test func aSubmissionIsScoredByItsSubset() throws {
    let outcome = try run(
      "zero-scrolls", "--data", "qasper.jsonl", "--answers", "submission.json", "--json")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    // One of one word is right, and one of two is there.
    #expect(outcome.output.contains("66.66"))
  }

  private func item(_ id: String, _ output: String) -> String {
    """
    {"id": "\(id)", "input": "text", "output": "\(output)", "document_start_index": 0, \
    "document_end_index": 4, "query_start_index": 4, "query_end_index": 4}

    """
  }

  /// The average is the plain mean of the subsets, whatever the number of their items.
  @Test func severalSubsetsHaveTheirMean() throws {
    try write(item("s", "(B)") + item("t", "(C)") + item("u", "(A)"), "quality.jsonl")
    try write("{\"s\": \"B\", \"t\": \"D\"}", "quality.json")
    let words = ["zero-scrolls", "--data", "qasper.jsonl", "--data", "quality.jsonl"]
    let outcome = try BuiltBinary.run(
      ["score"] + words
        + ["--answers", "submission.json", "--answers", "quality.json", "--out", "t.csv"],
      in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    // 2/3 of F1, and one of three letters.
    #expect(
      outcome.output == """
        | method | n | unanswered | qasper (f1) | quality (accuracy) | average (2 of 10 subsets) |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | answers | 4 | 1 | 66.7 | 33.3 | 50.0 |

        """)
    let table = try CSVTable.read(folder.url.appendingPathComponent("t.csv").path)
    #expect(try abs(table.doubles("average (2 of 10 subsets)")[0] - 50) < 1e-12)

    // One file for both, in which ids or files tell the items apart.
    try write("{\"id\": \"s\", \"answer\": \"B\"}\n", "bare.jsonl")
    let bare = try BuiltBinary.run(
      ["score"] + words + ["--answers", "bare.jsonl"], in: folder.url)
    #expect(
      bare.errors == "dilution: 'bare.jsonl' answers an item \"s\", of which there is one in "
        + "'qasper.jsonl' and in 'quality.jsonl'; give a file of answers for each of --data, in the "
        + "same order.\n")
    let told = [("qasper", "s", "the red"), ("quality", "s", "B"), ("quality", "t", "D")].map {
      #"{"id": "\#($0.1)", "answer": "\#($0.2)", "file": "\#($0.0).jsonl"}"#
    }
    try write(told.joined(separator: "\n") + "\n", "told.jsonl")
    let same = try BuiltBinary.run(["score"] + words + ["--answers", "told.jsonl"], in: folder.url)
    #expect(same.output == outcome.output, "\(same.errors)")
  }

  private func predictions(_ pairs: [(pred: String, outputs: [String])]) -> String {
    pairs.enumerated().map { place, pair in
      let outputs = pair.outputs.map { "\"\($0)\"" }.joined(separator: ", ")
      return #"{"index": \#(place), "pred": "\#(pair.pred)", "#
        + #""outputs": [\#(outputs)], "others": {}, "truncation": -1, "length": 9}"# + "\n"
    }.joined()
  }

  /// RULER's own files: all outputs count for all tasks but question answering, where one is enough.
  @Test func rulersPredictionsAreScoredAsRulerDoes() throws {
    try write(
      predictions([
        (" The numbers are 12 and 34.", ["12", "34"]), ("12", ["12", "34"]), ("", ["5", "6"]),
      ]), "niah_multivalue.jsonl")
    try write(predictions([("the NORMANS\\n", ["Normans", "Vikings"])]), "qa_1.jsonl")
    let words = ["ruler", "--answers", "niah_multivalue.jsonl", "--answers", "qa_1.jsonl"]
    let outcome = try BuiltBinary.run(["score"] + words, in: folder.url)
    #expect(
      outcome.output == """
        | method | n | unanswered | niah_multivalue (share of answers held) | \
        qa_1 (any answer held) | average (2 files) |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | answers | 4 | 1 | 50.0 | 100.0 | 75.0 |

        """, "\(outcome.errors)")

    // The same with answers of the lab's form beside the questions, by two methods.
    let answers = ["in-context", "qttt"].flatMap { method in
      (0..<2).map { #"{"id": "\#($0)", "method": "\#(method)", "answer": "12 34"}"# }
    }
    try write(answers.dropLast().joined(separator: "\n") + "\n", "both.jsonl")
    let two = try run("ruler", "--data", "niah_multivalue.jsonl", "--answers", "both.jsonl")
    #expect(two.output.contains("| in-context | 3 | 1 | 66.7 |"), "\(two.errors)")
    #expect(two.output.contains("| qttt | 3 | 2 | 33.3 |"))

    // One task at two lengths is told by its paths.
    for length in ["4096", "8192"] {
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent(length), withIntermediateDirectories: true)
      try write(predictions([("1", ["1"])]), "\(length)/vt.jsonl")
    }
    let lengths = try run("ruler", "--answers", "4096/vt.jsonl", "--answers", "8192/vt.jsonl")
    #expect(
      lengths.output.contains(
        "| 4096/vt.jsonl (share of answers held) | 8192/vt.jsonl (share of answers held) |"))
  }

  @Test func mistakesAreSaidInOneSentence() throws {
    try write("{\"id\": \"z\", \"answer\": \"\"}\n", "strange.jsonl")
    try write("", "empty.jsonl")
    try write(predictions([("1", ["1"])]) + predictions([("1", ["1"])]), "vt.jsonl")
    try write(predictions([("1", ["1"])]), "one.jsonl")
    try write(
      "{\"index\": 0, \"pred\": null, \"input\": \"a\", \"outputs\": [\"1\"]}\n", "null.jsonl")
    let qasper = try String(
      contentsOf: folder.url.appendingPathComponent("qasper.jsonl"), encoding: .utf8)
    try write(qasper, "other.jsonl")
    for (words, code, part) in [
      (["longbench-v2", "--data", "data.json", "--answers", "strange.jsonl"], 1, "\"z\""),
      (["longbench-v2", "--data", "data.json", "--answers", "empty.jsonl"], 1, "no answers"),
      (["longbench-v2", "--data", "none.json", "--answers", "answers.jsonl"], 1, "none.json"),
      (["longbench-v2", "--data", "qasper.jsonl", "--answers", "answers.jsonl"], 1, "_id"),
      (["zero-scrolls", "--data", "other.jsonl", "--answers", "submission.json"], 2, "--subset"),
      (["longbench-v2", "--answers", "answers.jsonl"], 2, "--data is missing"),
      (
        ["longbench-v2", "--data", "data.json", "--answers", "answers.jsonl", "--stems"], 2,
        "--stems"
      ),
      (
        [
          "longbench-v2", "--data", "data.json", "--data", "b.json", "--answers", "answers.jsonl",
        ], 2, "longbench-v2 is one file"
      ),
      (
        [
          "zero-scrolls", "--data", "qasper.jsonl", "--data", "quality.jsonl", "--data",
          "musique.jsonl", "--answers", "a.json", "--answers", "b.json",
        ], 2, "--data is given 3 times and --answers 2 times"
      ),
      (
        [
          "zero-scrolls", "--data", "qasper.jsonl", "--data", "a/qasper.jsonl", "--answers",
          "a.json",
        ], 2, "two files of qasper"
      ),
      (
        [
          "zero-scrolls", "--data", "qasper.jsonl", "--data", "other.jsonl", "--answers", "a.json",
          "--answers", "b.json", "--subset", "qasper",
        ], 2, "--subset is for one file"
      ),
      (["ruler", "--answers", "answers.jsonl"], 1, "answers.jsonl:1:1: index is missing"),
      (["ruler", "--answers", "vt.jsonl"], 1, "answered twice"),
      (
        ["ruler", "--answers", "one.jsonl", "--answers", "one.jsonl"], 2,
        "--answers names one.jsonl twice"
      ),
      (["ruler", "--answers", "one.jsonl", "--out", "./one.jsonl"], 2, "--out would write over"),
      (["ruler", "--answers", "null.jsonl"], 1, "null.jsonl:1:"),
      (["ruler", "--data", "vt.jsonl", "--answers", "one.jsonl"], 1, "two items \"0\""),
      (["longbench", "--data", "data.json", "--answers", "answers.jsonl"], 2, "longbench-v2"),
    ] {
      let outcome = try BuiltBinary.run(["score"] + words, in: folder.url)
      #expect(Int(outcome.exitCode) == code, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(words): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 || code == 2)
    }
  }
}
