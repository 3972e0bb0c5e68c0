import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// The document of the outputs, held against outputs made by its own commands.
@Suite(.tags(.process, .slow)) struct OutputDocumentTests {
  private let document: OutputDocument
  private let folder: TemporaryFolder

  /// The outputs, made once; every test changes a copy.
  private static let made = Result {
    let folder = try folderOfTheLab()
    for words in try OutputDocument().notebook.commands {
      let outcome = try BuiltBinary.run(words + ["--quiet"], in: folder.url)
      try #require(outcome.exitCode == 0, "\(words): \(outcome.errors)")
    }
    return folder
  }

  /// A folder in which the paths of the document lead to the lab.
  private static func folderOfTheLab() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["Models", "Tasks", "Tests"] {
      try FileManager.default.createSymbolicLink(
        at: folder.url.appendingPathComponent(name),
        withDestinationURL: OutputDocument.root.appendingPathComponent(name))
    }
    return folder
  }

  init() throws {
    document = try OutputDocument()
    folder = try Self.folderOfTheLab()
    try FileManager.default.copyItem(
      at: Self.made.get().url.appendingPathComponent("out"),
      to: folder.url.appendingPathComponent("out"))
  }

  private func path(_ name: String) -> String {
    folder.url.appendingPathComponent("out/outputs/\(name)").path
  }

  @Test func everyOutputIsAsDescribed() throws {
    let outputs = document.tables.keys.filter { $0.contains("/") }.sorted()
    for output in outputs {
      let entries = document.entries(output)
      if output.hasSuffix(".csv") {
        try check(CSVTable.read(path(output)), entries, output)
      } else if output.hasSuffix(".json") {
        check([try JSONValue.read(path(output))], entries, output)
      } else {
        var values: [JSONValue] = []
        try JSONLines.forEach(path(output)) { values.append($1) }
        check(values, entries, output)
      }
    }
    // And no output is left out: a heading that is misspelt would.
    let files = FileManager.default.enumerator(atPath: path(""))?.compactMap { $0 as? String } ?? []
    let kinds = ["csv", "json", "jsonl"]
    let made = files.filter { kinds.contains(($0 as NSString).pathExtension) }
    let others = ["model/config.json", "model/tokenizer.json", "model/tokenizer_config.json"]
    let twins = ["sweep/records.jsonl", "tasks/key-value-320.jsonl"]
    #expect(Set(made) == Set(outputs + others + twins))
  }

  private func check(_ table: CSVTable, _ entries: [OutputDocument.Entry], _ output: String) throws
  {
    #expect(table.rowCount > 0, "\(output)")
    for column in table.columns {
      // The only columns of two types in one line of the document.
      if column.hasSuffix("_holds"), column.hasPrefix("requirement_") { continue }
      guard let entry = entries.first(where: { $0.covers(column) }) else {
        Issue.record("\(output): the column \(column) is not described")
        continue
      }
      for field in try table.strings(column) where !entry.fits(field) {
        Issue.record("\(output): \(column) is \(entry.type), but there is \"\(field)\"")
        break
      }
    }
    let plain = entries.filter { !$0.name.contains("*") }.map(\.name)
    #expect(
      table.columns.filter(plain.contains) == plain, "\(output): missing, or in another order")
  }

  private func check(_ values: [JSONValue], _ entries: [OutputDocument.Entry], _ output: String) {
    #expect(!values.isEmpty, "\(output)")
    for value in values {
      var met: Set<String> = []
      for (name, member) in Self.members(value) {
        let own = entries.filter { $0.covers(name) }
        // A null in the place of an object says that none of its members is there.
        let isAbsent = member.isNull && entries.contains { $0.name.hasPrefix(name + ".") }
        guard !own.isEmpty || isAbsent else {
          Issue.record("\(output): the member \(name) is not described")
          return
        }
        #expect(
          isAbsent || own.contains { $0.fits(member) }, "\(output): \(name) is \(member.kind)")
        met.formUnion(own.map(\.name))
      }
      let missing = entries.filter { !$0.isOptional && !met.contains($0.name) }.map(\.name)
      #expect(missing.isEmpty, "\(output): not there")
    }
  }

  /// The members of an object with their paths: `gold[].span`, `settings.length`.
  private static func members(_ value: JSONValue, _ path: String = "") -> [(String, JSONValue)] {
    if let own = value.members {
      return own.flatMap { members($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }
    if let elements = value.elements, elements.first?.members != nil {
      return elements.flatMap { members($0, path + "[]") }
    }
    return [(path, value)]
  }

  /// Whoever reads a table refuses one of a newer version, and says which it met.
  @Test(arguments: [
    ("probe/probe.csv", "probe/probe.json", "plot dilution-curve %/probe --out a.svg"),
    (
      "probe/profile.csv", "probe/probe.json",
      "plot attention-profile %/probe --length 160 --out a.svg"
    ),
    ("probe/probe.csv", "probe/probe.json", "report %/probe --out report"),
    ("theory/signal.csv", "theory/theory.json", "plot signal %/theory --out a.svg"),
    ("theory/requirement.csv", "theory/theory.json", "report %/theory --out report"),
    ("sweep/results.csv", "sweep/run.json", "plot dilution-curve %/sweep --out a.svg"),
    ("sweep/stats.csv", "sweep/stats.json", "report %/sweep --out report"),
    ("scaling/scaling.csv", "scaling/scaling.json", "plot scaling %/scaling --out a.svg"),
    (
      "scaling/scaling.csv", "scaling/scaling.json",
      "scaling --model Models/sandbox-facts --lengths 160 --append --out %/scaling"
    ),
    ("model/curve.csv", "model/training.json", "status %/model"),
    ("benchmark/table.csv", "benchmark/benchmark.json", "status %/benchmark"),
    ("benchmark/table.csv", "benchmark/benchmark.json", "report %/benchmark --out report"),
    ("benchmark/results.csv", "benchmark/benchmark.json", "report %/benchmark --out report"),
    ("benchmark/skipped.csv", "benchmark/benchmark.json", "report %/benchmark --out report"),
  ]) func newerTablesAreRefused(_ table: String, _ teller: String, _ line: String) throws {
    let words = line.replacing("%", with: "out/outputs")
    let name = (table as NSString).lastPathComponent
    let url = URL(fileURLWithPath: path(teller))
    let text = try String(contentsOf: url, encoding: .utf8)
    let place = try #require(text.firstRange(of: try Regex("\"\(name)\": \\d")))
    let version = try #require(Int(String(text[place].suffix(1))))
    func write(_ member: String) throws {
      try Data(text.replacingCharacters(in: place, with: member).utf8).write(to: url)
    }
    try write("\"\(name)\": \(version + 1)")
    let refused = try BuiltBinary.run(words, in: folder.url)
    #expect(refused.exitCode == 1)
    #expect(
      refused.errors == "dilution: out/outputs/\(table) has columns of version \(version + 1), as "
        + "out/outputs/\(teller) says, but this program understands version \(version) and older: "
        + "read it with a newer dilution.\n")
    // What tells no version is of the first, whose columns may have meant something else.
    try write("\"another\": 9")
    let old = try BuiltBinary.run(words, in: folder.url)
    // A report makes the statistics of records anew.
    if version == 1 || name == "stats.csv" {
      #expect(old.exitCode == 0, "\(old.errors)")
    } else {
      #expect(old.exitCode == 1 && old.errors.contains("make it again"), "\(old.errors)")
    }
  }

  @Test(arguments: [
    ("sweep/results.jsonl", "version", "stats %/sweep"),
    ("sweep/run.json", "format_version", "merge %/sweep --out merged"),
    ("sweep/run.json", "format_version", "status %/sweep"),
    ("sweep/run.json", "format_version", "report %/sweep --out report"),
    ("probe/probe.json", "format_version", "report %/probe --out report"),
    ("probe/attention.jsonl", "version", "report %/probe --out report"),
    ("model/training.json", "schema_version", "status %/model"),
    ("benchmark/benchmark.json", "format_version", "status %/benchmark"),
    ("benchmark/benchmark.json", "format_version", "report %/benchmark --out report"),
    ("benchmark/records.jsonl", "version", "status %/benchmark"),
    (
      "tasks/key-value-160.jsonl", "version",
      "probe --model Models/sandbox-facts --tasks %/tasks/key-value-160.jsonl --out new"
    ),
  ]) func newerDocumentsAreRefused(_ file: String, _ member: String, _ line: String) throws {
    let url = URL(fileURLWithPath: path(file))
    var text = try String(contentsOf: url, encoding: .utf8)
    let range = try #require(text.firstRange(of: try Regex("\"\(member)\": ?\\d")))
    let version = try #require(Int(String(text[range].suffix(1))))
    text.replaceSubrange(range, with: "\"\(member)\": \(version + 1)")
    try Data(text.utf8).write(to: url)
    let outcome = try BuiltBinary.run(line.replacing("%", with: "out/outputs"), in: folder.url)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("dilution: out/outputs/\(file):"), "\(outcome.errors)")
    #expect(
      outcome.errors.hasSuffix(
        ": \(member) is \(version + 1); this program reads version \(version).\n"))
  }
}
