import Foundation
import TestSupport
import TestTags
import Testing

/// What `plot` makes of command lines; the figures themselves are tested without a process.
@Suite(.tags(.process, .slow)) struct PlotCommandTests {
  /// Names from tables and command lines reach a terminal as text, escaped once.
  @Test func messagesHoldNoControlCharacters() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(["label": "a\u{1B}[31m"], values: [1]))
    func errors(_ words: String...) throws -> String {
      try BuiltBinary.run(
        ["plot", "accuracy-curve"] + words + ["--out", "f.svg"], in: run.folder.url
      ).errors
    }
    #expect(
      try errors("run", "--method", "b\u{202E}")
        == #"dilution: run/results.csv holds no method "b\u{202e}", but "a\u{1b}[31m"."# + "\n")
    #expect(
      try errors("no\u{1B}ne")
        == #"dilution: Cannot open no\u{1b}ne: it does not exist."# + "\n")
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
      let outcome = try BuiltBinary.run(["plot"] + words, in: run.folder.url)
      #expect(outcome.exitCode == 2 && outcome.errors.contains(says), "\(outcome.errors)")
    }
  }

  @Test func aFigureIsWrittenInEveryFormat() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1, 0]))
    let files = ["f.svg", "f.png", "sub/f.pdf", "f.csv"]
    let outcome = try BuiltBinary.run(
      ["plot", "accuracy-curve", "run", "--title", "A"] + files.flatMap { ["--out", $0] },
      in: run.folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == files.map { "Wrote \($0).\n" }.joined())
    for file in files + ["f.csv.json"] {
      #expect(FileManager.default.fileExists(atPath: run.folder.file(file)), "\(file)")
    }
    let failed = try BuiltBinary.run(
      ["plot", "accuracy-curve", "none", "--out", "g.svg"], in: run.folder.url)
    #expect(failed.exitCode == 1)
    #expect(!FileManager.default.fileExists(atPath: run.folder.file("g.svg")))
  }
}
