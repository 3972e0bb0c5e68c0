import ArgumentParsing
import DataFiles
import Report

/// Writes a page on which a run can be read and looked through.
enum ReportCommand: Subcommand {
  static let runs = Positional.rest(
    "RUN", .directory, isRequired: true,
    help:
      "The folder of a sweep, of a study with parts, of a probe, of a theory run or of a benchmark, "
      + "or a folder of such folders.")

  static let trainingLength = Option.optional(
    "training-length", .size(in: 1...Int.max),
    help: "Mark the longest context seen in training, in tokens.")

  static let declaration = Command(
    name: "report",
    summary: "write one self-contained HTML page of a run: tables, figures, attention",
    discussion: """
      DIR/index.html shows sweeps, studies, probes, theory runs and benchmarks. It holds what was \
      run and by which program, means and paired differences with their intervals in tables to sort \
      and filter, every figure that the results allow, of a benchmark its scores, what each method \
      changed question by question and what it cost, and, of a probe made with --profile, an explorer \
      of attention: instance, layer, head and step to choose, attention along the positions, gold \
      facts marked. The page needs no network and no other file, and works in light and dark, from \
      the keyboard, on a phone and on paper.
      """,
    examples: [
      Example("dilution report runs/quick --out out/report", "A sweep"),
      Example(
        "dilution report Results/paper Results/theory --training-length 160 --out out/report",
        "The committed study and its checks of the theory on one page"),
    ],
    positionals: [runs],
    groups: [OptionGroup("Options", [RunOptions.folder, trainingLength])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let roots = arguments[runs]
    let sources = try roots.flatMap(ReportSource.find)
    let folder = arguments[RunOptions.folder]
    try FileSystem.createDirectory(folder)
    let progress = console.progress("report", unit: "figures", total: nil)
    let options = ReportOptions(
      trainingLength: arguments[trainingLength], seed: arguments[GlobalOptions.seed],
      checkpoint: {
        try Interruption.check()
        progress.advance()
      })
    let sections = try sources.map { try $0.section(options) }
    progress.finish()
    let page = ReportPage(
      title: "Report of \(roots.joined(separator: ", "))",
      subtitle: "Made by dilution \(labVersion), The Score Dilution Lab", sections: sections)
    let file = FileSystem.path(folder, "index.html")
    try AtomicFile.write(page.html(), to: file)
    let made =
      "\(file): \(sections.count) \(sections.count == 1 ? "section" : "sections"), "
      + "\(page.figures) \(page.figures == 1 ? "figure" : "figures")"
    try console.show([file], lines: [made])
  }
}
