import Foundation
import TestTags
import Testing

/// What `make test-quick` leaves out by name, because `swift test` cannot filter by tag, against the tags.
@Suite(.tags(.slow)) struct SlowSuiteTests {
  private static func words(_ variable: String) throws -> Set<String> {
    let makefile = try String(
      contentsOf: Notebook.root.appendingPathComponent("Makefile"), encoding: .utf8)
    let joined = makefile.replacing("\\\n", with: " ").split(separator: "\n")
    let line = try #require(joined.first { $0.hasPrefix("\(variable) :=") })
    return Set(line.split(separator: " ").dropFirst(2).map(String.init))
  }

  @Test func theMakefileLeavesOutWhatIsTaggedSlow() throws {
    let (modules, names) = (try Self.words("SLOW_MODULES"), try Self.words("SLOW_SUITES"))
    let tests = Notebook.root.appendingPathComponent("Tests")
    let files = try #require(FileManager.default.enumerator(atPath: tests.path))
    var slow: Set<String> = []
    for case let name as String in files where name.hasSuffix(".swift") {
      let text = try String(contentsOf: tests.appendingPathComponent(name), encoding: .utf8)
      let module = String(name.prefix { $0 != "/" })
      for suite in text.matches(
        of: /@Suite(?:\((?<traits>[^\n]*)\))? (?:struct|final class) (?<name>\w+)/)
      {
        let isSlow = suite.output.traits?.contains(".slow") == true
        if modules.contains(module) {
          #expect(isSlow, "\(suite.output.name)")
        } else if isSlow {
          slow.insert(String(suite.output.name))
        }
      }
    }
    #expect(slow == names)
  }
}
