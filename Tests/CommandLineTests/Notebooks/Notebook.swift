import Foundation
import Testing

/// A notebook of `Notebooks-md`, and the commands that it tells its reader to type.
struct Notebook: CustomTestStringConvertible {
  let url: URL

  /// The root of the checkout.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All of them, by number; the page that lists them has none.
  static var all: [Notebook] {
    let folder = root.appendingPathComponent("Notebooks-md")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".md") && $0.first?.isNumber == true }.sorted()
      .map { Notebook(url: folder.appendingPathComponent($0)) }
  }

  var name: String { url.deletingPathExtension().lastPathComponent }
  var testDescription: String { name }

  /// The words of each `dilution` command of the notebook's shell blocks, without the program's name.
  var commands: [[String]] {
    get throws {
      let text = try String(contentsOf: url, encoding: .utf8)
      var commands: [[String]] = []
      var isShell = false
      var open: [String] = []
      for line in text.components(separatedBy: "\n") {
        if line.hasPrefix("```") {
          isShell = line == "```sh"
          continue
        }
        guard isShell else { continue }
        let code = line.components(separatedBy: " #")[0]
        var words = Self.words(code)
        let goesOn = words.last == "\\"
        if goesOn { words.removeLast() }
        open += words
        if goesOn { continue }
        if open.first == "dilution" { commands.append(Array(open.dropFirst())) }
        open = []
      }
      return commands
    }
  }

  /// Words apart by spaces, those in double quotes in one piece.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    for (number, part) in line.components(separatedBy: "\"").enumerated() {
      if number % 2 == 1 {
        words.append(part)
      } else {
        words += part.split(separator: " ").map(String.init)
      }
    }
    return words
  }
}
