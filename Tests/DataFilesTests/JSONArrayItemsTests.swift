import DataFiles
import TestSupport
import Testing

@Suite struct JSONArrayItemsTests {
  /// The elements of a text, and what is said of it where it is no array.
  private func read(_ text: String) throws -> (lines: [Int], problem: String?) {
    let folder = try! TemporaryFolder()
    let path = folder.file("items.json", holding: text)
    var lines: [Int] = []
    do {
      try JSONArrayItems.forEach(path) { line, _ in lines.append(line) }
      return (lines, nil)
    } catch let error as JSONError {
      return (lines, "\(error)".replacing(path, with: "items.json"))
    }
  }

  @Test func elementsComeWithTheirLines() throws {
    let all = try read("[1,\n {\"a\": \"],\"},\n[2]\n]\n")
    #expect(all.lines == [1, 2, 3] && all.problem == nil)
  }

  /// In one legible line, whatever stands there.
  @Test(arguments: [
    ("{}", "items.json:1:1: expected an array, but found \"{\"."),
    ("[1]\n\u{10}", "items.json:2:1: expected the end of the text, but found \"\\u{10}\"."),
    ("[1", "items.json:1:1: the file ends where a comma or ']' should follow."),
  ])
  func whatIsNoArrayIsSaid(_ text: String, _ problem: String) throws {
    #expect(try read(text).problem == problem)
  }
}
