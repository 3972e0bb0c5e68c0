import DataFiles
import Foundation
import Testing

/// What `plot` says to results and command lines that make no figure.
@Suite struct PlotErrorTests {
  @Test func resultsAreNamedWithFileLineAndColumn() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1, 0]) + [["correct": "yes", "index": "2"]])
    #expect(
      try run.complaint("accuracy-curve", "run")
        == "1 dilution: run/results.csv:4: the column \"correct\" must hold a finite number or "
        + "nothing, but here holds \"yes\".\n")
    try run.write([["length": "0"]])
    #expect(
      try run.complaint("dilution-curve", "run").contains(
        "run/results.csv:2: the column \"length\" must hold a whole number of at least 1, but here "
          + "holds \"0\""))
    try run.write(text: "task,file,length,index,step\nkey-value,a,0,0,0\n", to: "probe.csv")
    #expect(
      try run.complaint("dilution-curve", "probe.csv").contains(
        "probe.csv:2: the column \"length\" must hold a whole number of at least 1"))
    try run.write(text: "a,b\n1,2\n", to: "other.csv")
    #expect(
      try run.complaint("dilution-curve", "other.csv").hasPrefix(
        "1 dilution: other.csv: there is no column \"task\""))
    try run.write([])
    #expect(
      try run.complaint("frontier", "run") == "1 dilution: run/results.csv holds no results.\n")
  }

  @Test func foldersAreRuns() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1]), to: "study/rates/results.csv")
    try run.write(RunFixture.rows(values: [1]), to: "study/main/results.csv")
    #expect(
      try run.complaint("frontier", "study")
        == "1 dilution: study holds the parts main and rates: name the folder of one, such as "
        + "study/main.\n")
    try run.write(text: "", to: "half/records.jsonl")
    #expect(try run.complaint("hops", "half").contains("its sweep is not finished"))
    try run.write(text: "", to: "empty/note.txt")
    #expect(
      try run.complaint("hops", "empty").contains(
        "empty holds neither results.csv nor probe.csv: name a folder that 'dilution sweep'"))
    #expect(try run.complaint("hops", "none").contains("Cannot open none: it does not exist"))
  }

  @Test func whatIsNotThereCannotBeChosen() throws {
    let run = try RunFixture()
    try run.write(
      RunFixture.rows(values: [1])
        + RunFixture.rows(["task_label": "b", "length": "320"], values: [1]))
    let cases: [(words: [String], says: String)] = [
      ([], "holds results of key-value and b: choose one with --task"),
      (["--task", "c"], "holds no results of c, but of key-value and b"),
      (["--task", "b", "--method", "qttt"], "holds no method \"qttt\", but \"in-context\""),
      (["--task", "b", "--length", "640"], "holds no results at length 640, but at 160 and 320"),
      (
        ["--task", "b", "--measure", "majority-accuracy"],
        "nothing in the column 'majority_correct'"
      ),
    ]
    for (words, says) in cases {
      let outcome = try run.run(
        ["plot", "accuracy-curve", "run", "--out", "f.svg", "-q"] + words)
      #expect(outcome.exitCode == 1 && outcome.errors.contains(says), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(!FileManager.default.fileExists(atPath: run.folder.url.path + "/f.svg"))
  }

  @Test func wrongCommandLinesEndWithTwo() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1]))
    let cases: [(words: [String], says: String)] = [
      (["dilution-kurve", "run", "--out", "f.svg"], "(did you mean 'dilution-curve'?)"),
      (["frontier", "run", "--out", "f.jpg"], "or in .csv for its data, not 'f.jpg'"),
      (["frontier", "run", "--out", "f.svg", "--out", "f.svg"], "--out names f.svg twice"),
      (["frontier", "run", "--bound", "--out", "f.svg"], "Unknown option '--bound'"),
      (
        ["margin", "run", "--epsilon", "1", "--out", "f.svg"], "--epsilon must be a number from"
      ),
      (
        ["dilution-curve", "run", "--step", "3", "--out", "f.svg"], "--step belongs to the results"
      ),
    ]
    for (words, says) in cases {
      let outcome = try run.run(["plot"] + words)
      #expect(outcome.exitCode == 2 && outcome.errors.contains(says), "\(outcome.errors)")
    }
  }

  @Test func dollarSignsInLabelsAreNoMarkup() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(["label": "\"a $5 method, $T$\""], values: [1]))
    let (data, svg) = try run.draw("accuracy-curve", "--title", "a $T$ of $5")
    #expect(try data.strings("method") == ["a $5 method, $T$"])
    #expect(svg.contains("<title>a T of $5</title>"))
  }
}
