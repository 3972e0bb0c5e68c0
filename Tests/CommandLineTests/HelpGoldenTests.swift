import Foundation
import Testing

/// Help screens, held against the files in `Goldens`; `make goldens` writes those anew.
@Suite struct HelpGoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens")

  /// The subcommands that the program's own help lists.
  static func subcommands() throws -> [String] {
    let lines = try BuiltBinary.run("--help").output.split(
      separator: "\n", omittingEmptySubsequences: false)
    let block = lines.drop { $0 != "Subcommands:" }.dropFirst().prefix { !$0.isEmpty }
    // An entry is indented by two spaces; what continues one stands further right.
    return block.filter { $0.hasPrefix("  ") && $0.dropFirst(2).first != " " }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  @Test func everyHelpScreenIsAsRecorded() throws {
    let subcommands = try Self.subcommands()
    #expect(subcommands.contains("doctor"))
    try compare(["--help"], with: "help")
    for name in subcommands { try compare([name, "--help"], with: "help-\(name)") }
    let expected = Set(["help.txt"] + subcommands.map { "help-\($0).txt" })
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    where name.hasPrefix("help") {
      #expect(expected.contains(name), "no help screen is named so any more: remove it")
    }
  }

  @Test func helpHasAnExampleForEverySubcommand() throws {
    for name in try Self.subcommands() {
      let screen = try BuiltBinary.run([name, "--help"]).output
      #expect(screen.contains("\nExamples:\n"), "\(name) has no example")
      #expect(try BuiltBinary.run(["help", name]).output == screen)
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
