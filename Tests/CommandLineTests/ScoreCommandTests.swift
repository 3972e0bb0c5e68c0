import DataFiles
import Foundation
import Testing

@Suite struct ScoreCommandTests {
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

  @Test func mistakesAreSaidInOneSentence() throws {
    try write("{\"id\": \"z\", \"answer\": \"\"}\n", "strange.jsonl")
    try write("", "empty.jsonl")
    let qasper = try String(
      contentsOf: folder.url.appendingPathComponent("qasper.jsonl"), encoding: .utf8)
    try write(qasper, "other.jsonl")
    for (words, code, part) in [
      (["longbench-v2", "--data", "data.json", "--answers", "strange.jsonl"], 1, "\"z\""),
      (["longbench-v2", "--data", "data.json", "--answers", "empty.jsonl"], 1, "no answers"),
      (["longbench-v2", "--data", "none.json", "--answers", "answers.jsonl"], 1, "none.json"),
      (["longbench-v2", "--data", "qasper.jsonl", "--answers", "answers.jsonl"], 1, "_id"),
      (["zero-scrolls", "--data", "other.jsonl", "--answers", "submission.json"], 2, "--subset"),
      (["longbench", "--data", "data.json", "--answers", "answers.jsonl"], 2, "longbench-v2"),
    ] {
      let outcome = try BuiltBinary.run(["score"] + words, in: folder.url)
      #expect(Int(outcome.exitCode) == code, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(words): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 || code == 2)
    }
  }
}
