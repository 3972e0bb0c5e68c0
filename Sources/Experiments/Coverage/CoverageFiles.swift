import DataFiles

extension CoverageStudy {
  /// The versions of the tables.
  public static let (schema, falseSchema) = (
    TableSchema("coverage.csv", toldBy: "coverage.json"),
    TableSchema("false-bold.csv", toldBy: "coverage.json")
  )

  /// The names of the files, in the order in which they are written.
  public static let fileNames = ["coverage.csv", "false-bold.csv", "coverage.md", "coverage.json"]

  /// Writes `coverage.csv`, `false-bold.csv`, `coverage.md` and `coverage.json`, which tells what these are.
  ///
  /// - Parameter command: the words of the command line.
  /// - Throws: `FileSystemError`.
  public func write(to folder: String, version: String, command: [String]) throws {
    let paths = Self.fileNames.map { FileSystem.path(folder, $0) }
    var table = try CSVWriter(
      paths[0],
      columns: [
        "kind", "distribution", "parameter", "n", "coverage", "without_interval", "width", "trials",
      ])
    for row in rows {
      try table.append([
        .text(row.kind.rawValue), .text(row.distribution), CSVCell(row.parameter),
        .integer(row.count), row.withoutInterval < 1 ? .number(row.coverage) : .missing,
        .number(row.withoutInterval), row.withoutInterval < 1 ? .number(row.width) : .missing,
        CSVCell(row.trials),
      ])
    }
    var alarms = try CSVWriter(
      paths[1], columns: ["kind", "distribution", "parameter", "n", "false_bold", "trials"])
    for row in falseRows {
      try alarms.append([
        .text(row.kind.rawValue), .text(row.distribution), CSVCell(row.parameter),
        .integer(row.count), .number(row.share), CSVCell(row.trials),
      ])
    }
    try table.commit()
    try alarms.commit()
    try AtomicFile.write(markdown, to: paths[2])
    var json = JSONWriter(indentation: 2)
    json.object { json in
      json.member("format", "coverage")
      json.member("format_version", 1)
      json.member(schemas: [Self.schema, Self.falseSchema])
      json.member("version", version)
      json.member("command", strings: command)
      json.member("seed", seed)
      json.member("trials", trials)
      json.member("resamples", resamples)
    }
    try AtomicFile.write(json.text + "\n", to: paths[3])
  }

  /// Coverage of one kind at one n, over all distributions.
  public struct Summary: Sendable, Equatable {
    public let kind: Kind
    public let count: Int
    /// The mean over distributions; nil where none has intervals.
    public let mean: Double?
    /// The least, and where it is.
    public let least: Double?
    public let leastAt: String?
  }

  /// By kind, then by n.
  public var summaries: [Summary] {
    Kind.allCases.flatMap { kind in
      counts.map { count in
        let own = rows.filter {
          $0.kind == kind && $0.count == count && $0.withoutInterval < 0.5
        }
        let least = own.min { $0.coverage < $1.coverage }
        return Summary(
          kind: kind, count: count, mean: own.isEmpty ? nil : Statistics.mean(own.map(\.coverage)),
          least: least?.coverage, leastAt: least.map(\.place))
      }
    }
  }

  /// Tables for people.
  public var markdown: String {
    var lines = [
      "# How often the intervals hold", "",
      "The share of samples whose 95 % interval holds the truth: the mean over the distributions of "
        + "`coverage.csv`, and the least with its distribution. Yes/no outcomes are summed over all that "
        + "can be; of others \(trials) samples of each distribution and n are drawn, with \(resamples) "
        + "resamples each (seed \(seed)).", "",
    ]
    for kind in Kind.allCases {
      lines += ["## \(kind.title)", "", kind.explanation, ""]
      lines += [
        markdownRow(["n", "mean", "least", "where"]), markdownRow(["---:", "---:", "---:", "---"]),
      ]
      for row in summaries where row.kind == kind {
        lines.append(
          markdownRow([
            "\(row.count)", row.mean.map { DecimalText.fixed($0, 3) } ?? "no interval",
            row.least.map { DecimalText.fixed($0, 3) } ?? "", row.leastAt ?? "",
          ]))
      }
      lines.append("")
    }
    lines += ["## Differences of nothing in bold", "", Self.falseExplanation, ""]
    lines += falseTable
    return lines.joined(separator: "\n") + "\n"
  }

  private static let falseExplanation =
    "The share of samples whose difference is called different from 0 though the true one is 0. Of pairs "
    + "that a method leaves alone the differences are symmetric, which the tests ask for; those of the "
    + "last column have a mean of 0 and are not."

  private var falseTable: [String] {
    var names: [String] = []
    for row in falseRows where !names.contains(row.title) { names.append(row.title) }
    var lines = [
      markdownRow(["n"] + names), markdownRow(["---:"] + names.map { _ in "---:" }),
    ]
    for count in counts {
      lines.append(
        markdownRow(
          ["\(count)"]
            + names.map { name in
              let row = falseRows.first { $0.count == count && $0.title == name }
              return row.map { DecimalText.fixed($0.share, 3) } ?? ""
            }))
    }
    return lines
  }
}

extension CoverageStudy.Row {
  fileprivate var place: String {
    distribution + (parameter.map { ", p = \($0)" } ?? "")
  }
}

extension CoverageStudy.FalseRow {
  fileprivate var title: String {
    kind == .pairedProportion ? "right or wrong, \(parameter ?? 0) either way" : distribution
  }
}

extension CoverageStudy.Kind {
  fileprivate var title: String {
    switch self {
    case .proportion: "Proportions"
    case .pairedProportion: "Paired differences of proportions"
    case .mean: "Means"
    case .pairedMean: "Paired differences of means"
    }
  }

  fileprivate var explanation: String {
    switch self {
    case .proportion: "Wilson's interval, p from 0.5 to 0.99."
    case .pairedProportion:
      "Tango's interval, below \(ProportionIntervals.leastTangoCount) pairs Agresti and Min's; p is the "
        + "share of instances that turn right."
    case .mean:
      "The bootstrap-t of normal, exponential, gamma and lognormal values, and of values between 0 and 1 "
        + "with a mean p from 0.5 to 0.99. Of fewer than \(BootstrapT.leastCount) there is none."
    case .pairedMean:
      "The same of differences: of values between 0 and 1 with a mean p before, and of others."
    }
  }
}
