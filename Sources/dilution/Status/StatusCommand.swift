import ArgumentParsing
import DataFiles
import Experiments
import Runs

/// Says how far a run is, from another terminal or after it ended.
enum StatusCommand: Subcommand {
  static let run = Positional.required(
    "RUN", .directory,
    help: "The folder of a run, whatever made it, or of a study with parts.")

  static let declaration = Command(
    name: "status",
    summary: "show how far a run is, and how to go on",
    discussion: """
      Reads what the run has written so far and changes nothing. Of a sweep: records done of how many, \
      cell by cell and shard by shard; of a training run: step, loss and accuracy by family; of a \
      benchmark: answers done of how many, and the scores so far by row and method; of a probe, a \
      theory run, a scaling run, a run of think and a trial of intervals: records done of how many. In all \
      cases whether somebody is at work, how fast, and for how long; of a run that stopped, when, and \
      the command that goes on.
      """,
    examples: [
      Example("dilution status runs/quick", "How far is it?"),
      Example("watch -n 5 dilution status out/model", "Look again every five seconds"),
    ],
    positionals: [run])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let path = arguments[run]
    let kind = RunKind(folder: path)
    if kind == nil || kind == .training, let training = try TrainingStatus(path) {
      return try console.show(training, lines: training.lines)
    }
    switch kind {
    case .benchmark:
      let benchmark = try BenchmarkStatus(path)
      try console.show(benchmark, lines: benchmark.lines)
    case .probe?, .theory?, .scaling?, .think?, .coverage?:
      let work = try WorkStatus(RunFolder(path, kind ?? .probe))
      try console.show(work, lines: work.lines)
    case .sweep, .training, nil:
      let folder = SweepFolder(path)
      let parts = folder.parts()
      let sweeps = try (parts.isEmpty ? [nil] : parts.map(Optional.some)).flatMap { part in
        try folder.part(part).shards().map { try SweepStatus(folder.part(part), $0) }
      }
      guard !sweeps.isEmpty else { throw NoRunHere(folder: path) }
      try console.show(sweeps, lines: Array(sweeps.map(\.lines).joined(separator: [""])))
    }
  }
}

/// A folder that holds no run.
struct NoRunHere: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    FileSystem.exists(folder)
      ? "\(folder) holds no run: name the folder that was given as --out"
      : "there is no folder \(folder): name that of a run"
  }
}
