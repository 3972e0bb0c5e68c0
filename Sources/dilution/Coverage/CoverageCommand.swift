import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import Runs
import TensorKernels

/// Tries the intervals of the lab where the truth is known.
enum CoverageCommand: Subcommand {
  static let folder = Option.required(
    "out", .directory, help: "Where the tables go; created when missing.")

  static let trials = Option.defaulted(
    "trials", .integer(in: 10...1_000_000), to: 1000,
    help: "Samples of each distribution and number of instances.")

  static let resamples = Option.defaulted(
    "resamples", .integer(in: 100...1_000_000), to: 1000, help: "Resamples of each bootstrap.")

  static let force = Option.flag("force", help: "Replace the tables of an earlier run.")

  static let declaration = Command(
    name: "coverage",
    summary: "try the intervals of all tables where the truth is known",
    discussion: """
      Draws samples of 2 to 200 instances whose true mean or difference is known, makes their intervals \
      and tests as 'stats', 'probe', 'plot' and 'report' do, and tells how often an interval holds the \
      truth and how often a difference of nothing is bold. Accuracies and their paired differences are \
      not drawn: all outcomes are gone through.

      Writes DIR/coverage.csv (a row for each distribution and n), DIR/false-bold.csv, DIR/coverage.md \
      and DIR/coverage.json, and prints DIR/coverage.md.
      """,
    examples: [
      Example("dilution coverage --out out/coverage", "All intervals, in some minutes"),
      Example(
        "dilution coverage --trials 100 --resamples 200 --out out/coverage", "A rough look"),
    ],
    groups: [OptionGroup("Options", [folder, trials, resamples, force])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let out = arguments[folder]
    try FileSystem.createDirectory(out)
    let name = CoverageStudy.fileNames.first {
      FileSystem.exists((out as NSString).appendingPathComponent($0))
    }
    if let name, !arguments[force] { throw FolderHasResults(folder: out, name: name) }
    let progress = console.progress("coverage", unit: "parts", total: CoverageStudy.workCount)
    let study = CoverageStudy(
      seed: arguments.seed(), trials: arguments[trials], resamples: arguments[resamples],
      workers: Workers(count: arguments.threads), advance: { progress.advance() })
    progress.finish()
    try Interruption.check()
    try study.write(
      to: out, version: labVersion,
      command: ["dilution"] + Array(CommandLine.arguments.dropFirst()))
    if console.wantsJSON { return try console.print(json: CoverageReport(study)) }
    try console.print(study.markdown)
  }
}

/// What `coverage --json` prints.
private struct CoverageReport: Encodable {
  struct Row: Encodable {
    var kind: String
    var count: Int
    /// Nil where there are no intervals.
    var meanCoverage: Double?
    var leastCoverage: Double?
    var leastAt: String?
  }

  struct FalseRow: Encodable {
    var kind: String
    var distribution: String
    var parameter: Double?
    var count: Int
    var falseBold: Double
  }

  var rows: [Row]
  var falseRows: [FalseRow]

  init(_ study: CoverageStudy) {
    rows = study.summaries.map {
      Row(
        kind: $0.kind.rawValue, count: $0.count, meanCoverage: $0.mean, leastCoverage: $0.least,
        leastAt: $0.leastAt)
    }
    falseRows = study.falseRows.map {
      FalseRow(
        kind: $0.kind.rawValue, distribution: $0.distribution, parameter: $0.parameter,
        count: $0.count, falseBold: $0.share)
    }
  }
}
