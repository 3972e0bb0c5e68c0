import DataFiles

/// What a study of intervals came to.
public struct CoverageResults: Sendable, Encodable {
  /// Coverage of one kind at one n, over all distributions.
  public struct Summary: Sendable, Equatable, Encodable {
    public let kind: CoverageStudy.Kind
    public let count: Int
    /// The mean over distributions; nil where none has intervals.
    public let meanCoverage: Double?
    /// The least, and where it is.
    public let leastCoverage: Double?
    public let leastAt: String?
  }

  /// By kind, then by n, then by distribution.
  public let rows: [CoverageStudy.Row]
  public let falseRows: [CoverageStudy.FalseRow]
  /// By kind, then by n.
  public let summaries: [Summary]
  private let study: CoverageStudy

  private enum CodingKeys: String, CodingKey {
    case summaries = "rows"
    case falseRows
  }

  /// - Parameter parts: what came of the jobs, in their order.
  init(_ study: CoverageStudy, _ parts: [CoverageStudy.Part]) {
    typealias Kind = CoverageStudy.Kind
    let parts = parts.reversed()
    let rows = Kind.allCases.flatMap { kind in parts.flatMap(\.rows).filter { $0.kind == kind } }
    self.study = study
    self.rows = rows
    falseRows = Kind.allCases.flatMap { kind in
      parts.flatMap(\.falseRows).filter { $0.kind == kind }
    }
    summaries = Kind.allCases.flatMap { kind in
      study.counts.map { count in
        let own = rows.filter {
          $0.kind == kind && $0.count == count && $0.withoutInterval < 0.5
        }
        let least = own.min { $0.coverage < $1.coverage }
        return Summary(
          kind: kind, count: count,
          meanCoverage: own.isEmpty ? nil : Statistics.mean(own.map(\.coverage)),
          leastCoverage: least?.coverage, leastAt: least.map(\.place))
      }
    }
  }

  static let (schema, falseSchema) = (
    TableSchema("coverage.csv", toldBy: "coverage.json"),
    TableSchema("false-bold.csv", toldBy: "coverage.json")
  )

  /// The names of the files beside `coverage.json`, in the order in which they are written.
  static let fileNames = ["coverage.csv", "false-bold.csv", "coverage.md"]

  /// Writes the tables.
  ///
  /// - Throws: `FileSystemError`.
  func write(to folder: String) throws {
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
        trials(row.kind),
      ])
    }
    var alarms = try CSVWriter(
      paths[1], columns: ["kind", "distribution", "parameter", "n", "false_bold", "trials"])
    for row in falseRows {
      try alarms.append([
        .text(row.kind.rawValue), .text(row.distribution), CSVCell(row.parameter),
        .integer(row.count), .number(row.falseBold), trials(row.kind),
      ])
    }
    try table.commit()
    try alarms.commit()
    try AtomicFile.write(markdown, to: paths[2])
  }

  /// Samples; missing where all outcomes were gone through.
  private func trials(_ kind: CoverageStudy.Kind) -> CSVCell {
    kind == .mean || kind == .pairedMean ? .integer(study.trials) : .missing
  }

  /// Tables for people.
  public var markdown: String {
    var lines = [
      "# How often the intervals hold", "",
      "The share of samples whose 95 % interval holds the truth: the mean over the distributions of "
        + "`coverage.csv`, and the least with its distribution. Yes/no outcomes are summed over all that "
        + "can be; of others \(study.trials) samples of each distribution and n are drawn, with "
        + "\(study.resamples) resamples each (seed \(study.seed)).", "",
    ]
    func text(_ share: Double?) -> String { share.map { DecimalText.fixed($0, 3) } ?? "" }
    for kind in CoverageStudy.Kind.allCases {
      let table = TextTable(
        columns: [.right("n"), .right("mean"), .right("least"), .left("where")],
        rows: summaries.filter { $0.kind == kind }.map { row in
          [
            "\(row.count)", row.meanCoverage == nil ? "no interval" : text(row.meanCoverage),
            text(row.leastCoverage), row.leastAt ?? "",
          ]
        })
      lines += ["## \(kind.words.title)", "", kind.words.explanation, ""] + table.markdown + [""]
    }
    let names = falseRows.map(\.title).distinct()
    let table = TextTable(
      names: ["n"] + names, left: 0,
      rows: study.counts.map { count in
        ["\(count)"]
          + names.map { name in
            text(falseRows.first { $0.count == count && $0.title == name }?.falseBold)
          }
      })
    lines += ["## Differences of nothing in bold", "", Self.falseExplanation, ""] + table.markdown
    return lines.joined(separator: "\n") + "\n"
  }

  private static let falseExplanation =
    "The share of samples whose difference is called different from 0 though the true one is 0. Of pairs "
    + "that a method leaves alone the differences are symmetric, which the tests ask for; those of the "
    + "last column have a mean of 0 and are not."
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
  /// A heading, and what stands below it.
  fileprivate var words: (title: String, explanation: String) {
    switch self {
    case .proportion: ("Proportions", "Wilson's interval, p from 0.5 to 0.99.")
    case .pairedProportion:
      (
        "Paired differences of proportions",
        "Tango's interval, below \(ProportionIntervals.leastTangoCount) pairs Agresti and Min's; p is "
          + "the share of instances that turn right."
      )
    case .mean:
      (
        "Means",
        "The bootstrap-t of normal, exponential, gamma and lognormal values, and of values between 0 "
          + "and 1 with a mean p from 0.5 to 0.99. Of fewer than \(BootstrapT.leastCount) there is none."
      )
    case .pairedMean:
      (
        "Paired differences of means",
        "The same of differences: of values between 0 and 1 with a mean p before, and of others."
      )
    }
  }
}
