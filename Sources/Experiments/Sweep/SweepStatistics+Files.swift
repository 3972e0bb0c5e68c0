import DataFiles

extension SweepStatistics {
  /// The versions of the tables.
  public static let (schema, differencesSchema) = (
    TableSchema("stats.csv", version: 2, toldBy: "stats.json"),
    TableSchema("differences.csv", version: 2, toldBy: "stats.json")
  )

  /// Writes `stats.csv`, `differences.csv`, `stats.md` and `stats.json`, which says what these are.
  ///
  /// - Returns: the paths.
  /// - Throws: `FileSystemError`.
  public func write(to folder: SweepFolder) throws -> [String] {
    var means = try CSVWriter(
      folder.file("stats.csv"),
      columns: [
        "task_label", "length", "rotary", "label", "measure", "n", "diverged", "mean", "lower",
        "upper", "method",
      ])
    for row in cells {
      try means.append(
        row.setting.cells + [
          .text(row.method), .text(row.measure.rawValue),
          .integer(row.estimate?.count ?? 0), .integer(row.diverged),
        ] + (row.estimate?.cells ?? [.missing, .missing, .missing, .missing]))
    }
    var pairs = try CSVWriter(
      folder.file("differences.csv"),
      columns: [
        "task_label", "length", "rotary", "label", "reference", "measure", "n", "mean", "lower",
        "upper", "method", "p_value", "test", "holm",
      ])
    for row in differences {
      try pairs.append(
        row.setting.cells + [
          .text(row.method), .text(row.reference), .text(row.measure.rawValue),
          .integer(row.estimate.count),
        ] + row.estimate.cells + [
          CSVCell(row.estimate.test?.pValue),
          row.estimate.test.map { .text($0.name.rawValue) } ?? .missing,
          CSVCell(row.holm),
        ])
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

  /// Both tables for people, each task under a heading of its own.
  public var markdown: String {
    var lines: [String] = []
    for (title, settings) in sections {
      lines += ["## \(title)", "", "Means over n instances. \(EstimateNotes.intervals)", ""]
      var means = table(["T", "method", "n"])
      for setting in settings {
        for method in methods {
          let own = cells.filter { $0.setting == setting && $0.method == method }
          guard let any = own.first else { continue }
          let n =
            "\(any.estimate?.count ?? 0)" + (any.diverged > 0 ? " (\(any.diverged) diverged)" : "")
          means.rows.append(
            ["\(setting.length)", method, n]
              + printed.map { measure in
                own.first { $0.measure == measure }?.estimate?.text() ?? ""
              })
        }
      }
      lines += means.markdown + [""]
      let counts = cells.filter { settings.contains($0.setting) }.compactMap(\.estimate?.count)
      if let note = EstimateNotes.smallCounts(counts) { lines += [note, ""] }
      let pairs = differences.filter { settings.contains($0.setting) }
      if pairs.isEmpty { continue }
      lines.append("Paired differences over the same instances, with 95 % intervals.")
      var minus = table(["T", "method", "minus", "n"])
      for setting in settings {
        let own = pairs.filter { $0.setting == setting }
        for pair in own where pair.measure == .accuracy {
          let same = own.filter { $0.method == pair.method && $0.reference == pair.reference }
          minus.rows.append(
            ["\(setting.length)", pair.method, pair.reference, "\(pair.estimate.count)"]
              + printed.map { measure in
                same.first { $0.measure == measure }.map(Self.text) ?? ""
              })
        }
      }
      lines += [""] + minus.markdown + ["", EstimateNotes.differences(isCorrected: true), ""]
    }
    return lines.joined(separator: "\n")
  }

  /// Tasks, with and without rotated positions, and their settings by length.
  private var sections: [(title: String, settings: [Setting])] {
    var sections: [(title: String, settings: [Setting])] = []
    for row in cells {
      let title = row.setting.title
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

  /// The measures that tables for people show: those that instruments yield on request only where some
  /// record has them.
  private var printed: [Measure] {
    let found = Set(cells.map(\.measure))
    return Measure.printed.filter { found.contains($0) || $0.optionalInstrument == nil }
  }

  private func table(_ names: [String]) -> TextTable {
    TextTable(
      columns: (names + printed.map(\.heading)).map {
        $0 == "method" || $0 == "minus" ? .left($0) : .right($0)
      })
  }

  /// A difference; bold where it differs from 0, with a mark where it stays so among all.
  private static func text(_ row: DifferenceRow) -> String {
    let text = row.estimate.text(isSigned: true)
    guard row.estimate.isSignificant else { return text }
    return "**\(text)**" + (row.isSignificantAmongAll ? Estimate.holmMark : "")
  }
}

extension SweepStatistics.Setting {
  fileprivate var cells: [CSVCell] {
    [.text(taskLabel), .integer(length), .integer(rotary ? 1 : 0)]
  }
}

extension Estimate {
  fileprivate var cells: [CSVCell] {
    [
      .number(mean), CSVCell(lower), CSVCell(upper),
      method.map { .text($0.rawValue) } ?? .missing,
    ]
  }
}
