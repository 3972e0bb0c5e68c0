import Foundation
import Testing

@Suite struct ProgressTests {
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
}
