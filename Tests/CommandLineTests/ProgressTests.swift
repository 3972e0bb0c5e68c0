import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct ProgressTests {
  private func generate(_ more: String...) throws -> (words: [String], folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    let words = ["generate", "--task", "key-value", "--length", "64,128", "--count", "5"]
    return (words + ["--out", folder.url.path] + more, folder)
  }

  @Test func aTerminalShowsABarThatGivesWayToAClosingLine() throws {
    let (words, _) = try generate()
    let (exitCode, text) = try PseudoTerminal.errors(
      of: words, environment: ["TERM": "xterm", "NO_COLOR": ""])
    #expect(exitCode == 0)
    // What a carriage return begins is drawn over what it follows.
    let frames = text.split(separator: "\r")
    #expect(frames.contains { $0.hasPrefix("generate  [") && $0.contains("/10 instances") })
    #expect(text.contains("\u{1B}[32m"))
    #expect(frames.last { $0.contains("instances in") }?.contains("10/10 instances") == true)
  }

  @Test(arguments: [20, 40, 60, 200] as [UInt16])
  func theBarFitsTheTerminal(_ columns: UInt16) throws {
    let (words, _) = try generate()
    let (_, text) = try PseudoTerminal.errors(
      of: words, environment: ["TERM": "xterm", "NO_COLOR": "1"], columns: columns)
    #expect(!text.contains("\u{1B}[3"), "NO_COLOR is set")
    let frames = text.split(separator: "\r").filter { $0.hasPrefix("generate  ") }
    #expect(!frames.isEmpty)
    for frame in frames {
      #expect(frame.replacing("\u{1B}[K", with: "").count < columns, "\(frame)")
    }
  }

  @Test func withoutATerminalThereAreOnlyPlainLines() throws {
    let (words, _) = try generate()
    let outcome = try BuiltBinary.run(words)
    #expect(
      outcome.errors.wholeMatch(of: /generate: 10\/10 instances in \d+:\d\d \(.+\/s\)\n/) != nil)
    let dumb = try generate()
    let (_, text) = try PseudoTerminal.errors(of: dumb.words, environment: ["TERM": "dumb"])
    #expect(!text.contains("\u{1B}"))
    #expect(text.hasPrefix("generate: 10/10 instances in "))
  }

  @Test func quietShowsNothing() throws {
    let (words, folder) = try generate("--quiet")
    let (exitCode, text) = try PseudoTerminal.errors(of: words, environment: ["TERM": "xterm"])
    #expect(exitCode == 0)
    #expect(text.isEmpty)
    #expect(try folder.names.count == 2)
  }

  private func train(
    _ environment: [String: String], columns: UInt16 = 80
  ) throws -> (exitCode: Int32, text: String) {
    let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("TrainingTests/Fixtures/tiny.json5").path
    let folder = try TemporaryFolder()
    return try PseudoTerminal.errors(
      of: ["train", recipe, "--held-out", "2", "--out", folder.url.path], environment: environment,
      columns: columns)
  }

  @Test func trainingShowsItsCurveAndGivesTheCursorBack() throws {
    let (exitCode, text) = try train(
      ["TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"], columns: 70)
    #expect(exitCode == 0)
    #expect(text.hasPrefix("\u{1B}[?25l"))
    #expect(text.components(separatedBy: "\u{1B}[?25h").count == 2)
    #expect(text.contains("loss (nats), steps 1 to "))
    #expect(text.unicodeScalars.contains { 0x2801...0x28FF ~= $0.value })
    #expect(!text.contains("\u{1B}[32m"), "NO_COLOR is set")
    let lines = text.replacing(/\u{1B}\[[0-9?]*[A-Za-z]/, with: "")
      .split(whereSeparator: { $0.isNewline || $0 == "\r" })
    #expect(lines.allSatisfy { $0.count < 70 || $0.hasPrefix("train: ") })
    #expect(lines.last?.hasPrefix("train: 12/12 steps in ") == true)
  }

  @Test func withoutBrailleAndWithoutRoomThereIsLess() throws {
    let ascii = try train(["TERM": "xterm", "LC_ALL": "C"])
    #expect(ascii.text.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(ascii.text.contains("loss (nats)"))
    let narrow = try train(["TERM": "xterm", "LC_ALL": "C.UTF-8"], columns: 30)
    #expect(!narrow.text.contains("loss (nats)") && !narrow.text.contains("\u{1B}[?25l"))
    let dumb = try train(["TERM": "dumb"])
    #expect(!dumb.text.contains("\u{1B}"))
  }
}
