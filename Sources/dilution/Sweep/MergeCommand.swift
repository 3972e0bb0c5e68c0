import ArgumentParsing
import DataFiles
import Experiments

/// Joins the shards of a sweep.
enum MergeCommand: Subcommand {
  static let runs = Positional.rest(
    "RUN", .directory, isRequired: true, help: "Folders that 'dilution sweep' made.")

  static let folder = Option.required(
    "out", .directory,
    help: "Where the results go; created when missing. It may be one of the given ones.")

  static let parts = Option.repeated(
    "part", .text("NAME"),
    help: "Join this part of the study alone; may be given several times. All parts when not given."
  )

  static let declaration = Command(
    name: "merge",
    summary: "join the shards of a sweep",
    discussion: """
      Reads the records of all shards that stand in the given folders, and writes records.jsonl, \
      results.jsonl and results.csv as the sweep in one piece would have. Runs of different specs or models are not \
      joined, nor are shards that are not done. Of a study with parts, each part is joined by itself. \
      Then 'dilution stats' prints means and differences.
      """,
    examples: [
      Example(
        "dilution merge runs/part-1 runs/part-2 runs/part-3 --out runs/study",
        "Three machines' work")
    ],
    positionals: [runs],
    groups: [OptionGroup("Options", [folder, parts])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let folders = arguments[runs].map(SweepFolder.init)
    let target = SweepFolder(arguments[folder])
    let known = folders.flatMap { $0.parts() }.distinct()
    let parts = try PartChoice.chosen(arguments[parts], of: known, in: "the study")
    var reports: [SweepReport] = []
    var lines: [String] = []
    for part in parts.isEmpty ? [nil] : parts.map(Optional.some) {
      // A machine whose shard of a part is empty or not begun has no folder for it.
      let merge = try SweepMerge(
        folders.map { $0.part(part) }.filter { part == nil || FileSystem.exists($0.path) })
      let report = try merge.write(to: target.part(part), author: .ofThisProcess())
      reports.append(report)
      lines.append("\(report.records): \(report.count) records of \(merge.logs.count) runs")
      lines += (report.table.map { ["\($0): the same as a table"] } ?? [])
    }
    try console.show(reports, hasParts: !parts.isEmpty, lines: lines)
  }
}
