import DataFiles
import Foundation

/// Makes commands and studies small enough for a test.
enum ReducedSize {
  /// The lengths in the place of a study's own: room for the longest spans and for similar
  /// distractors, and no more.
  static let lengths = [260, 320]

  /// A command with two instances, two lengths and few steps.
  ///
  /// - Parameter exists: whether a file is there; tasks of lengths that were left out are not.
  static func command(_ words: [String], exists: (String) -> Bool) -> [String] {
    var reduced: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      switch (word, rest.first) {
      case ("--count", .some), ("--limit", .some):
        rest.removeFirst()
        reduced += [word, "2"]
      case ("--steps", .some):
        rest.removeFirst()
        reduced += [word, "2"]
      case ("--every", .some):
        rest.removeFirst()
        reduced += [word, "1"]
      case ("--length", .some(let value)):
        rest.removeFirst()
        // A figure of one length shows all there are.
        if words.first == "plot" { break }
        reduced += [word, value.split(separator: ",").prefix(2).joined(separator: ",")]
      case ("--tasks", .some(let value)):
        rest.removeFirst()
        if exists(value) { reduced += [word, value] }
      default: reduced.append(word)
      }
    }
    return reduced
  }

  /// A study with two instances, short contexts and a small budget.
  static func study(_ text: String) throws -> String {
    var root = try JSONValue.parse(text)
    root = changed(root)
    return try root.text()
  }

  private static func changed(_ value: JSONValue) -> JSONValue {
    guard let members = value.members else { return value }
    var result: [JSONMember] = []
    for member in members {
      var member = member
      switch member.key {
      case "parts":
        member.value = JSONValue(.array((member.value.elements ?? []).map(changed)))
      case "lengths":
        let count = min(member.value.elements?.count ?? 1, lengths.count)
        member.value = JSONValue(.integers(Array(lengths.prefix(count))))
      case "count": member.value = 2
      case "budgets": member.value = small(member.value)
      default: break
      }
      result.append(member)
    }
    return JSONValue(.object(result))
  }

  /// One budget of four steps, or several of four, eight and so on.
  private static func small(_ budgets: JSONValue) -> JSONValue {
    let several = budgets["steps"]?.ints
    let steps: JSONValue =
      several.map { JSONValue(.integers($0.indices.map { 4 * ($0 + 1) })) } ?? 4
    return ["steps": steps, "span_length": budgets["span_length"] ?? 64]
  }
}
