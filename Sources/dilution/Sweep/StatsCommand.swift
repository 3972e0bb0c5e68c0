import ArgumentParsing
import DataFiles
import Experiments
import TensorKernels

/// Means and paired differences of a sweep, with intervals.
enum StatsCommand: Subcommand {
  static let run = Positional.required(
    "RUN", .directory, help: "The folder of a finished or merged sweep.")

  static let against = Option.repeated(
    "against", .text("LABEL"),
    help: "A method that the others are compared with, or 'all'; the spec's first when not given.")

  static let resamples = Option.defaulted(
    "resamples", .integer(in: 100...1_000_000), to: Statistics.resamples,
    help: "Resamples of each bootstrap.")

  static let declaration = Command(
    name: "stats",
    summary: "means, paired differences and intervals of a sweep",
    discussion: """
      For each cell the mean over instances, and between methods the mean of the differences \
      instance by instance, each with a 95 % interval: Wilson's for accuracies and Tango's for their \
      differences (Agresti and Min's below 12 pairs), a bootstrap-t for other means, none of one \
      instance. Differences are bold where p <= 0.05 by the exact McNemar test, or for other means by \
      the exact test over changes of signs (Student's t where more than 16 instances differ); a dagger \
      marks those that stay so after Holm's correction over the task's comparisons. 'dilution coverage' \
      says how often the intervals hold. Runs that diverged are counted and left out. The best head is \
      the one with the most target mass in context at a task's shortest length, followed through all \
      lengths and methods.

      Writes RUN/stats.csv, RUN/differences.csv, RUN/stats.md and RUN/stats.json (seed, resamples and \
      the versions of the tables), and prints RUN/stats.md; of a study with parts, into the folder of \
      each.
      """,
    examples: [
      Example("dilution stats runs/quick", "Every method against the spec's first"),
      Example("dilution stats runs/quick --against thinking --against beam", "Against two rivals"),
    ],
    positionals: [run],
    groups: [OptionGroup("Options", [against, resamples])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let root = SweepFolder(arguments[run])
    let parts = root.parts()
    var reports: [StatsReport] = []
    var lines: [String] = []
    for part in parts.isEmpty ? [nil] : parts.map(Optional.some) {
      let folder = root.part(part)
      let statistics = try statistics(folder, arguments)
      let paths = try statistics.write(to: folder)
      reports.append(StatsReport(statistics, part: part))
      lines += (part.map { ["# \($0)\n"] } ?? []) + [statistics.markdown]
      if !console.wantsJSON { console.note("Written: \(paths.joined(separator: ", "))") }
    }
    try console.show(reports, hasParts: !parts.isEmpty, lines: lines)
  }

  private static func statistics(
    _ folder: SweepFolder, _ arguments: Arguments
  ) throws -> SweepStatistics {
    let records = try SweepStatistics.records(folder)
    let named = arguments[against]
    let references =
      named.contains("all") ? records.map(\.identity.methodLabel).distinct() : named
    return try SweepStatistics(
      records, references: references.isEmpty ? nil : references, seed: arguments.seed(),
      resamples: arguments[resamples],
      workers: Workers(count: arguments.threads), file: folder.results)
  }
}

/// What `stats --json` prints.
struct StatsReport: Encodable {
  /// The part of the study; nil where it has none.
  var part: String?
  var cells: [StatisticsRow]
  var differences: [StatisticsRow]

  init(_ statistics: SweepStatistics, part: String?) {
    self.part = part
    cells = statistics.cells.map { StatisticsRow($0) }
    differences = statistics.differences.map { StatisticsRow($0) }
  }
}
