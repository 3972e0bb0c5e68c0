import DataFiles
import Foundation

extension SweepStatistics {
  /// The versions of the tables.
  public static let (schema, differencesSchema) = (
    TableSchema("stats.csv", toldBy: "stats.json"),
    TableSchema("differences.csv", toldBy: "stats.json")
  )

  /// Writes `stats.csv`, `differences.csv`, `stats.md` and `stats.json`, which tells what these are.
  ///
  /// - Returns: the paths.
  /// - Throws: `FileSystemError`.
  public func write(to folder: SweepFolder) throws -> [String] {
    var means = try CSVWriter(
      folder.file("stats.csv"),
      columns: [
        "task_label", "length", "rotary", "label", "measure", "n", "diverged", "mean", "lower",
        "upper",
      ])
    for row in cells {
      try means.append(
        row.setting.cells + [
          .text(row.method), .text(row.measure.rawValue),
          .integer(row.estimate?.count ?? 0), .integer(row.diverged),
        ] + (row.estimate?.cells ?? [.missing, .missing, .missing]))
    }
    var pairs = try CSVWriter(
      folder.file("differences.csv"),
      columns: [
        "task_label", "length", "rotary", "label", "reference", "measure", "n", "mean", "lower",
        "upper",
      ])
    for row in differences {
      try pairs.append(
        row.setting.cells + [
          .text(row.method), .text(row.reference), .text(row.measure.rawValue),
          .integer(row.estimate.count),
        ] + row.estimate.cells)
    }
    try means.commit()
    try pairs.commit()
    try AtomicFile.write(markdown, to: folder.file("stats.md"))
    var json = JSONWriter(indentation: 2)
    json.object { json in
      json.member("format", "stats")
      json.member("format_version", 1)
      json.member(schemas: [Self.schema, Self.differencesSchema])
      json.member("seed", seed)
      json.member("resamples", resamples)
      json.member("references", strings: references)
    }
    try AtomicFile.write(json.text + "\n", to: folder.file("stats.json"))
    return ["stats.csv", "differences.csv", "stats.md", "stats.json"].map(folder.file)
  }

  /// The measures of the Markdown tables, with their headings.
  private static let shown: [(measure: Measure, heading: String)] = [
    (.accuracy, "accuracy"), (.answerProbability, "p(answer)"), (.massBest, "mass, best head"),
    (.massMean, "mass, mean"),
  ]

  /// Both tables for people, each task under a heading of its own.
  public var markdown: String {
    var lines: [String] = []
    for (title, settings) in sections {
      lines += ["## \(title)", "", "Means over n instances with bootstrap 95 % intervals.", ""]
      lines += Self.header(["T", "method", "n"])
      for setting in settings {
        for method in methods {
          let own = cells.filter { $0.setting == setting && $0.method == method }
          guard let any = own.first else { continue }
          let n =
            "\(any.estimate?.count ?? 0)" + (any.diverged > 0 ? " (\(any.diverged) diverged)" : "")
          lines.append(
            Self.row(
              ["\(setting.length)", method, n],
              Self.shown.map { shown in
                own.first { $0.measure == shown.measure }?.estimate.map(Self.text) ?? ""
              }))
        }
      }
      lines.append("")
      let pairs = differences.filter { settings.contains($0.setting) }
      if pairs.isEmpty { continue }
      lines += [
        "Paired differences over the same instances; **bold** where the interval excludes 0."
      ]
      lines += [""] + Self.header(["T", "method", "minus", "n"])
      for setting in settings {
        let own = pairs.filter { $0.setting == setting }
        for pair in own where pair.measure == .accuracy {
          let same = own.filter { $0.method == pair.method && $0.reference == pair.reference }
          lines.append(
            Self.row(
              ["\(setting.length)", pair.method, pair.reference, "\(pair.estimate.count)"],
              Self.shown.map { shown in
                same.first { $0.measure == shown.measure }.map { Self.signed($0.estimate) } ?? ""
              }))
        }
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  /// Tasks, with and without rotated positions, and their settings by length.
  private var sections: [(title: String, settings: [Setting])] {
    var sections: [(title: String, settings: [Setting])] = []
    for row in cells {
      let title = row.setting.taskLabel + (row.setting.rotary ? "" : ", rotary off")
      if let place = sections.firstIndex(where: { $0.title == title }) {
        if !sections[place].settings.contains(row.setting) {
          sections[place].settings.append(row.setting)
        }
      } else {
        sections.append((title, [row.setting]))
      }
    }
    return sections
  }

  private static func header(_ names: [String]) -> [String] {
    let all = names + shown.map(\.heading)
    let rule = all.map { $0 == "method" || $0 == "minus" ? "---" : "---:" }
    return [markdownRow(all), markdownRow(rule)]
  }

  private static func row(_ names: [String], _ cells: [String]) -> String {
    markdownRow(names + cells)
  }

  private static func text(_ estimate: Estimate) -> String {
    String(format: "%.3f [%.3f, %.3f]", estimate.mean, estimate.lower, estimate.upper)
  }

  private static func signed(_ estimate: Estimate) -> String {
    let text = String(
      format: "%+.3f [%+.3f, %+.3f]", estimate.mean, estimate.lower, estimate.upper)
    return estimate.lower > 0 || estimate.upper < 0 ? "**\(text)**" : text
  }
}

extension SweepStatistics.Setting {
  fileprivate var cells: [CSVCell] {
    [.text(taskLabel), .integer(length), .integer(rotary ? 1 : 0)]
  }
}

extension Estimate {
  fileprivate var cells: [CSVCell] { [.number(mean), .number(lower), .number(upper)] }
}
