import Foundation
import TestTags
import Testing

/// Help screens, held against the files in `Goldens`; `make goldens` writes those anew.
@Suite(.tags(.golden, .process, .slow)) struct HelpGoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens")

  /// The words of all subcommands that the help of a command lists, and of theirs.
  static func subcommands(of command: [String] = []) throws -> [[String]] {
    let lines = try BuiltBinary.run(command + ["--help"]).output.split(
      separator: "\n", omittingEmptySubsequences: false)
    // Only a command with subcommands says how to have one explained. Its options begin with dashes,
    // and what continues an entry stands further right than its two spaces.
    guard lines.contains(where: { $0.hasSuffix("SUBCOMMAND --help' explains a subcommand.") })
    else { return [] }
    var result: [[String]] = []
    for line in lines.prefix(while: { $0 != "Examples:" })
    where line.hasPrefix("  ") && line.dropFirst(2).first?.isLowercase == true {
      guard let name = line.split(separator: " ").first else { continue }
      let path = command + [String(name)]
      result.append(path)
      result += try subcommands(of: path)
    }
    return result
  }

  @Test func everyHelpScreenIsAsRecorded() throws {
    let subcommands = try Self.subcommands()
    #expect(subcommands.contains(["doctor"]) && subcommands.contains(["plot", "dilution-curve"]))
    let names = subcommands.map { "help-" + $0.joined(separator: "-") }
    try compare(["--help"], with: "help")
    for (words, name) in zip(subcommands, names) { try compare(words + ["--help"], with: name) }
    let expected = Set(["help.txt"] + names.map { "\($0).txt" })
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    where name.hasPrefix("help") {
      #expect(expected.contains(name), "no help screen is named so any more: remove it")
    }
  }

  @Test func helpHasAnExampleForEverySubcommand() throws {
    for words in try Self.subcommands() {
      let screen = try BuiltBinary.run(words + ["--help"]).output
      #expect(screen.contains("\nExamples:\n"), "\(words) has no example")
      #expect(try BuiltBinary.run(["help"] + words).output == screen)
    }
  }

  private func compare(_ words: [String], with golden: String) throws {
    let outcome = try BuiltBinary.run(words)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    let url = Self.folder.appendingPathComponent("\(golden).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(outcome.output.utf8).write(to: url)
    }
    let recorded = FileManager.default.contents(atPath: url.path)
    #expect(recorded != nil, "\(url.lastPathComponent) is missing: run 'make goldens' and read it")
    #expect(recorded.map { String(decoding: $0, as: UTF8.self) } == outcome.output)
  }
}
