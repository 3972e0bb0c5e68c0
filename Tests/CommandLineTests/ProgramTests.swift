import Foundation
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct ProgramTests {
  @Test func theVersionIsPrinted() throws {
    let outcome = try BuiltBinary.run("--version")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.wholeMatch(of: /dilution \d+\.\d+\.\d+\n/) != nil)
    #expect(outcome.errors.isEmpty)
  }

  @Test func withoutArgumentsTheHelpGoesToStandardError() throws {
    let outcome = try BuiltBinary.run([])
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.isEmpty)
    #expect(try outcome.errors == BuiltBinary.run("--help").output)
  }

  @Test(arguments: [
    ("docter", "Unknown subcommand 'docter' (did you mean 'doctor'?)"),
    ("doctor --jsno", "Unknown option '--jsno' (did you mean '--json'?)"),
    ("doctor --threads 0", "--threads must be a whole number from 1 to 1024, not '0'."),
    ("doctor --seed x", "--seed must be a whole number from 0 to 18446744073709551615, not 'x'."),
    ("doctor now", "Unexpected argument 'now'"),
    ("--quiet", "A subcommand is missing"),
  ])
  func aWrongCommandLineEndsInOneSentenceAndCodeTwo(_ line: String, _ start: String) throws {
    let outcome = try BuiltBinary.run(line)
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("dilution: \(start)"))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
  }

  /// The answer names subcommands that there are, the likeliest first, and says what they do.
  @Test(arguments: [
    ("draw", ["plot"]), ("figure", ["plot"]), ("graph", ["plot"]), ("measure", ["probe"]),
    ("fit", ["train"]), ("gen", ["generate"]), ("make", ["generate"]),
    ("create", ["generate", "new-task"]), ("evaluate", ["benchmark", "score", "probe"]),
    ("Eval", ["benchmark", "score", "probe"]), ("run", ["sweep", "benchmark", "probe"]),
    ("info", ["doctor", "status"]), ("resume", ["status"]), ("combine", ["merge"]),
    ("summary", ["stats", "report"]), ("help draw", ["plot"]),
    ("plot accuracy", ["plot accuracy-curve", "plot hops", "plot depth-heatmap"]),
    ("plot heads", ["plot head-heatmaps"]), ("plot lr", ["plot learning-rate"]),
  ])
  func otherNamesLeadToSubcommands(_ line: String, _ meant: [String]) throws {
    let outcome = try BuiltBinary.run(line)
    #expect(outcome.exitCode == 2)
    let word = line.split(separator: " ").last ?? ""
    #expect(outcome.errors.hasPrefix("dilution: Unknown subcommand '\(word)': see 'dilution "))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    let named = outcome.errors.matches(of: /'dilution ([a-z -]+)' \(/).map { String($0.output.1) }
    #expect(named == meant)
    for path in named {
      let help = try BuiltBinary.run("\(path) --help")
      #expect(help.exitCode == 0 && help.output.hasPrefix("dilution \(path): "))
    }
  }

  @Test func aReaderThatHasGoneIsNoFailure() throws {
    let process = try BuiltBinary.process(["--help"])
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    // With the reading end closed before the start, the first write already finds nobody.
    try output.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
    try errors.fileHandleForWriting.close()
    #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
  }

  @Test func aFullDeviceIsAFailure() throws {
    let process = try BuiltBinary.process(["--help"])
    let errors = Pipe()
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    process.standardError = errors
    try process.run()
    let text = String(
      decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(text == "dilution: Cannot write to standard output: No space left on device.\n")
  }
}
