import ArgumentParsing
import Experiments
import TensorKernels

/// Tries the intervals of the lab where the truth is known.
enum CoverageCommand: Subcommand {
  static let trials = Option.defaulted(
    "trials", .integer(in: 10...1_000_000), to: 1000,
    help: "Samples of each distribution and number of instances.")

  static let resamples = Option.defaulted(
    "resamples", .integer(in: 100...1_000_000), to: 1000, help: "Resamples of each bootstrap.")

  static let declaration = Command(
    name: "coverage",
    summary: "try the intervals of all tables where the truth is known",
    discussion: """
      Draws samples of 2 to 200 instances whose true mean or difference is known, makes their intervals \
      and tests as 'stats', 'probe', 'plot' and 'report' do, and says how often an interval holds the \
      truth and how often a difference of nothing is bold. Accuracies and their paired differences are \
      not drawn: all outcomes are gone through.

      Writes DIR/coverage.csv (a row for each distribution and n), DIR/false-bold.csv, DIR/coverage.md \
      and DIR/coverage.json, and prints DIR/coverage.md. A run may be killed at any moment; the same \
      command goes on where it stopped.
      """,
    examples: [
      Example("dilution coverage --out out/coverage", "All intervals, in some minutes"),
      Example(
        "dilution coverage --trials 100 --resamples 200 --out out/coverage", "A rough look"),
    ],
    groups: [
      OptionGroup("Options", [RunOptions.folder, trials, resamples, RunOptions.force])
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let study = CoverageStudy(
      seed: arguments.seed(), trials: arguments[trials], resamples: arguments[resamples])
    let results = try ConsoleObserver.watch(console, "coverage", unit: "parts") {
      try study.work(
        in: arguments[RunOptions.folder], by: Workers(count: arguments.threads),
        author: .ofThisProcess(), replaces: arguments[RunOptions.force], observer: $0)
    }
    try console.show(results, lines: [results.markdown])
  }
}
