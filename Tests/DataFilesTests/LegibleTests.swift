import DataFiles
import Testing

@Suite struct LegibleTests {
  @Test func controlCharactersAreEscaped() {
    #expect(legible("plain text, é and 東京") == "plain text, é and 東京")
    #expect(legible("a\nb\u{0}c\u{7F}d") == "a\\u{a}b\\u{0}c\\u{7f}d")
    #expect(legible("right\u{202E}left\u{2028}") == "right\\u{202e}left\\u{2028}")
  }

  @Test func whatIsEscapedStaysAsItIs() {
    let once = legible("a\n\u{1B}[31m \\ \\n", limit: .max)
    #expect(once == #"a\u{a}\u{1b}[31m \ \n"#)
    #expect(legible(once, limit: .max) == once)
  }

  @Test func longTextIsCut() {
    #expect(legible(String(repeating: "a", count: 60)).count == 60)
    #expect(legible(String(repeating: "a", count: 61)) == String(repeating: "a", count: 60) + "…")
    #expect(legible("abcdef", limit: 3) == "abc…")
  }

  /// A path is shown in one line whatever it holds, and its name does not end where a zero stands.
  @Test func paths() {
    let path = "/tmp/no\nsuch\u{0}file"
    #expect(throws: FileSystemError.self) { try FileSystem.read("/dev/null\u{0}.json") }
    do {
      _ = try FileSystem.read(path)
      Issue.record("a file of that name was read")
    } catch {
      #expect("\(error)" == "Cannot open /tmp/no\\u{a}such\\u{0}file: it does not exist.")
    }
  }
}
