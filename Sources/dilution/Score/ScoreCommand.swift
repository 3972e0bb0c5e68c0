import ArgumentParsing
import DataFiles
import Foundation
import TextBenchmarks

/// Scores answers to a public benchmark by its own metrics.
enum ScoreCommand: Subcommand {
  enum Benchmark: String, CaseIterable {
    case longBench = "longbench-v2"
    case zeroScrolls = "zero-scrolls"
  }

  static let benchmark = Positional.required(
    "BENCHMARK", .choice as ValueKind<Benchmark>,
    help: "Whose items and metrics.")

  static let data = Option.required(
    "data", .file("json", "jsonl"),
    help:
      "The benchmark's own file: LongBench v2's data.json, or a ZeroSCROLLS subset's JSON Lines.")

  static let answers = Option.required(
    "answers", .file("jsonl", "json"),
    help:
      "JSON Lines of objects with id, answer and, where there are several, method; or a .json file "
      + "with one object from ids to answers.")

  static let subset = Option.optional(
    "subset", .choice as ValueKind<ZeroScrollsSubset>,
    help: "The ZeroSCROLLS subset; from the data's folder or file name when not given.")

  static let stems = Option.flag(
    "stems", help: "Take the endings off words before ROUGE counts them.")

  static let out = Option.optional(
    "out", .file("csv"),
    help: "Write the table to this CSV file too, and beside it, with .json behind the name, the "
      + "version of its columns.")

  static let declaration = Command(
    name: "score",
    summary: "score answers to LongBench v2 or ZeroSCROLLS (RULER: benchmark)",
    discussion: """
      LongBench v2: accuracy in percent, overall, by category, difficulty and length; the answer is \
      the letter in "The correct answer is (B)". ZeroSCROLLS: what each subset prescribes, from 0 to \
      100: the geometric mean of ROUGE-1, -2 and -L, F1, accuracy, exponential similarity or \
      concordance index. An item that was not answered counts as answered with an empty text, and is \
      counted in the column unanswered. RULER's answers are scored as they are made, by 'dilution \
      benchmark ruler'.
      """,
    examples: [
      Example(
        "dilution score longbench-v2 --data data.json --answers answers.jsonl --out table.csv",
        "One row a method"),
      Example(
        "dilution score zero-scrolls --data qasper/validation.jsonl --answers qasper.json",
        "The subset from the folder's name"),
    ],
    positionals: [benchmark],
    groups: [OptionGroup("Options", [data, answers, subset, stems, out])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let given = try BenchmarkAnswers(arguments[answers])
    guard !given.methods.isEmpty else {
      throw ScoreError.noAnswers(file: arguments[answers])
    }
    let table: ScoreTable
    switch arguments[benchmark] {
    case .longBench:
      guard arguments[subset] == nil, !arguments[stems] else {
        throw ArgumentError.rule(
          "--subset and --stems are for zero-scrolls; leave them out with longbench-v2")
      }
      table = try longBench(arguments[data], given, answersFile: arguments[answers])
    case .zeroScrolls:
      let subset = try arguments[subset] ?? named(arguments[data])
      table = try zeroScrolls(
        arguments[data], given, subset, stems: arguments[stems], answersFile: arguments[answers])
    }
    if let path = arguments[out] { try table.file.write(to: path) }
    if console.wantsJSON {
      try console.print(json: table.rows)
    } else {
      try console.print(table.markdown)
    }
  }

  private static func longBench(
    _ path: String, _ given: BenchmarkAnswers, answersFile: String
  ) throws -> ScoreTable {
    var judged: [[LongBenchScore.Judged]] = given.methods.map { _ in [] }
    var missing = given.methods.map { _ in 0 }
    var ids: Set<String> = []
    try LongBenchItem.forEach(path) { item in
      ids.insert(item.id)
      for (place, method) in given.methods.enumerated() {
        let text = given.text(item.id, by: method)
        if text == nil { missing[place] += 1 }
        judged[place].append(.init(item, answer: text ?? ""))
      }
    }
    try check(given, ids, data: path, answersFile: answersFile)
    let scores = judged.map(LongBenchScore.init)
    var table = ScoreTable()
    for (place, score) in scores.enumerated() {
      var row = ScoreTable.Row(
        method: given.methods[place], count: score.count, unanswered: missing[place])
      row.scores = [("overall", score.overall)]
      row.scores += score.domains.map { ($0, score.accuracy(domain: $0)) }
      row.scores += LongBenchItem.Difficulty.allCases.map { ($0.rawValue, score.accuracy($0)) }
      row.scores += LongBenchItem.Extent.allCases.map { ($0.rawValue, score.accuracy($0)) }
      table.rows.append(row)
    }
    return table
  }

  private static func zeroScrolls(
    _ path: String, _ given: BenchmarkAnswers, _ subset: ZeroScrollsSubset, stems: Bool,
    answersFile: String
  ) throws -> ScoreTable {
    let items = try ZeroScrollsItem.read(path)
    guard items.isEmpty || items.contains(where: { !$0.outputs.isEmpty }) else {
      throw ScoreError.noRightAnswers(file: path)
    }
    if let lacking = items.first(where: { $0.outputs.isEmpty }) {
      throw ScoreError.noRightAnswer(id: lacking.id, file: path)
    }
    try check(given, Set(items.map(\.id)), data: path, answersFile: answersFile)
    var table = ScoreTable()
    for method in given.methods {
      let texts = items.map { given.text($0.id, by: method) }
      let score = subset.score(
        zip(items, texts).map { ($0.1 ?? "", $0.0.outputs) }, stems: stems)
      var row = ScoreTable.Row(
        method: method, count: items.count, unanswered: texts.count { $0 == nil })
      row.scores = [("\(subset.rawValue) (\(subset.metric.rawValue))", score)]
      table.rows.append(row)
    }
    return table
  }

  private static func check(
    _ given: BenchmarkAnswers, _ ids: Set<String>, data: String, answersFile: String
  ) throws {
    guard !ids.isEmpty else { throw ScoreError.noItems(file: data) }
    for method in given.methods {
      if let stranger = given.strangers(to: ids, by: method).first {
        throw ScoreError.unknownItem(id: stranger, file: answersFile, data: data)
      }
    }
  }

  /// The subset whose name a path has: of its file, or of the folder that the file is in.
  private static func named(_ path: String) throws -> ZeroScrollsSubset {
    let url = URL(fileURLWithPath: path)
    for name in [
      url.deletingPathExtension().lastPathComponent,
      url.deletingLastPathComponent().lastPathComponent,
    ] {
      if let subset = ZeroScrollsSubset(rawValue: name) { return subset }
    }
    throw ArgumentError.rule(
      "the name of '\(path)' does not tell the subset; give --subset, one of "
        + ZeroScrollsSubset.allCases.map(\.rawValue).joined(separator: ", "))
  }
}

/// Why answers cannot be scored.
enum ScoreError: Error, CustomStringConvertible {
  case noAnswers(file: String)
  case noItems(file: String)
  case noRightAnswers(file: String)
  case noRightAnswer(id: String, file: String)
  case unknownItem(id: String, file: String, data: String)

  var description: String {
    switch self {
    case .noAnswers(let file): "'\(file)' holds no answers; write one object a line."
    case .noItems(let file): "'\(file)' holds no items; give the benchmark's own file."
    case .noRightAnswers(let file):
      "'\(file)' holds no right answers, as test splits do; give one with outputs."
    case .noRightAnswer(let id, let file):
      "the item \"\(id)\" of '\(file)' has no right answer; give a file in which all have one."
    case .unknownItem(let id, let file, let data):
      "'\(file)' answers an item \"\(id)\" that '\(data)' does not hold; give the file that was "
        + "answered."
    }
  }
}
