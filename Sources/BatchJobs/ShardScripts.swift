import DataFiles
import Foundation

/// The scripts of a run's jobs, in the form that `sbatch` takes.
public struct ShardScripts: Sendable {
  /// Where scripts and logs stand, as the program is given it; it must exist when they are submitted.
  public let folder: String
  /// The jobs' names.
  public let jobs: ShardJobs
  /// From where the program is run, in full.
  public let workingDirectory: String
  /// Options for `sbatch` that the user gave, such as `--partition=long`.
  public let options: [String]

  public init(
    folder: String, jobs: ShardJobs, workingDirectory: String, options: [String]
  ) {
    self.folder = folder
    self.jobs = jobs
    self.workingDirectory = workingDirectory
    self.options = options
  }

  public var arrayScript: String { file("shards.sbatch") }
  public var mergeScript: String { file("merge.sbatch") }

  /// What a shard's task prints.
  public func log(shard: Int) -> String { file("shard-\(shard).log") }
  public var mergeLog: String { file("merge.log") }

  private func file(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes the script of an array of shards.
  ///
  /// - Parameter command: the words before `--shard`; what makes threads is added.
  /// - Throws: `FileSystemError`.
  public func writeArray(
    shards: [Int], of count: Int, command: [String], threads: Int?
  ) throws {
    // What Slurm gives to the task; the first is set only where it was asked for by task.
    let threads = threads.map(String.init) ?? #""${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}""#
    try write(
      arrayScript, name: jobs.arrayName, log: "shard-%a.log",
      directives: ["--array=\(Self.ranges(shards))"],
      line: ShellWords.line(command) + #" --shard "${SLURM_ARRAY_TASK_ID:?}"/\#(count)"#
        + " --threads \(threads)")
  }

  /// Writes the script of the job that joins the shards.
  ///
  /// - Throws: `FileSystemError`.
  public func writeMerge(command: [String]) throws {
    try write(
      mergeScript, name: jobs.mergeName, log: "merge.log", directives: [],
      line: ShellWords.line(command))
  }

  private func write(
    _ path: String, name: String, log: String, directives: [String], line: String
  ) throws {
    let whole = folder.hasPrefix("/") ? folder : "\(workingDirectory)/\(folder)"
    // A per cent sign begins one of Slurm's own names in the path of a log, and there alone.
    let output = "\(whole.replacingOccurrences(of: "%", with: "%%"))/\(log)"
    let own = [
      "--job-name=\(name)", "--chdir=\(Self.directive(workingDirectory))",
      "--output=\(Self.directive(output))", "--open-mode=append", "--requeue",
    ]
    let lines =
      ["#!/bin/bash", "# Written by 'dilution sweep --slurm', which writes it anew each time."]
      + (own + directives + options).map { "#SBATCH \($0)" } + ["exec \(line)"]
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }

  /// Numbers in ascending order as Slurm writes them: `1-3,5`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  /// A value as the reader of `#SBATCH` lines takes it.
  static func directive(_ value: String) -> String {
    guard !ShellWords.isPlain(value) else { return value }
    let escaped = value.replacingOccurrences(of: #"\"#, with: #"\\"#)
      .replacingOccurrences(of: "\"", with: #"\""#)
    return "\"\(escaped)\""
  }
}
