import ArgumentParsing
import DataFiles
import Experiments
import Foundation

/// Tells how far a run is, from another terminal or after it ended.
enum StatusCommand: Subcommand {
  static let run = Positional.required(
    "RUN", .directory,
    help: "The folder of a sweep, of a study with parts, of a training run or of a benchmark.")

  static let declaration = Command(
    name: "status",
    summary: "tell how far a sweep, a training run or a benchmark is, and how to go on",
    discussion: """
      Reads what the run has written so far and changes nothing. Of a sweep: records done of how many, \
      cell by cell and shard by shard; of a training run: step, loss and accuracy by family; of a \
      benchmark: answers done of how many, and the scores so far by row and method. In all \
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
    let folder = SweepFolder(path)
    if let training = try TrainingStatus(path) {
      if console.wantsJSON { return try console.print(json: training) }
      for line in training.lines { try console.print(line) }
      return
    }
    if let benchmark = try BenchmarkStatus(path) {
      if console.wantsJSON { return try console.print(json: benchmark) }
      for line in benchmark.lines { try console.print(line) }
      return
    }
    let parts = folder.parts()
    let sweeps = try (parts.isEmpty ? [nil] : parts.map(Optional.some)).flatMap { part in
      try folder.part(part).shards().map { try SweepStatus(folder.part(part), $0) }
    }
    guard !sweeps.isEmpty else { throw NoRunHere(folder: path) }
    if console.wantsJSON { return try console.print(json: sweeps) }
    for (place, sweep) in sweeps.enumerated() {
      if place > 0 { try console.print() }
      for line in sweep.lines { try console.print(line) }
    }
  }
}

/// A folder of which no state can be told.
struct NoRunHere: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    FileSystem.exists(folder)
      ? "\(folder) holds no sweep, no training run and no benchmark: name the folder that was given as "
        + "--out"
      : "there is no folder \(folder): name that of a sweep, a training run or a benchmark"
  }
}

/// What a run is doing.
enum RunState: String, Encodable {
  case running, stopped, finished
}

/// Words that several kinds of status share.
enum StatusWords {
  /// The line of a run that is at work.
  ///
  /// - Parameter unit: what the rate counts a second, in the plural.
  static func running(
    _ process: Int?, _ host: String?, rate: Double?, unit: String, secondsLeft: Double?
  ) -> String {
    var words = ["  running"]
    if let process { words.append("process \(process)" + (host.map { " on host \($0)" } ?? "")) }
    if let rate { words.append(String(format: "%.2f ", rate) + unit + "/s") }
    if let secondsLeft { words.append("\(ProgressStyle.clock(secondsLeft)) left") }
    return words.joined(separator: ", ")
  }

  /// A moment in universal time.
  static func text(_ date: Date) -> String { ISO8601DateFormatter().string(from: date) }
}
