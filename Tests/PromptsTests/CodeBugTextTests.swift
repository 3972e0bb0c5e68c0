import DataFiles
import Foundation
import Prompts
import SandboxTasks
import TestSupport
import TestTags
import Testing

@Suite(.tags(.slow)) struct CodeBugTextTests {
  /// The lines of files, each with its file's name.
  func named(_ files: [SourceFile]) -> [String] {
    files.flatMap { file in file.lines.enumerated().map { "\(file.path):\($0 + 1) \($1)" } }
  }

  func check(_ code: CodeBugText, lines: Int) {
    let right = named(code.files(lines: lines, hasBug: false))
    let wrong = named(code.files(lines: lines))
    #expect(wrong.count == lines)
    #expect(right.count == lines)
    let differences = zip(right, wrong).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    #expect(differences.count == 1)
    guard let place = differences.first else { return }
    #expect(wrong[place] == "\(code.location) \(code.changed)")
    #expect(right[place] == "\(code.location) \(code.original.lines[code.line])")
    #expect(
      CodeBugChecker.accepts(
        code.mutation, from: code.original.lines[code.line], to: code.changed),
      "\(code.mutation): \(code.original.lines[code.line]) → \(code.changed)")
    // The text shows just these lines, and the gold line is the wrong one.
    let item = code.item(size: lines)
    #expect(item.outputs == [code.location])
    var path = ""
    var shown: [String] = []
    for line in item.contextText.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("=== ") {
        path = String(line.dropFirst(4).dropLast(4))
      } else {
        let colon = line.firstIndex(of: ":")!
        shown.append("\(path):\(line[..<colon]) \(line[colon...].dropFirst(2))")
      }
    }
    #expect(shown == wrong)
    #expect(item.gold.count == 1)
    #expect(
      item.text(item.gold[0].span) == "\(code.line + 1): \(code.changed)")
    #expect(item.gold[0].value.map(item.text) == "\(code.line + 1)")
  }

  @Test func exactlyOneLineOfSyntheticCodeIsChangedAsNamed() throws {
    let source = SyntheticCode(seed: 7)
    var operators: [MutationOperator: Int] = [:]
    for index in 0..<1500 {
      let code = try CodeBugText(CodeBugSettings(), source: source, seed: 7, index: index)
      operators[code.mutation, default: 0] += 1
      check(code, lines: code.leastLines)
      if index % 10 == 0 { check(code, lines: 150) }
    }
    // Synthetic code has a place for every operator , each as likely as any other.
    #expect(operators.count == MutationOperator.allCases.count)
    for (_, count) in operators { #expect(abs(count - 136) < 60) }
  }

  @Test func everyOperatorCanBeAskedFor() throws {
    let source = SyntheticCode(seed: 1)
    for mutation in MutationOperator.allCases {
      let settings = CodeBugSettings(operators: [mutation])
      for index in 0..<40 {
        let code = try CodeBugText(settings, source: source, seed: 2, index: index)
        #expect(code.mutation == mutation)
        check(code, lines: 80)
      }
    }
  }

  @Test func smallerCodeBasesLieInsideLargerOnes() throws {
    for source in [SyntheticCode(seed: 4), try tree()] as [any CodeSource] {
      for index in 0..<12 {
        let code = try CodeBugText(CodeBugSettings(), source: source, seed: 4, index: index)
        let most = code.mostLines ?? 3000
        let bases = [code.leastLines, 100, 101, 300, most].filter {
          $0 >= code.leastLines && $0 <= most
        }
        .map { named(code.files(lines: $0)) }
        for (smaller, larger) in zip(bases, bases.dropFirst()) {
          var rest = larger[...]
          for line in smaller {
            let place = rest.firstIndex(of: line)
            #expect(place != nil)
            rest = rest[((place ?? rest.startIndex) + 1)...]
          }
        }
      }
    }
  }

  @Test func anItemIsAFunctionOfItsNumber() throws {
    let source = SyntheticCode(seed: 9)
    let items = try (0..<30).flatMap { index in
      try Split.allCases.map { split in
        try CodeBugText(CodeBugSettings(), source: source, seed: 9, split: split, index: index)
          .item(size: 120).contextText
      }
    }
    #expect(Set(items).count == 90)
    let again = try CodeBugText(
      CodeBugSettings(), source: SyntheticCode(seed: 9), seed: 9, split: .train, index: 3)
    #expect(again.item(size: 120).contextText == items[9])
  }

  /// A small tree of other languages.
  func tree() throws -> SourceTree {
    let swift = """
      /// Adds a - b to c, as comments are no code.
      struct Ring {
        var items: [Int] = []
        func index(of place: Int) -> Int {
          if (place < items.count) {
            return items[place] - 1
          }
          return min(place - items.count, items.count - 1) % 7
        }
      }
      """
    let c = """
      /* total += x */
      double mean(const double *x, int n) {
        double total = 0;
        for (int i = 0; i < n; i++) {
          total += x[i] * scale;
        }
        return total / n;
      }
      """
    let python = """
      def f(x, y):
          \"\"\"
          x - y and x += 1
          \"\"\"
          if x > y and not y:
              return "x - y" + f(y, x)
          return (x + y) / 2
      """
    return SourceTree(
      [("b/ring.swift", swift), ("a/mean.c", c), ("b/f.py", python)].map {
        SourceFile(
          path: $0.0,
          lines: $0.1.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      })
  }

  @Test func commentsAndQuotedTextsStayAsTheyAre() throws {
    let tree = try tree()
    #expect(tree.files.map(\.path) == ["a/mean.c", "b/f.py", "b/ring.swift"])
    var locations: Set<String> = []
    for index in 0..<400 {
      let code = try CodeBugText(CodeBugSettings(), source: tree, seed: 1, index: index)
      check(code, lines: code.mostLines ?? 0)
      locations.insert(code.location)
    }
    #expect(locations.isDisjoint(with: ["a/mean.c:1", "b/ring.swift:1", "b/f.py:1", "b/f.py:3"]))
    #expect(
      locations.isSuperset(of: [
        "a/mean.c:4", "a/mean.c:5", "a/mean.c:7", "b/f.py:5", "b/f.py:6", "b/f.py:7",
        "b/ring.swift:5", "b/ring.swift:6", "b/ring.swift:8",
      ]))
  }

  @Test func treesAreReadFromFoldersInOrderAndHashed() throws {
    let folder = try TemporaryFolder()
    func write(_ path: String, _ bytes: [UInt8]) throws {
      let url = folder.url.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
    for file in try tree().files {
      try write(file.path, Array(file.lines.joined(separator: "\n").utf8) + [10, 10])
    }
    try write("notes.txt", [65])
    try write(".hidden/x.py", [65])
    try write("empty.py", [])
    try write("binary.py", [65, 0, 66])
    try write("latin.py", [0xE9])
    let read = try SourceTree(folder: folder.path)
    #expect(read == (try tree()))
    #expect(read.hash?.count == 64)
    try write("b/f.py", [65])
    #expect(try SourceTree(folder: folder.path).hash != read.hash)
    #expect(throws: SourceTreeError.noFolder(folder.path + "/none")) {
      try SourceTree(folder: folder.path + "/none")
    }
    let error = #expect(throws: SourceTreeError.self) {
      try CodeBugText(
        CodeBugSettings(operators: [.wrongExtremum]),
        source: SourceTree([SourceFile(path: "a.py", lines: ["x = 1"])]), seed: 1, index: 0)
    }
    #expect("\(error!)".contains("wrong-extremum"))
  }

  @Test func recordsCountCharacters() throws {
    let tree = SourceTree([SourceFile(path: "é.py", lines: ["ü = 1", "x = ü - y"])])
    let code = try CodeBugText(
      CodeBugSettings(operators: [.wrongSign]), source: tree, seed: 1, index: 0)
    let value = try JSONValue.parse(
      String(decoding: TextPrompt(code, index: code.index, size: 2).line(), as: UTF8.self))
    let input = Array(try #require(value["input"]?.string?.unicodeScalars))
    let span = try #require(value["gold"]?.elements?.first?["span"]?.ints)
    var line = String.UnicodeScalarView()
    line.append(contentsOf: input[span[0]..<span[1]])
    #expect(String(line) == "2: x = ü + y")
    #expect(value["source"]?["settings"]?["source_sha256"]?.string == tree.hash)
    #expect(value["source"]?["needle"]?["operator"]?.string == "wrong-sign")
    #expect(value["outputs"]?.elements?.first?.string == "é.py:2")
  }
}
