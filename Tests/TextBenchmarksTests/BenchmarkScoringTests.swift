import DataFiles
import TestSupport
import Testing
import TextBenchmarks

@Suite struct BenchmarkScoringTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      #"{"index": 0, "pred": "12 and 34", "outputs": ["12", "34"]}"# + "\n"
        + #"{"index": 1, "pred": "12", "outputs": ["12", "34"]}"# + "\n", to: "vt.jsonl")
    try folder.write(
      #"{"index": 0, "pred": "the NORMANS", "outputs": ["Normans", "Vikings"]}"# + "\n",
      to: "qa_1.jsonl")
  }

  @Test func severalTasksHaveTheirMean() throws {
    let table = try BenchmarkScoring(
      .ruler, data: [], answers: [folder.file("vt.jsonl"), folder.file("qa_1.jsonl")]
    ).table()
    #expect(table.rows.count == 1)
    #expect(table.columns.last == "average (2 files)")
    #expect(
      table.text.markdown == [
        "| method | n | unanswered | vt (share of answers held) | qa_1 (any answer held) "
          + "| average (2 files) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| answers | 3 | 0 | 75.0 | 100.0 | 87.5 |",
      ])
    #expect(table.cells[0].count == table.columns.count)
  }

  @Test func wrongRequestsAreOneSentence() throws {
    let path = folder.file("vt.jsonl")
    #expect(throws: UsageError("longbench-v2 is one file: give --data and --answers once each.")) {
      try BenchmarkScoring(.longBench, data: [path, path], answers: [path])
    }
    #expect(throws: UsageError("--answers names \(path) twice; name each file once.")) {
      try BenchmarkScoring(.ruler, data: [], answers: [path, path])
    }
    try folder.write("", to: "empty.jsonl")
    #expect(throws: ScoreError.self) {
      try BenchmarkScoring(.ruler, data: [path], answers: [folder.file("empty.jsonl")])
    }
  }
}
